import { liteClient } from 'algoliasearch/lite';
import version4 from 'algoliasearch-4/lite.js';
import type { SearchClient } from 'instantsearch.js';
import type { FakeAlgolia, Params } from './algolia.js';

export type MakeClient = (algolia: FakeAlgolia) => SearchClient;

interface Query {
  readonly indexName: string;
  readonly type?: string;
  readonly facet?: string;
  readonly params?: Params;
}

/** Algolia's own clients, which reach the fake in place of the network, and an object like version 3. */
export const majors: Readonly<Record<'v5' | 'v4' | 'v3', MakeClient>> = {
  v5: (algolia) => liteClient('APP', 'key', { requester: requester(algolia) }) as never,
  v4: (algolia) => version4('APP', 'key', { requester: requester(algolia) } as never) as never,
  v3: (algolia) => new Version3(algolia) as never,
};

/** Clients of pages’ own making. */
export const kinds: Readonly<Record<string, MakeClient>> = {
  ...majors,
  'with private fields': (algolia) => new PrivateClient(algolia) as never,
  frozen: (algolia) => Object.freeze({ ...plainClient(algolia) }) as never,
  'with getters': (algolia) => {
    const inner = plainClient(algolia);
    return {
      get search() {
        return inner.search;
      },
      get transporter() {
        return inner.transporter;
      },
      get appId() {
        return 'APP';
      },
      clearCache: inner.clearCache,
      addAlgoliaAgent: inner.addAlgoliaAgent,
    } as never;
  },
};

/** The client of a composition. */
export const compositionClient: MakeClient = (algolia) =>
  ({
    ...plainClient(algolia),
    search: async ({
      compositionID,
      requestBody,
    }: {
      compositionID: string;
      requestBody: { params: Params };
    }) => ({
      results: [algolia.search(compositionID, requestBody.params, 'composition')],
    }),
    searchForFacetValues: async ({ compositionID, facetName, searchForFacetValuesRequest }: FacetRequest) => {
      const { searchQuery, ...params } = searchForFacetValuesRequest.params;
      const all = { ...searchQuery, facetQuery: params.query, maxFacetHits: params.maxFacetHits };
      return { results: [algolia.facet(compositionID, facetName, all)] };
    },
  }) as never;

interface FacetRequest {
  readonly compositionID: string;
  readonly facetName: string;
  readonly searchForFacetValuesRequest: { readonly params: Params & { readonly searchQuery: Params } };
}

const answered = (algolia: FakeAlgolia, { indexName, type, facet, params = {} }: Query) =>
  type === 'facet' ? algolia.facet(indexName, `${facet}`, params) : algolia.search(indexName, params);

const plainClient = (algolia: FakeAlgolia) => ({
  appId: 'APP',
  transporter: { userAgent: {}, responsesCache: new NoCache() },
  search: async (queries: readonly Query[]) => ({
    results: queries.map((query) => answered(algolia, query)),
  }),
  getRecommendations: async (queries: readonly Query[]) => ({
    results: queries.map(({ indexName }) => algolia.recommend(indexName)),
  }),
  clearCache: async () => {},
  addAlgoliaAgent() {},
});

class NoCache {
  get = (_: unknown, otherwise: () => unknown) => otherwise();
  set = async (_: unknown, value: unknown) => value;
}

/** Says `statusCode` where later versions say `status`. */
class Version3 {
  constructor(private readonly algolia: FakeAlgolia) {}

  async search(queries: readonly Query[]) {
    try {
      return { results: queries.map((query) => answered(this.algolia, query)) };
    } catch (error) {
      throw Object.assign(new Error((error as Error).message), { statusCode: 400 });
    }
  }

  initIndex(indexName: string) {
    const searchForFacetValues = async ({ facetName, ...params }: Params) =>
      this.algolia.facet(indexName, `${facetName}`, params);
    return { searchForFacetValues };
  }
}

class PrivateClient {
  readonly #inner;

  constructor(algolia: FakeAlgolia) {
    this.#inner = plainClient(algolia);
  }

  get appId() {
    return this.#inner.appId;
  }

  get transporter() {
    return this.#inner.transporter;
  }

  search(queries: readonly Query[]) {
    return this.#inner.search(queries);
  }

  getRecommendations(queries: readonly Query[]) {
    return this.#inner.getRecommendations(queries);
  }

  clearCache() {
    return this.#inner.clearCache();
  }

  addAlgoliaAgent() {
    return this.#inner.addAlgoliaAgent();
  }
}

/** What a client of Algolia's sends its requests with. */
const requester = (algolia: FakeAlgolia) => ({
  async send({ url, data = '{}' }: { url: string; data?: unknown }) {
    try {
      return {
        status: 200,
        content: JSON.stringify(served(algolia, new URL(url), JSON.parse(String(data)))),
        isTimedOut: false,
      };
    } catch (error) {
      const { message } = error as Error;
      return { status: 400, content: JSON.stringify({ message, status: 400 }), isTimedOut: false };
    }
  },
});

interface Body {
  readonly requests?: readonly (Query & Params)[];
  readonly facetQuery?: string;
}

/** The answer of Algolia's REST interface. */
function served(
  algolia: FakeAlgolia,
  { pathname, searchParams }: URL,
  { requests = [], ...body }: Body,
): object {
  const facet = /^\/1\/indexes\/(.+)\/facets\/(.+)\/query$/.exec(pathname);
  if (facet) {
    const own = [...searchParams].filter(([name]) => !name.startsWith('x-algolia'));
    return algolia.facet(`${facet[1]}`, `${facet[2]}`, { ...decoded(own), ...body });
  }
  if (pathname.endsWith('/recommendations')) {
    return { results: requests.map(({ indexName }) => algolia.recommend(indexName)) };
  }
  return {
    results: requests.map(({ indexName, type, facet, params, ...flat }) =>
      answered(algolia, {
        indexName,
        ...(type ? { type, facet: `${facet}` } : {}),
        params:
          typeof params === 'string' ? decoded([...new URLSearchParams(params)]) : { ...flat, ...params },
      }),
    ),
  };
}

/** Parameters as version 4 writes them into an address. */
const decoded = (pairs: readonly (readonly [string, string])[]): Params =>
  Object.fromEntries(
    pairs.map(([name, value]) => [
      name,
      /^[[{]|^\d+$|^(?:true|false)$/.test(value) ? JSON.parse(value) : value,
    ]),
  );
