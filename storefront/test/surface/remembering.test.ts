// @vitest-environment jsdom
import { describe, expect, test, vi } from 'vitest';
import { code } from '../fixtures.js';
import { settled } from '../waiting.js';
import { FakeAlgolia } from './algolia.js';
import { opposite, picture, shoes } from './fixtures.js';
import { libraries } from './libraries.js';
import { answers, Page, url } from './page.js';

const KEY = `imageSearch shop ${url}`;

describe.each(libraries)('$name', (library) => {
  const open = (params = {}) => {
    const page = new Page(library, new FakeAlgolia(shoes(130)));
    return page.startWith(
      page.newImageSearch({ url, ...params }),
      page.widget('Hits'),
      page.widget('Configure', { searchParameters: { hitsPerPage: 20 } }),
    );
  };
  /** Leaves the page, and opens it again in the same tab. */
  const reload = async (page: Page, params = {}) => {
    const before = page.ids;
    page.search.dispose();
    return { before, page: await open(params) };
  };

  test('a picture survives a reload, with its removed labels, and without another question', async () => {
    const first = await open();
    await first.use();
    first.state.toggle('Shoe');
    await settled();
    const { before, page } = await reload(first);
    await vi.waitFor(() => expect(page.state).toMatchObject({ status: 'ready', match: 'like' }));
    expect(page.state.picture?.source).toBe('product');
    expect(page.state.picture?.labels.map(({ kept }) => kept)).toEqual([false, true]);
    expect(page.ids).toEqual(before);
    const searches = page.algolia.asked.filter(({ kind }) => kind === 'search');
    expect(searches.filter(({ params }) => !params.optionalFilters)).toEqual([]);
    await page.clear();
    expect(page.ids.slice(0, 3)).toEqual(['0', '1', '2']);
  });

  test('a picture that was removed is forgotten, and so is one that is not to be kept', async () => {
    const first = await open();
    await first.use();
    await first.clear();
    expect(sessionStorage.getItem(KEY)).toBeNull();
    await first.use();
    const { page } = await reload(first, { remember: false });
    expect([page.state.status, sessionStorage.getItem(KEY)]).toEqual(['idle', null]);
    await page.use();
    expect([page.state.recent.length, sessionStorage.length]).toEqual([1, 0]);
    expect((await reload(page)).page.state.status).toBe('idle');
  });

  test('the last five can be used again, also after a reload', async () => {
    const first = await open();
    for (const product of ['a', 'b', 'c', 'd', 'e', 'f']) {
      answers.set(product, product === 'c' ? opposite : picture);
      await first.use(product);
    }
    const recent = ['f', 'e', 'd', 'c', 'b'].map((product) => ({
      id: `product ${product}`,
      source: 'product',
    }));
    expect(first.state.recent).toMatchObject(recent);
    const { page } = await reload(first);
    expect(page.state.recent).toMatchObject(recent);
    page.state.again('product c');
    await settled();
    expect(page.ids[0]).toBe('0');
    expect(page.hits[0]?._visual?.verdict).toBe('verySimilar');
    expect(page.state.recent[0]).toMatchObject({ id: 'product c' });
    page.state.again('product of another tab');
    await settled();
    expect(page.ids[0]).toBe('0');
  });

  test('a link carries the answer to other people’s tabs, once, and leaves the rest of the address', async () => {
    const first = await open();
    await first.use();
    window.history.replaceState({}, '', '/shop?brand=Acme#top=1');
    const link = (await first.state.link()) ?? '';
    const ids = first.ids;
    first.search.dispose();
    sessionStorage.clear();
    window.history.replaceState({}, '', link);
    const page = await open();
    await vi.waitFor(() => expect(page.state).toMatchObject({ status: 'ready', match: 'like' }));
    expect(page.state.picture).toMatchObject({ source: 'product', preview: '' });
    expect(page.ids).toEqual(ids);
    expect(location.href.endsWith('/shop?brand=Acme#top=1')).toBe(true);
    await page.clear();
    expect((await page.state.link()) ?? 'none').toBe('none');
  });

  test('a link that is none changes nothing, and the developer is told', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    window.history.replaceState({}, '', '/#image-search=1bm8gbGluaw');
    const page = await open();
    expect([page.state.status, page.ids[0], location.hash]).toEqual(['idle', '0', '']);
    expect(warned).toHaveBeenCalledOnce();
    warned.mockRestore();
  });

  test('a photo that the shopper takes meanwhile is the one in use', async () => {
    const first = await open();
    await first.use();
    first.search.dispose();
    answers.set('other', { ...picture, code: { visualCode_1a: code(0, -127) } });
    const page = new Page(library, new FakeAlgolia(shoes(130)));
    const started = page.start();
    page.state.similar({ objectID: 'other', __position: 1 });
    await started;
    await vi.waitFor(() => expect(page.ids[0]).toBe('0'));
    expect(page.state.recent.map(({ id }) => id)).toEqual(['product other', 'product origin']);
  });

  test('a page that may not use the storage goes on without', async () => {
    const denied = vi.spyOn(globalThis, 'sessionStorage', 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    const page = await open();
    await page.use();
    expect([page.state.status, page.state.recent.length]).toEqual(['ready', 1]);
    denied.mockRestore();
  });
});
