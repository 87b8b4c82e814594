// @vitest-environment jsdom
import { beforeEach, describe, expect, test } from 'vitest';
import { FakeAlgolia } from './algolia.js';
import { compositionClient } from './clients.js';
import { picture, shoesAndHats, strict } from './fixtures.js';
import { libraries } from './libraries.js';
import { answers, Page } from './page.js';

// The oldest InstantSearch has no compositions.
describe('a composition', () => {
  let page: Page;

  beforeEach(async () => {
    const [library] = libraries;
    if (!library) throw new Error('there is no library');
    const algolia = new FakeAlgolia(shoesAndHats(130));
    const options = { indexName: '', compositionID: 'composed', client: compositionClient(algolia) };
    page = new Page(library, algolia, options);
    await page.startWith(
      page.imageSearch,
      page.widget('Hits'),
      page.widget('RefinementList', { attribute: 'brand' }),
      page.widget('Configure', { searchParameters: { optionalFilters: ['brand:Zeta'] } }),
    );
  });

  test('is asked with the picture’s filters for its own page alone, has hits that say why, and is itself again', async () => {
    const before = page.algolia.last();
    expect(before.optionalFilters).toEqual(['brand:Zeta']);
    await page.use();
    expect(page.algolia.last()).toMatchObject({
      optionalFilters: ['brand:Zeta', ...(picture.params.optionalFilters as string[])],
      filters: 'NOT objectID:"origin"',
    });
    expect(page.algolia.last()).not.toHaveProperty('hitsPerPage');
    expect(page.ids.slice(0, 3)).toEqual(['0', '2', '4']);
    expect(page.hits[0]?._visual).toMatchObject({ matched: [{ description: 'Shoe' }] });
    expect(page.state.match).not.toBe('unknown');
    await page.clear();
    expect(page.algolia.last()).toEqual(before);
    expect(page.hits[0]).not.toHaveProperty('_visual');
    expect(page.state).toMatchObject({ status: 'idle', match: 'unknown' });
  });

  const [acme, zeta] = ['Acme', 'Zeta'].map((brand) => [brand, 65]);

  test.each([
    { mode: 'boost', answer: picture, nbHits: 130, values: [acme, zeta] },
    { mode: 'strict', answer: strict, nbHits: 65, values: [acme] },
  ])('has the hits and the facet search of mode $mode', async ({ answer, nbHits, values }) => {
    answers.set('origin', answer);
    await page.use();
    expect(page.helper.lastResults?.nbHits).toBe(nbHits);
    expect(await page.brands()).toEqual(values);
    expect(page.algolia.asked.at(-1)).toMatchObject({ kind: 'facet', indexName: 'composed' });
  });
});
