// @vitest-environment jsdom
import type { InstantSearch } from 'instantsearch.js';
import instantsearch from 'instantsearch.js';
import {
  connectConfigure,
  connectHits,
  connectPagination,
  connectSearchBox,
  connectSortBy,
} from 'instantsearch.js/es/connectors';
import { history } from 'instantsearch.js/es/lib/routers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectImageSearch } from '../src/connectImageSearch.js';
import type { ImageSearchRenderState } from '../src/connectorTypes.js';
import { fakeAlgolia } from './fakes/algolia.js';
import { type FakeFunction, fakeFunction } from './fakes/function.js';
import { answer, labeled } from './fixtures.js';
import { settled } from './waiting.js';

const ours = answer.params.optionalFilters as string[];
const hit = { objectID: 'shoe', __position: 1, imageURL: 'https://pictures.example/shoe.jpg' };
const wait = () => settled();

let remote: FakeFunction;
let search: InstantSearch;
let algolia: ReturnType<typeof fakeAlgolia>;
let shown: ImageSearchRenderState[];

beforeEach(async () => {
  algolia = fakeAlgolia({ objectID: 'boot', labels: labeled('Shoe') });
  shown = [];
  window.history.replaceState({}, '', '/');
  remote = await fakeFunction();
});

afterEach(() => {
  search.dispose();
  remote.close();
});

const imageSearch = () =>
  connectImageSearch((state) => {
    shown.push(state);
  })({ url: remote.url });
const configure = (searchParameters: Record<string, unknown>) =>
  connectConfigure(() => {})({ searchParameters });
const hits = () => connectHits(() => {})({});

async function start(widgets: Parameters<InstantSearch['addWidgets']>[0], options = {}) {
  search = instantsearch({
    indexName: 'shop',
    searchClient: algolia.client,
    future: { preserveSharedStateOnUnmount: true },
    ...options,
  });
  search.addWidgets(widgets);
  search.start();
  await wait();
}

async function usePicture() {
  state().similar(hit);
  await wait();
}

const state = () => {
  const last = shown.at(-1);
  if (!last) throw new Error('nothing was rendered');
  return last;
};
const lastAsked = () => algolia.asked.at(-1)?.params ?? {};

test('without a picture the search is the page’s own', async () => {
  await start([imageSearch(), configure({ optionalFilters: ['brand:Acme'] })]);
  expect(lastAsked().optionalFilters).toEqual(['brand:Acme']);
  expect(lastAsked()).not.toHaveProperty('analyticsTags');
  expect(state()).toMatchObject({ status: 'idle', match: 'unknown' });
});

test('with one it ranks by the picture, and the hits tell why', async () => {
  await start([imageSearch(), hits()]);
  await usePicture();
  expect(lastAsked()).toMatchObject({ optionalFilters: ours, analyticsTags: ['image-search'] });
  expect(lastAsked().filters).toBe('NOT objectID:"shoe"');
  expect(state()).toMatchObject({ status: 'ready', match: 'like', picture: { preview: hit.imageURL } });
});

describe.each(['before', 'after'])('the shop’s own optional filters, configured %s the picture', (order) => {
  const widgets = () => {
    const both = [imageSearch(), configure({ optionalFilters: ['brand:Acme'] })];
    return order === 'after' ? both : both.reverse();
  };

  test('stay in force', async () => {
    await start(widgets());
    await usePicture();
    expect(lastAsked().optionalFilters).toEqual(['brand:Acme', ...ours]);
  });

  test('may change while a picture is in use', async () => {
    await start(widgets());
    await usePicture();
    search.addWidgets([configure({ optionalFilters: ['brand:Zeta'] })]);
    await wait();
    expect(lastAsked().optionalFilters).toEqual(['brand:Zeta', ...ours]);
  });

  test('are all that is left when the picture goes', async () => {
    await start(widgets());
    await usePicture();
    state().clear();
    await wait();
    expect(lastAsked().optionalFilters).toEqual(['brand:Acme']);
    expect(lastAsked()).not.toHaveProperty('filters');
    expect(state()).toMatchObject({ status: 'idle', match: 'unknown' });
  });
});

test('words, pages and the way back keep the picture, a product takes none over, and the URL says nothing of it', async () => {
  let refine = (_: string) => {};
  let turn = (_: number) => {};
  const box = connectSearchBox((options) => {
    refine = options.refine;
  });
  const pages = connectPagination((options) => {
    turn = options.refine;
  });
  await start([imageSearch(), box({}), pages({})], {
    routing: { router: history({ writeDelay: 0, cleanUrlOnDispose: false }) },
  });
  refine('blue');
  await usePicture();
  expect(lastAsked().query).toBe('');
  refine('red');
  await wait();
  turn(1);
  await wait();
  expect(lastAsked()).toMatchObject({ query: 'red', page: 1, optionalFilters: ours });
  expect(decodeURIComponent(window.location.search)).toBe('?shop[query]=red&shop[page]=2');
  window.history.back();
  await wait();
  expect(lastAsked()).toMatchObject({ query: 'red', page: 0, optionalFilters: ours });
});

test('a picture is shown by relevance first, and may be sorted then', async () => {
  let sort = (_: string) => {};
  const sortBy = connectSortBy((options) => {
    sort = options.refine;
  });
  const items = [
    { value: 'shop', label: 'like' },
    { value: 'shop_cheap', label: 'cheap' },
  ];
  await start([imageSearch(), sortBy({ items })]);
  sort('shop_cheap');
  await usePicture();
  expect(algolia.asked.at(-1)?.indexName).toBe('shop');
  sort('shop_cheap');
  await wait();
  expect(algolia.asked.at(-1)?.indexName).toBe('shop_cheap');
  expect(lastAsked()).toMatchObject({
    facetFilters: [['labels.description:Shoe', 'labels.description:Leather']],
    filters: 'NOT objectID:"shoe"',
  });
  sort('shop');
  await wait();
  expect(lastAsked()).not.toHaveProperty('facetFilters');
  expect(lastAsked().filters).toBe('NOT objectID:"shoe"');
});

test('a removed label changes the search at once', async () => {
  await start([imageSearch()]);
  await usePicture();
  state().toggle('Shoe');
  await wait();
  expect(lastAsked().optionalFilters).not.toContainEqual(expect.stringContaining('Shoe'));
  expect(state().match).toBe('unlike');
  state().toggle('Shoe');
  await wait();
  expect(lastAsked().optionalFilters).toEqual(ours);
});

describe('an address that cannot work', () => {
  test.each([
    ['', '`url` is missing'],
    ['search.example.com', '`url` is no address'],
    ['http://search.example.com', '`url` begins with http:'],
  ])('%j is refused with what to write', (address, words) => {
    expect(() => connectImageSearch(() => {})({ url: address })).toThrow(words);
    expect(() => connectImageSearch(() => {})({ url: address })).toThrow("such as url: 'https://");
  });

  test.each(['https://search.example.com', 'http://localhost:8080'])('%j may', (address) => {
    expect(() => connectImageSearch(() => {})({ url: address })).not.toThrow();
  });
});
