import type { Paging } from './paging.js';
import { type Method, passingOn } from './passingOn.js';
import type { PictureSearch, Use } from './pictureSearch.js';
import type { Request, Result, Send } from './rounds.js';

/** A picture's part in a search, and who searches with it. */
export interface Taking {
  readonly use: Use;
  readonly search: PictureSearch;
}

/** The pictures of a page, by the mark that its requests carry. */
export interface Pictures {
  /** What a search has to wait for, if anything. */
  readonly waiting: Promise<void> | undefined;
  /** What was learned from the answers of the page's client. */
  readonly paging: Paging;
  /** The part of a marked picture in a search of an index; undefined for one that is no more, or not for it. */
  taking(mark: unknown, index: string): Taking | undefined;
}

/** The parameter that marks a request with the picture in use: Algolia never sees it. */
export const MARK = 'imageSearch';

type Params = Readonly<Record<string, unknown>>;

const originals = new WeakMap<object, object>();

/** The page's own client behind one of ours, or the client itself. */
export const originalOf = (client: object): object => originals.get(client) ?? client;

/**
 * The page's client, with pictures: it does everything that the page's own does, as that does it. Only requests
 * that carry a mark are asked otherwise, whichever of a client's methods they go through.
 */
export function pictureClient<T extends object>(client: T, pictures: Pictures): T {
  const requests = new MarkedRequests(pictures);
  const ours = passingOn(
    client,
    new Map([
      [
        'search',
        (own: Method): Method =>
          (asked, ...rest) =>
            requests.search(asked, (other) => own(other, ...rest)),
      ],
      [
        'searchForFacetValues',
        (own: Method): Method =>
          (asked, ...rest) =>
            own(requests.counted(asked), ...rest),
      ],
      [
        'initIndex',
        (own: Method): Method =>
          (name, ...rest) =>
            indexOf(own(name, ...rest), String(name), requests),
      ],
    ]),
  );
  originals.set(ours, client);
  return ours;
}

/** An index of version 3 or 4 of Algolia's client. */
function indexOf(index: unknown, indexName: string, requests: MarkedRequests): unknown {
  const counting =
    (own: Method): Method =>
    (params, ...rest) =>
      own(requests.restricted({ indexName, params: params as Params }).params, ...rest);
  return passingOn(index as object, new Map([['searchForFacetValues', counting]]));
}

type Ask = (asked: unknown) => unknown;

/** Requests in every form that a client takes, with the picture in place of its mark. */
class MarkedRequests {
  constructor(private readonly pictures: Pictures) {}

  /** A search of indices, which are a list, or of a composition. */
  search(asked: unknown, ask: Ask): unknown {
    const { waiting } = this.pictures;
    return waiting ? waiting.then(() => this.#search(asked, ask)) : this.#search(asked, ask);
  }

  #search(asked: unknown, ask: Ask): unknown {
    if (Array.isArray(asked)) return this.#searchIndices(asked, ask);
    const composition = inComposition(asked, ['requestBody', 'params']);
    if (!composition) return ask(asked);
    const { params, taking } = this.#unmarked(composition);
    if (!taking) return ask(composition.with(params));
    const send = (other: Params) => ask(composition.with(other)) as ReturnType<Send>;
    return composed(send, params, taking);
  }

  /** A search for facet values. */
  counted(asked: unknown): unknown {
    if (Array.isArray(asked)) return asked.map((request) => this.restricted(request));
    const composition = inComposition(asked, ['searchForFacetValuesRequest', 'params', 'searchQuery']);
    return composition ? composition.with(this.restricted(composition).params) : asked;
  }

  /** A request for facet values, which a picture can only restrict. */
  restricted(request: Request): Request & { readonly params: Params } {
    const { params, taking } = this.#unmarked(request);
    return { ...request, params: taking ? taking.search.restricted(params, taking.use) : params };
  }

  #searchIndices(requests: readonly Request[], ask: Ask): unknown {
    const all = requests.map((request) => ({ request, ...this.#unmarked(request) }));
    const tasks = all.map(({ request, params, marked, taking }) => ({
      request: marked ? { ...request, params } : request,
      use: taking?.use,
    }));
    const [search] = all.flatMap(({ taking }) => taking?.search ?? []);
    const send = ask as Send;
    if (search) return search.search(send, tasks);
    const asked = tasks.map(({ request }) => request);
    const answer = send(asked);
    Promise.resolve(answer).then(
      ({ results }) => this.pictures.paging.learn(asked, results),
      () => {},
    );
    return answer;
  }

  #unmarked({ indexName, params: all = {} }: Pick<Request, 'indexName' | 'params'>) {
    const { [MARK]: mark, ...params } = all;
    const marked = mark !== undefined;
    return { params, marked, taking: marked ? this.pictures.taking(mark, indexName) : undefined };
  }
}

/** Parameters of ours that a composition takes (Algolia's Composition API, "Run composition parameters"). */
const COMPOSED = [
  'analyticsTags',
  'enableReRanking',
  'enableABTest',
  'filters',
  'facetFilters',
  'optionalFilters',
  'getRankingInfo',
  'ruleContexts',
];

/** Searches a composition, whose order is its makers'. */
function composed(send: (params: Params) => ReturnType<Send>, params: Params, { search, use }: Taking) {
  return search.steppingDown(async (level) => {
    const joined = Object.entries(search.joined(params, use, level));
    const taken = joined.filter(([name]) => name in params || COMPOSED.includes(name));
    const answer = await send(Object.fromEntries(taken));
    if (level === 'none') return answer;
    return {
      ...answer,
      results: answer.results.map((result) => search.judged(result as Result, params, use)),
    };
  });
}

/** The search parameters in a request to a composition, and the request with others in their place. */
function inComposition(asked: unknown, path: readonly string[]) {
  const { compositionID } = (asked ?? {}) as { compositionID?: unknown };
  const params = path.reduce<unknown>((at, name) => (at as Params | undefined)?.[name], asked);
  if (typeof compositionID !== 'string' || typeof params !== 'object' || params === null) return undefined;
  return {
    indexName: compositionID,
    params: params as Params,
    with: (other: Params) => replaced(asked, path, other),
  };
}

function replaced(holder: unknown, [name, ...path]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  return { ...(holder as Params), [name]: replaced((holder as Params)[name], path, value) };
}
