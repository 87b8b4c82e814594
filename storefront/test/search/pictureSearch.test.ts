import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Paging } from '../../src/search/paging.js';
import { PictureSearch } from '../../src/search/pictureSearch.js';
import type { PictureQuery } from '../../src/search/query.js';
import type { Request } from '../../src/search/rounds.js';
import { answer, code, query } from '../fixtures.js';

type Params = Record<string, unknown> & { page?: number; hitsPerPage?: number };
type Hit = { objectID: string; _visual?: { closeness?: number } };

const coded: PictureQuery = query({ answer: { ...answer, code: { visualCode_1a: code(127, 127) } } });

/** An index of Algolia's: products of which each is a little closer than the one before, in groups of variants. */
interface Index {
  readonly products: number;
  readonly size: number;
  readonly maxHitsPerQuery: number;
  readonly paginationLimitedTo: number;
  readonly distinct: number;
  /** Characters of a record beside its code. */
  readonly notes: number;
}

const INDEX: Index = {
  notes: 0,
  products: 250,
  size: 20,
  maxHitsPerQuery: 1000,
  paginationLimitedTo: 1000,
  distinct: 1,
};

class FakeAlgolia {
  readonly asked: Params[] = [];
  readonly index: Index;

  constructor(index: Partial<Index> = {}) {
    this.index = { ...INDEX, ...index };
  }

  readonly send = async (requests: readonly Request[]) => {
    this.asked.push(...requests.map(({ params }) => params as Params));
    return { results: requests.map(({ params }) => this.#result(params as Params)) };
  };

  #result(params: Params) {
    const {
      page = 0,
      hitsPerPage: wanted = this.index.size,
      filters,
      attributesToRetrieve: retrieved,
    } = params;
    const { products, paginationLimitedTo } = this.index;
    const hitsPerPage = Math.min(wanted, this.index.maxHitsPerQuery);
    const reachable = Math.min(products, paginationLimitedTo);
    const places = Array.from({ length: reachable }, (_, at) => at);
    if (typeof filters === 'string') {
      const ids = [...filters.matchAll(/"([^"]+)"/g)].map(([, id]) => id);
      const found = places.flatMap((at) => this.#group(at)).filter(({ objectID }) => ids.includes(objectID));
      const hits = found.slice(0, Math.min(hitsPerPage, paginationLimitedTo));
      const nbPages = Math.ceil(Math.min(found.length, paginationLimitedTo) / hitsPerPage);
      return { hits, page, hitsPerPage, nbHits: found.length, nbPages };
    }
    const whole = !Array.isArray(retrieved) || retrieved.includes('*');
    const onPage = places.slice(page * hitsPerPage, (page + 1) * hitsPerPage);
    const hits = onPage.flatMap((at) => this.#group(at, whole));
    return { hits, page, hitsPerPage, nbHits: products, nbPages: Math.ceil(reachable / hitsPerPage) };
  }

  #group(at: number, withNotes = true) {
    return Array.from({ length: this.index.distinct }, (_, variant) => ({
      objectID: `${at}-${variant}`,
      ...(withNotes ? { notes: 'x'.repeat(this.index.notes) } : {}),
      visualCode_1a: code(at % 128, 127),
      ...(this.index.distinct > 1 ? { _distinctSeqID: variant } : {}),
    }));
  }
}

function searching(algolia = new FakeAlgolia(), { rerank = true, sorted = false } = {}) {
  const search = new PictureSearch(new Paging());
  return async (params: Params, withPicture = true) => {
    const use = withPicture ? { query: coded, rerank, sorted } : undefined;
    const task = { request: { indexName: 'shop', params }, use };
    const { results } = await search.search(algolia.send, [task]);
    const [result] = results as { hits: Hit[]; nbPages: number; page: number; hitsPerPage: number }[];
    if (!result) throw new Error('no result');
    return result;
  };
}

const ids = ({ hits }: { hits: Hit[] }) => hits.map(({ objectID }) => Number(objectID.split('-')[0]));

test('the page is cut out of the first hundred, closest first', async () => {
  const algolia = new FakeAlgolia();
  const search = searching(algolia);
  const first = await search({ hitsPerPage: 12 });
  const second = await search({ hitsPerPage: 12, page: 1 });
  const searches = algolia.asked.filter(({ filters }) => !filters);
  // Once it is asked how many pages of that size there are.
  expect(searches.map(({ page, hitsPerPage }) => [page, hitsPerPage])).toEqual([
    [0, 108],
    [0, 12],
    [0, 108],
  ]);
  expect(ids(first)).toEqual(Array.from({ length: 12 }, (_, at) => 107 - at));
  expect(ids(second)).toEqual(Array.from({ length: 12 }, (_, at) => 95 - at));
  expect([second.page, second.nbPages]).toEqual([1, 21]);
});

test('on all pages together each product that Algolia gives is shown once, its variants together', async () => {
  const index = fc.record({
    products: fc.integer({ min: 0, max: 260 }),
    size: fc.integer({ min: 1, max: 120 }),
    maxHitsPerQuery: fc.oneof(fc.constant(1000), fc.integer({ min: 1, max: 150 })),
    paginationLimitedTo: fc.oneof(fc.constant(1000), fc.integer({ min: 1, max: 200 })),
    distinct: fc.integer({ min: 1, max: 3 }),
    notes: fc.constantFrom(0, 9_000),
  });
  await fc.assert(
    fc.asyncProperty(
      index,
      fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined }),
      async (given, own) => {
        const search = searching(new FakeAlgolia(given));
        await search({}, false);
        const params = own === undefined ? {} : { hitsPerPage: own };
        const { nbPages } = await search(params);
        const pages = await Promise.all(
          Array.from({ length: nbPages }, (_, page) => search({ ...params, page })),
        );
        for (const page of pages) expect(page.hits).not.toEqual([]);
        const shown = pages.flatMap(({ hits }) => hits.map(({ objectID }) => objectID));
        const expected = Array.from(
          { length: Math.min(given.products, given.paginationLimitedTo) },
          (_, at) => Array.from({ length: given.distinct }, (_, variant) => `${at}-${variant}`),
        );
        expect([...shown].sort()).toEqual(expected.flat().sort());
        const order = shown.join();
        expect(expected.filter((group) => !order.includes(group.join()))).toEqual([]);
      },
    ),
    { numRuns: 100 },
  );
}, 60_000);

