// @vitest-environment jsdom
import { beforeEach, describe, expect, test } from 'vitest';
import { settled } from '../waiting.js';
import { FakeAlgolia } from './algolia.js';
import { opposite, shoes } from './fixtures.js';
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

  test('the address says nothing of a picture', async () => {
    const router = library.routers.history({ writeDelay: 0, cleanUrlOnDispose: false });
    const page = open({ routing: { router } });
    await page.start(page.widget('RefinementList', { attribute: 'brand' }));
    page.rendered().refinementList.brand.refine('Acme');
    await settled();
    const { href } = window.location;
    const uiState = page.search.getUiState();
    expect(href).toContain('Acme');
    await page.use();
    page.state.toggle('Shoe');
    await settled();
    expect(window.location.href).toBe(href);
    expect(page.search.getUiState()).toEqual(uiState);
    await page.clear();
    expect(window.location.href).toBe(href);
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
