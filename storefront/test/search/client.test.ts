import type { SearchClient } from 'instantsearch.js';
import { describe, expect, test } from 'vitest';
import { pictureClient } from '../../src/search/client.js';
import type { PictureQuery } from '../../src/search/query.js';
import { answer, code, query } from '../fixtures.js';

type Params = Record<string, unknown> & { page?: number; hitsPerPage?: number };
interface Request {
  indexName: string;
  params: Params;
}
type Hit = { objectID: string; _visual?: { closeness?: number } };

/** 250 products, of which each is a little closer than the one before. */
const products = Array.from({ length: 250 }, (_, at) => ({
  objectID: String(at),
  visualCode_1a: code(at % 128, 127),
}));
const coded: PictureQuery = query({ answer: { ...answer, code: { visualCode_1a: code(127, 127) } } });
const optionalFilters = answer.params.optionalFilters;

class FakeClient {
  readonly asked: Request[] = [];
  readonly appId = 'APP';

  async search(requests: Request[]) {
    this.asked.push(...requests);
    return { results: requests.map(({ params }) => this.#result(params)) };
  }

  #result({ page = 0, hitsPerPage = 20 }: Params) {
    const hits = products.slice(page * hitsPerPage, (page + 1) * hitsPerPage);
    return {
      hits,
      page,
      hitsPerPage,
      nbHits: products.length,
      nbPages: Math.ceil(products.length / hitsPerPage),
    };
  }
}

function searching(used: PictureQuery | undefined, rerank = true) {
  const client = new FakeClient();
  const wrapped = pictureClient(client as unknown as SearchClient, {
    query: () => used,
    index: 'shop',
    rerank,
  });
  const search = async (params: Params, indexName = 'shop') => {
    const sent = [{ indexName, params: { optionalFilters, ...params } }] as unknown as Parameters<
      SearchClient['search']
    >[0];
    const { results } = (await wrapped.search(sent)) as unknown as {
      results: { hits: Hit[]; nbPages: number; page: number }[];
    };
    const [result] = results;
    if (!result) throw new Error('no result');
    return result;
  };
  return { client, wrapped, search };
}

const ids = ({ hits }: { hits: Hit[] }) => hits.map(({ objectID }) => Number(objectID));

test('the page is cut out of the first hundred, closest first', async () => {
  const { client, search } = searching(coded);
  const first = await search({ hitsPerPage: 12 });
  const second = await search({ hitsPerPage: 12, page: 1 });
  expect(client.asked.map(({ params }) => [params.page, params.hitsPerPage])).toEqual([
    [0, 108],
    [0, 108],
  ]);
  expect(ids(first)).toEqual(Array.from({ length: 12 }, (_, at) => 107 - at));
  expect(ids(second)).toEqual(Array.from({ length: 12 }, (_, at) => 95 - at));
  expect([second.page, second.nbPages]).toEqual([1, 21]);
});

test('no product is shown twice or left out on all pages together', async () => {
  const { search } = searching(coded);
  const pages = await Promise.all(Array.from({ length: 21 }, (_, page) => search({ hitsPerPage: 12, page })));
  expect(pages.flatMap(ids).sort((one, other) => one - other)).toEqual(products.map((_, at) => at));
});

describe('what comes in Algolia’s own order', () => {
  test('pages behind the first hundred', async () => {
    const { client, search } = searching(coded);
    expect(ids(await search({ hitsPerPage: 20, page: 6 }))[0]).toBe(120);
    expect(client.asked[0]?.params).toMatchObject({ page: 6, hitsPerPage: 20 });
  });

  test('hits of a sorted index, and without re-ranking', async () => {
    const sorted = await searching(coded).search({ hitsPerPage: 5 }, 'shop_price_asc');
    const plain = await searching(coded, false).search({ hitsPerPage: 5 });
    expect([ids(sorted), ids(plain)]).toEqual([
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4],
    ]);
    expect(sorted.hits[0]?._visual?.closeness).toBeDefined();
  });

  test('a page of a size that nobody told', async () => {
    const { client, search } = searching(coded);
    await search({});
    expect(client.asked[0]?.params.hitsPerPage).toBeUndefined();
  });
});

describe('what passes through untouched', () => {
  test('everything without a picture', async () => {
    const { hits } = await searching(undefined).search({ hitsPerPage: 5 });
    expect(hits).toEqual(products.slice(0, 5));
  });

  test('facet counts', async () => {
    const { client, search } = searching(coded);
    await search({ hitsPerPage: 0 });
    expect(client.asked[0]?.params.hitsPerPage).toBe(0);
  });

  test('a search without the picture’s filters', async () => {
    const { hits } = await searching(coded).search({ hitsPerPage: 5, optionalFilters: ['brand:Acme'] });
    expect(hits[0]?._visual).toBeUndefined();
  });
});

test('whatever else the client has stays', () => {
  const { client, wrapped } = searching(coded);
  expect(wrapped).toMatchObject({ appId: client.appId });
});
