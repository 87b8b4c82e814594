// @vitest-environment jsdom
import { describe, expect, test } from 'vitest';
import { settled } from '../waiting.js';
import { FakeAlgolia } from './algolia.js';
import { shoes } from './fixtures.js';
import { libraries } from './libraries.js';
import { Page } from './page.js';

type Hit = { readonly objectID: string; readonly model: string; readonly _distinctSeqID?: number };

/** More kinds of them are paged through in pictureSearch.test.ts, without InstantSearch. */
const shops = [
  { shop: 'fewer products than the window', count: 45, size: 12, settings: {} },
  { shop: 'a page larger than the window', count: 230, size: 150, settings: {} },
  { shop: 'a key that gets 50 hits at once', count: 130, size: 20, settings: { maxHitsPerQuery: 50 } },
  { shop: 'models, limited', count: 130, size: 12, settings: { distinct: 2, paginationLimitedTo: 40 } },
];

describe.each(libraries)('$name', (library) => {
  describe.each(shops)('$shop', ({ count, size, settings }) => {
    const products = shoes(count);
    const configured = (page: Page) => page.widget('Configure', { searchParameters: { hitsPerPage: size } });

    /** The products that can be paged to, whichever their order. */
    function expected(): string[] {
      const algolia = new FakeAlgolia(products, settings);
      const { nbPages } = algolia.search('shop', { hitsPerPage: size });
      const pages = Array.from({ length: nbPages }, (_, page) =>
        algolia.search('shop', { page, hitsPerPage: size }),
      );
      return pages.flatMap(({ hits }) => (hits as Hit[]).map(({ objectID }) => objectID)).sort();
    }

    test('every page has products, and each product is on one of them', async () => {
      const page = new Page(library, new FakeAlgolia(products, settings));
      await page.start(configured(page), page.widget('Pagination'));
      await page.use();
      const seen: string[] = [];
      for (let at = 0; at < page.rendered().pagination.nbPages; at += 1) {
        page.rendered().pagination.refine(at);
        await settled(4);
        expect(page.helper.lastResults?.page).toBe(at);
        expect(page.hits).not.toEqual([]);
        expectGroups(page.hits as unknown as Hit[], settings);
        seen.push(...page.ids);
      }
      expect(seen.sort()).toEqual(expected());
    });

    test('infinite hits show each product once', async () => {
      const page = new Page(library, new FakeAlgolia(products, settings));
      await page.startWith(page.imageSearch, configured(page), page.widget('InfiniteHits'));
      await page.use();
      const shown = () => page.rendered().infiniteHits;
      for (let more = 0; more < 40 && !shown().isLastPage; more += 1) {
        const before = shown().hits.length;
        shown().showMore();
        await settled(4);
        expect(shown().hits.length).toBeGreaterThan(before);
      }
      expect(shown().isLastPage).toBe(true);
      expect(
        shown()
          .hits.map((hit: Hit) => hit.objectID)
          .sort(),
      ).toEqual(expected());
    });
  });

  test('what a rule promotes keeps its place', async () => {
    const algolia = new FakeAlgolia(shoes(130), { promoted: { 5: 0, 7: 3, 9: 24 } });
    const page = new Page(library, algolia);
    await page.start(page.widget('Pagination'));
    await page.use();
    expect(page.ids.slice(0, 5)).toEqual(['5', '99', '98', '7', '97']);
    page.rendered().pagination.refine(1);
    await expect.poll(() => page.ids[4], { timeout: 4000 }).toBe('9');
  });
});

/** Fails on a group of which only a part is on the page, or whose products are apart. */
function expectGroups(hits: readonly Hit[], { distinct = 0 }: { distinct?: number }) {
  if (distinct < 2) return;
  hits.forEach((hit, at) => {
    if (!hit._distinctSeqID) return;
    expect(hits[at - 1]).toMatchObject({ model: hit.model, _distinctSeqID: hit._distinctSeqID - 1 });
  });
  expect(hits.filter(({ _distinctSeqID }) => _distinctSeqID === 1)).toHaveLength(hits.length / 2);
}
