// @vitest-environment jsdom
import { describe, expect, test } from 'vitest';
import { settled } from '../waiting.js';
import { FakeAlgolia } from './algolia.js';
import { picture, shoesAndHats, strict } from './fixtures.js';
import { libraries } from './libraries.js';
import { answers, Page } from './page.js';

const sorting = {
  items: [
    { value: 'shop', label: 'like' },
    { value: 'shop_cheap', label: 'cheap' },
  ],
};
const own = { searchParameters: { optionalFilters: ['brand:Zeta'], filters: 'brand:Acme' } };

describe.each(libraries)('$name', (library) => {
  const open = (options = {}) => new Page(library, new FakeAlgolia(shoesAndHats(130)), options);
  const index = (page: Page, indexName: string, indexId = indexName) =>
    library.index({ indexName, indexId }).addWidgets([page.widget('Hits')]);

  const layouts = [
    {
      layout: 'nested in ours',
      start: (page: Page) => page.start(page.widget('SortBy', sorting), index(page, 'articles')),
    },
    {
      layout: 'beside ours',
      start: (page: Page) => {
        const shop = index(page, 'shop').addWidgets([page.imageSearch, page.widget('SortBy', sorting)]);
        return page.startWith(page.widget('Configure', own), shop, index(page, 'articles'));
      },
      indexName: 'other',
    },
  ];

  describe.each(layouts)('an index of articles, $layout', ({ start, indexName = 'shop' }) => {
    test.each([
      { mode: 'boost', answer: picture, sorted: false },
      { mode: 'strict', answer: strict, sorted: false },
      { mode: 'sorted', answer: picture, sorted: true },
    ])('is asked as without a picture: $mode', async ({ answer, sorted }) => {
      answers.set('origin', answer);
      const page = await start(open({ indexName }));
      const before = page.algolia.last('articles');
      await page.use();
      if (sorted) page.rendered('shop').sortBy.refine('shop_cheap');
      await settled();
      const shop = page.algolia.last(sorted ? 'shop_cheap' : 'shop');
      expect(shop).not.toEqual(before);
      expect(page.algolia.last('articles')).toEqual(before);
      expect(page.hitsOf('articles')[0]).not.toHaveProperty('_visual');
      expect(page.hitsOf('shop')[0]).toHaveProperty('_visual');
    });
  });

  test('another index nested in one of ours is asked as without a picture', async () => {
    const page = open({ indexName: 'other' });
    const shop = index(page, 'shop').addWidgets([page.imageSearch, index(page, 'articles')]);
    await page.startWith(shop);
    const before = page.algolia.last('articles');
    await page.use();
    expect(page.algolia.last('shop')).toHaveProperty('optionalFilters');
    expect(page.algolia.last('articles')).toEqual(before);
    expect(page.algolia.last('other')).not.toHaveProperty('optionalFilters');
  });

  test('the same index nested in ours takes part, with its own parameters', async () => {
    const page = open();
    const few = page.widget('Configure', { searchParameters: { hitsPerPage: 4 } });
    await page.start(index(page, 'shop', 'few').addWidgets([few]));
    await page.use();
    const hits = page.hitsOf('few');
    expect(hits.map(({ objectID }) => objectID)).toEqual(page.ids.slice(0, 4));
    expect(hits[0]?._visual?.verdict).toBe('verySimilar');
    await page.clear();
    expect(page.hitsOf('few')[0]).not.toHaveProperty('_visual');
  });

  test('two pages in one document have nothing in common', async () => {
    const algolia = new FakeAlgolia(shoesAndHats(130));
    const [one, other] = [new Page(library, algolia), open()];
    await Promise.all([one.start(), other.start()]);
    await one.use();
    expect(one.hits[0]).toHaveProperty('_visual');
    expect(other.state.status).toBe('idle');
    other.search.refresh();
    await settled();
    expect(other.hits[0]).not.toHaveProperty('_visual');
    await other.use();
    await one.clear();
    expect(other.hits[0]).toHaveProperty('_visual');
  });

  // The oldest InstantSearch has no isolated indices.
  describe.runIf(library.isNewest)('an isolated index', () => {
    const isolated = (indexName: string) =>
      library.index({ indexName, indexId: 'isolated', isolated: true } as never);

    test('is asked as without the picture of the page', async () => {
      const page = open();
      const articles = isolated('articles').addWidgets([page.widget('Hits')]);
      await page.start(articles);
      const asked = async () => {
        articles.getHelper()?.setQuery('Shoe').search();
        await settled();
        return page.algolia.last('articles');
      };
      const before = await asked();
      await page.use();
      expect(await asked()).toEqual(before);
      expect(page.hitsOf('isolated')[0]).not.toHaveProperty('_visual');
    });

    test('has the page’s own client after our last widget', async () => {
      const page = open();
      const articles = isolated('articles').addWidgets([page.widget('Hits')]);
      await page.start(articles);
      page.search.removeWidgets([page.imageSearch]);
      expect(articles.getHelper()?.getClient()).toBe(page.client);
    });

    test('may have a picture of its own', async () => {
      const page = open({ indexName: 'articles' });
      const shop = isolated('shop').addWidgets([page.imageSearch, page.widget('Hits')]);
      await page.startWith(page.widget('Hits'), shop);
      await page.use();
      expect(page.hitsOf('isolated')[0]?._visual?.verdict).toBe('verySimilar');
      expect(page.algolia.last('articles')).not.toHaveProperty('optionalFilters');
      page.search.removeWidgets([shop]);
      expect(page.currentClient).toBe(page.client);
    });
  });
});
