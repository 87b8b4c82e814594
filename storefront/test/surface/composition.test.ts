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

  test('is asked as without us before a picture and after it', async () => {
    const before = page.algolia.last();
    expect(before.optionalFilters).toEqual(['brand:Zeta']);
    await page.use();
    await page.clear();
    expect(page.algolia.last()).toEqual(before);
    expect(page.hits[0]).not.toHaveProperty('_visual');
    expect(page.state).toMatchObject({ status: 'idle', match: 'unknown' });
  });

  test('is asked with the picture’s filters, for its own page alone', async () => {
    await page.use();
    expect(page.algolia.last()).toMatchObject({
      optionalFilters: ['brand:Zeta', ...(picture.params.optionalFilters as string[])],
      filters: 'NOT objectID:"origin"',
    });
    expect(page.algolia.last()).not.toHaveProperty('hitsPerPage');
  });

  test('has hits in its own order that say why they match', async () => {
    await page.use();
    expect(page.ids.slice(0, 3)).toEqual(['0', '2', '4']);
    expect(page.hits[0]?._visual).toMatchObject({ matched: [{ description: 'Shoe' }] });
    expect(page.state.match).not.toBe('unknown');
  });

  test('leaves in strict mode what shares a label', async () => {
    answers.set('origin', strict);
    await page.use();
    expect(page.helper.lastResults?.nbHits).toBe(65);
  });

  test.each([
    {
      mode: 'boost',
      answer: picture,
      values: [
        ['Acme', 65],
        ['Zeta', 65],
      ],
    },
    { mode: 'strict', answer: strict, values: [['Acme', 65]] },
  ])('has a facet search, in mode $mode', async ({ answer, values }) => {
    answers.set('origin', answer);
    await page.use();
    expect(await page.brands()).toEqual(values);
    expect(page.algolia.asked.at(-1)).toMatchObject({ kind: 'facet', indexName: 'composed' });
  });
});
