// @vitest-environment jsdom
import { describe, expect, test } from 'vitest';
import { FakeAlgolia } from './algolia.js';
import { majors } from './clients.js';
import { shoesAndHats, strict } from './fixtures.js';
import { libraries } from './libraries.js';
import { answers, Page } from './page.js';

const all = [
  ['Acme', 10],
  ['Zeta', 10],
];

describe.each(libraries)('$name', (library) => {
  // The oldest helper knows no facet search by `search`, which a client of version 5 needs.
  const known = Object.entries(majors).filter(([major]) => library.isNewest || major !== 'v5');

  describe.each(known)('facet search with a client like %s', (_, makeClient) => {
    let items: object[] = [];

    async function open() {
      const algolia = new FakeAlgolia(shoesAndHats(20));
      const page = new Page(library, algolia, { client: makeClient(algolia) });
      return page.start(
        page.widget('RefinementList', { attribute: 'brand' }, (state) => {
          items = state.items;
        }),
        page.widget('Configure', { searchParameters: { optionalFilters: ['brand:Acme'] } }),
      );
    }

    test('works without a picture, and with one, which excludes no value, also by its widget', async () => {
      const page = await open();
      expect(await page.brands('Ac')).toEqual([['Acme', 10]]);
      expect(page.algolia.last().optionalFilters).toEqual(['brand:Acme']);
      await page.use();
      expect(await page.brands()).toEqual(all);
      expect(await page.brands('Z')).toEqual([['Zeta', 10]]);
      page.rendered().refinementList.brand.searchForItems('Z');
      await expect.poll(() => items, { timeout: 4000 }).toMatchObject([{ value: 'Zeta' }]);
    });

    test('counts what a picture in strict mode leaves, and everything after it', async () => {
      answers.set('origin', strict);
      const page = await open();
      await page.use();
      expect(await page.brands()).toEqual([['Acme', 10]]);
      await page.clear();
      expect(await page.brands()).toEqual(all);
      expect(page.algolia.last()).not.toHaveProperty('sumOrFiltersScores');
    });
  });
});
