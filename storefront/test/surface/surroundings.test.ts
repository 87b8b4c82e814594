// @vitest-environment jsdom
import { beforeEach, describe, expect, test } from 'vitest';
import { settled } from '../waiting.js';
import { FakeAlgolia } from './algolia.js';
import { opposite, picture, shoes } from './fixtures.js';
import { libraries } from './libraries.js';
import { answers, Page, type PageOptions } from './page.js';

/** A cache of a shop's own, which keeps the pages of every state. */
function ownCache() {
  const kept = new Map<string, object>();
  const key = ({ page: _, ...state }: { page?: number }) => JSON.stringify(state);
  return {
    read: ({ state }: { state: object }) => kept.get(key(state)) ?? null,
    write: ({ state, hits }: { state: object; hits: object }) => void kept.set(key(state), hits),
  };
}

describe.each(libraries)('$name', (library) => {
  const open = (options: PageOptions = {}) => new Page(library, new FakeAlgolia(shoes(130)), options);

  describe.each([
    {
      cache: 'InstantSearch’s session storage',
      make: () => library.caches.createInfiniteHitsSessionStorageCache(),
    },
    { cache: 'a shop’s own', make: ownCache },
  ])('infinite hits, cached in $cache', ({ make }) => {
    beforeEach(() => sessionStorage.clear());

    test('never mix pictures, nor hits with and without one', async () => {
      answers.set('second', opposite);
      const page = open();
      await page.start(page.widget('InfiniteHits', { cache: make() }));
      const ids = () =>
        page.rendered().infiniteHits.hits.map(({ objectID }: { objectID: string }) => Number(objectID));
      const more = async () => {
        page.rendered().infiniteHits.showMore();
        await settled();
      };
      const forty = Array.from({ length: 40 }, (_, at) => at);
      await more();
      expect(ids()).toEqual(forty);
      await page.use();
      await more();
      expect(ids()).toEqual(forty.map((at) => 99 - at));
      await page.use('second');
      expect(ids()).toEqual(forty.slice(0, 20));
      expect(page.rendered().infiniteHits.hits[0]._visual.verdict).toBe('verySimilar');
      await page.use();
      expect(ids().slice(0, 20)).toEqual(forty.slice(0, 20).map((at) => 99 - at));
      await page.clear();
      expect(ids().slice(0, 20)).toEqual(forty.slice(0, 20));
      expect(page.rendered().infiniteHits.hits[0]).not.toHaveProperty('_visual');
    });
  });

  test('the address says nothing of a picture, which words, pages and the way back keep', async () => {
    const router = library.routers.history({ writeDelay: 0, cleanUrlOnDispose: false });
    const page = open({ routing: { router } });
    await page.start(page.widget('RefinementList', { attribute: 'brand' }), page.widget('Pagination'));
    const brand = () => page.rendered().refinementList.brand;
    brand().refine('Acme');
    await page.type('Hat');
    // A product takes no words over.
    await page.use();
    expect(page.algolia.last().query).toBe('');
    const [{ href }, uiState] = [window.location, page.search.getUiState()];
    expect(href).toContain('Acme');
    page.state.toggle('Shoe');
    await settled();
    expect([window.location.href, page.search.getUiState()]).toEqual([href, uiState]);
    page.state.toggle('Shoe');
    await page.type('Shoe');
    page.rendered().pagination.refine(1);
    await settled();
    const [second] = page.ids;
    expect(page.hits[0]).toHaveProperty('_visual');
    window.history.back();
    await expect.poll(() => page.ids[0], { timeout: 4000 }).not.toBe(second);
    expect(page.ids[0]).toBe('128');
    expect(page.helper.state.query).toBe('Shoe');
  });

  test.each(['before', 'after'])(
    'a shop’s own filters, configured %s us, stay, change and are left',
    async (when) => {
      const page = open();
      const own = (optionalFilters: string[], filters: string) =>
        page.widget('Configure', { searchParameters: { optionalFilters, filters } });
      const widgets = [own(['brand:Acme'], 'price>1'), page.imageSearch];
      await page.startWith(page.widget('Hits'), ...(when === 'before' ? widgets : widgets.reverse()));
      expect(page.algolia.last()).not.toHaveProperty('analyticsTags');
      await page.use();
      const ours = picture.params.optionalFilters as string[];
      const filters = 'price>1 AND NOT objectID:"origin"';
      expect(page.algolia.last()).toMatchObject({ optionalFilters: ['brand:Acme', ...ours], filters });
      page.search.addWidgets([own(['brand:Zeta'], 'price>1')]);
      await settled();
      expect(page.algolia.last()).toMatchObject({ optionalFilters: ['brand:Zeta', ...ours], filters });
      await page.clear();
      expect(page.algolia.last()).toMatchObject({ optionalFilters: ['brand:Zeta'], filters: 'price>1' });
      expect(page.state).toMatchObject({ status: 'idle', match: 'unknown' });
    },
  );

  test('a picture is shown by relevance first, and may be sorted then', async () => {
    const page = open();
    const items = ['shop', 'shop_cheap'].map((value) => ({ value, label: value }));
    await page.start(page.widget('SortBy', { items }));
    const sort = async (index: string) => {
      page.rendered().sortBy.refine(index);
      await settled();
      return page.algolia.asked.at(-1);
    };
    await sort('shop_cheap');
    await page.use();
    expect(page.algolia.asked.at(-1)?.indexName).toBe('shop');
    const filters = 'NOT objectID:"origin"';
    const chosen = [['labels.description:Shoe', 'labels.description:Leather']];
    const params = { facetFilters: chosen, filters };
    expect(await sort('shop_cheap')).toMatchObject({ indexName: 'shop_cheap', params });
    expect((await sort('shop'))?.params).not.toHaveProperty('facetFilters');
    expect(page.algolia.last()).toMatchObject({ filters });
  });

  test('dynamic widgets show what the picture leaves', async () => {
    const page = open();
    const brand = page.widget('RefinementList', { attribute: 'brand' });
    const dynamic = library.connectors.connectDynamicWidgets(() => {})({ widgets: [brand] as never });
    await page.start(dynamic);
    await page.use();
    expect(page.rendered().refinementList.brand.items).toHaveLength(2);
    page.rendered().refinementList.brand.refine('Zeta');
    await settled();
    expect(page.ids.slice(0, 2)).toEqual(['129', '127']);
    await page.clear();
    expect(page.ids.slice(0, 2)).toEqual(['1', '3']);
  });

  test('what the page begins with stays in force', async () => {
    const initialUiState = { shop: { refinementList: { brand: ['Acme'] }, page: 2 } };
    const page = open({ initialUiState });
    await page.start(page.widget('RefinementList', { attribute: 'brand' }), page.widget('Pagination'));
    expect(page.ids[0]).toBe('40');
    await page.use();
    expect(page.ids.slice(0, 2)).toEqual(['128', '126']);
    expect(page.search.getUiState().shop).toMatchObject({ refinementList: { brand: ['Acme'] } });
    expect(page.search.getUiState().shop).not.toHaveProperty('page');
  });

  test('a state that the page sets keeps the picture', async () => {
    const page = await open().start();
    await page.use();
    page.search.setUiState({ shop: {} });
    await settled();
    expect(page.ids[0]).toBe('99');
    expect(page.state).toMatchObject({ status: 'ready', match: 'like' });
  });

  test('no photo is no search', async () => {
    const page = await open().start();
    const asked = page.algolia.asked.length;
    expect(() => page.state.search(undefined as never)).not.toThrow();
    await settled();
    expect(page.state.status).toBe('idle');
    expect(page.state).not.toHaveProperty('failure');
    expect(page.algolia.asked).toHaveLength(asked);
    await page.use();
    page.state.search(undefined as never);
    await settled();
    expect(page.state.status).toBe('ready');
  });
});