test('of large records what they are ordered by is fetched, and what is shown', async () => {
  const algolia = new FakeAlgolia({ products: 54, notes: 2_000 });
  const search = searching(algolia);
  await search({}, false);
  const before = algolia.asked.length;
  const { hits } = await search({ hitsPerPage: 12 });
  await search({ hitsPerPage: 12, query: 'red' });
  expect(hits[0]).toMatchObject({ notes: 'x'.repeat(2_000), _visual: { closeness: expect.any(Number) } });
  const asked = algolia.asked.slice(before);
  // Of a catalog that is known whole, codes are not fetched again.
  expect(asked.map(({ attributesToRetrieve }) => attributesToRetrieve)).toEqual([
    ['objectID', 'visualCode_1a'],
    ['*', '-visualWords_1a', '-visualCode_1a'],
    ['objectID'],
    ['*', '-visualWords_1a', '-visualCode_1a'],
  ]);
  expect(asked.map(({ query = '', filters }) => [query, String(filters ?? '').split(' OR ').length])).toEqual(
    [
      ['', 1],
      ['', 12],
      ['red', 1],
      ['red', 12],
    ],
  );
});

describe('what comes in Algolia’s own order', () => {
  test('pages behind the first hundred', async () => {
    const algolia = new FakeAlgolia();
    expect(ids(await searching(algolia)({ hitsPerPage: 20, page: 6 }))[0]).toBe(120);
    expect(algolia.asked[0]).toMatchObject({ page: 6, hitsPerPage: 20 });
  });

  test.each([{ sorted: true }, { rerank: false }])('hits where it is %j', async (use) => {
    const { hits } = await searching(new FakeAlgolia(), use)({ hitsPerPage: 5 });
    expect(ids({ hits })).toEqual([0, 1, 2, 3, 4]);
    expect(hits[0]?._visual?.closeness).toBeDefined();
  });

  test('a part of the hits that is told by offset and length', async () => {
    const algolia = new FakeAlgolia();
    await searching(algolia)({ offset: 3, length: 9 });
    expect(algolia.asked).toMatchObject([{ offset: 3, length: 9 }]);
  });
});

test('counts are asked for as they are', async () => {
  const algolia = new FakeAlgolia();
  await searching(algolia)({ hitsPerPage: 0, facets: 'brand' });
  expect(algolia.asked).toEqual([{ hitsPerPage: 0, facets: 'brand' }]);
});
