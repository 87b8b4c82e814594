// @vitest-environment jsdom
import instantsearch from 'instantsearch.js';
import { expect, test, vi } from 'vitest';
import { imageSearchOf } from '../../src/connectImageSearch.js';
import { imageSearch } from '../../src/imageSearch.js';
import { english, withDefaults } from '../../src/widget/texts.js';
import { fakeAlgolia } from '../fakes/algolia.js';
import { fakeFunction } from '../fakes/function.js';
import { settled } from '../waiting.js';
import { dragFiles, photo } from './browser.js';
import { lookup } from './rendered.js';

const url = 'https://search.example.com';
const searchClient = { search: async () => ({ results: [{ hits: [], nbHits: 0, index: 'products' }] }) };

const wordsForParts = "write ['opener'], ['bar'], or both";

test.each<[object, string, string]>([
  [{ container: '' }, '`container` is missing', "container: '#image-search'"],
  [{ container: '#nowhere' }, '`container` finds no element (#nowhere)', "container: '#image-search'"],
  [{ parts: [] }, '`parts` is []', wordsForParts],
  [{ parts: ['button'] }, '`parts` is ["button"]', wordsForParts],
  [{ parts: 'bar' }, '`parts` is "bar"', wordsForParts],
  [{ url: '' }, '`url` is missing', "such as url: 'https://"],
  [{ url: 'search.example.com' }, '`url` is no address', "such as url: 'https://"],
  [{ url: 'http://search.example.com' }, '`url` begins with http:', "such as url: 'https://"],
])('%j is refused with what to write', (wrong, problem, words) => {
  const make = () => imageSearch({ container: document.body, url, ...wrong });
  expect(make).toThrow(problem);
  expect(make).toThrow(words);
});

test.each([url, 'http://localhost:8080'])('%s may be an address', (url) => {
  expect(() => imageSearch({ container: document.body, url })).not.toThrow();
});

test('the widget shows in its container, says its type, and leaves nothing behind', () => {
  const container = document.createElement('div');
  const search = instantsearch({ indexName: 'products', searchClient: searchClient as never });
  const widget = imageSearch({ container, url, texts: { open: 'Mit Bild suchen' } });
  search.addWidgets([widget]);
  search.start();
  expect(container.querySelector('button')?.ariaLabel).toBe('Mit Bild suchen');
  expect(widget.$$widgetType).toBe('visual.imageSearch');
  search.dispose();
  expect(container.childNodes).toHaveLength(0);
});

test('a button in the header and a bar above the hits share a picture, which is taken up once', async () => {
  const [header, main] = [document.createElement('header'), document.createElement('main')];
  document.body.append(header, main);
  const remote = await fakeFunction();
  const search = instantsearch({ indexName: 'products', searchClient: fakeAlgolia().client });
  search.addWidgets([
    imageSearch({ container: header, url: remote.url, parts: ['opener'] }),
    imageSearch({ container: main, url: remote.url, parts: ['bar'] }),
  ]);
  search.start();
  const previews = vi.fn(() => 'blob:photo');
  Object.assign(URL, { createObjectURL: previews, revokeObjectURL() {} });
  dragFiles(document.body, 'drop', [photo]);
  expect(previews).toHaveBeenCalledTimes(1);
  expect(lookup(main).status()).toBe(english.looking);
  imageSearchOf(search)?.similar({ objectID: 'shoe' });
  await settled();
  expect(lookup(header).buttons()).toEqual(['Search by photo']);
  expect(lookup(main).buttons()).toEqual(['Remove Shoe', 'Remove Leather', 'Show all products']);
  search.dispose();
  expect([...header.childNodes, ...main.childNodes]).toEqual([]);
  remote.close();
});

test('a search function is woken up when a photo is about to be chosen, once in several minutes', async () => {
  const remote = await fakeFunction();
  const page = instantsearch({ indexName: 'products', searchClient: fakeAlgolia().client });
  const container = document.createElement('div');
  document.body.append(container);
  page.addWidgets([imageSearch({ container, url: remote.url })]);
  page.start();
  await settled();
  expect(remote.asked).toEqual([]);
  const press = () => lookup(container).button('Search by photo').click();
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  press();
  press();
  await expect.poll(() => remote.asked).toEqual(['GET /healthz']);
  clock.mockReturnValue(301_000);
  press();
  await expect.poll(() => remote.asked).toEqual(['GET /healthz', 'GET /healthz']);
  page.dispose();
  container.remove();
  remote.close();
});

test('a shopper is told that Algolia takes nothing of a picture', async () => {
  const { client } = fakeAlgolia();
  const search: typeof client.search = (requests, ...rest) => {
    const asked = requests as readonly { params?: { optionalFilters?: unknown } }[];
    if (asked.some(({ params }) => params?.optionalFilters)) return Promise.reject({ status: 400 });
    return client.search(requests, ...rest);
  };
  const errors = vi.spyOn(console, 'error').mockReturnValue();
  const remote = await fakeFunction();
  const page = instantsearch({ indexName: 'products', searchClient: { ...client, search } as typeof client });
  page.addWidgets([imageSearch({ container: document.body, url: remote.url })]);
  page.start();
  imageSearchOf(page)?.similar({ objectID: 'shoe' });
  await settled();
  expect(lookup(document.body).alerts()).toEqual([english.limited]);
  expect(errors).toHaveBeenCalledTimes(1);
  page.dispose();
  remote.close();
});

test('one word of a group may be a shop’s own', () => {
  const { failure, match } = withDefaults({ failure: { busy: 'Gleich wieder.' } });
  expect([failure.busy, failure.offline, match]).toEqual([
    'Gleich wieder.',
    english.failure.offline,
    english.match,
  ]);
});
