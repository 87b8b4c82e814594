import type { SearchClient } from 'instantsearch.js';
import { listed } from './filters.js';
import { filtersOf, type PictureQuery } from './query.js';
import { type ComparedHit, closestFirst, createComparison } from './similarity.js';

/** Number of hits that are put in the order of their closeness, as many as in the search function. */
const RERANK_WINDOW = 100;

interface Params {
  readonly page?: number;
  readonly hitsPerPage?: number;
  readonly optionalFilters?: unknown;
}
interface Request {
  readonly indexName: string;
  readonly params?: Params;
}
interface Result {
  readonly hits: readonly Record<string, unknown>[];
  readonly nbHits?: number;
  readonly nbPages?: number;
}
interface Client {
  search(requests: readonly Request[]): Promise<{ results: readonly Result[] }>;
}

/** A request to send instead, and what to make of its result. */
interface Plan {
  readonly request: Request;
  readonly finish: (result: Result) => Result;
}

/** When and how a client's hits are compared with the picture. */
export interface PictureClientOptions {
  readonly query: () => PictureQuery | undefined;
  /** The index whose order is by relevance: another one's order stays as it is. */
  readonly index: string;
  readonly rerank: boolean;
}

/**
 * A client whose hits say in `_visual` what they have in common with the picture, and come closest first: of a
 * page that begins within the first hundred hits all of those are asked for, and the page is cut out of them, so
 * that its neighbors come from the client's cache. Searches without the picture pass through untouched.
 */
export function pictureClient(client: SearchClient, options: PictureClientOptions): SearchClient {
  const inner = client as unknown as Client;
  const search: Client['search'] = async (requests) => {
    const query = options.query();
    if (!query) return inner.search(requests);
    const plans = requests.map((request) => planned(request, query, options));
    const answer = await inner.search(plans.map(({ request }) => request));
    return { ...answer, results: answer.results.map((result, at) => plans[at]?.finish(result) ?? result) };
  };
  return Object.create(client, { search: { value: search, enumerable: true } }) as SearchClient;
}

function planned(request: Request, query: PictureQuery, { index, rerank }: PictureClientOptions): Plan {
  const { hitsPerPage = 0, page = 0 } = request.params ?? {};
  if (request.params?.hitsPerPage === 0 || !asksFor(request, query))
    return { request, finish: (result) => result };
  const compare = createComparison(query);
  const pages = hitsPerPage && Math.ceil(RERANK_WINDOW / hitsPerPage);
  const reranks = rerank && query.answer.code !== undefined && request.indexName === index;
  if (reranks && page < pages) return cutOut(request, page, hitsPerPage, pages, compare);
  return {
    request,
    finish: (result) => ({ ...result, hits: result.hits.map((hit) => annotated(compare(hit))) }),
  };
}

/** Asks for so many pages at once and cuts the wanted one out of them. */
function cutOut(
  request: Request,
  page: number,
  size: number,
  pages: number,
  compare: (hit: Record<string, unknown>) => ComparedHit,
): Plan {
  const finish = (result: Result) => {
    const cut = closestFirst(result.hits.map(compare)).slice(page * size, (page + 1) * size);
    return {
      ...result,
      hits: cut.map(annotated),
      page,
      hitsPerPage: size,
      nbPages: pagesOf(result, pages, size),
    };
  };
  return {
    request: { ...request, params: { ...request.params, page: 0, hitsPerPage: pages * size } },
    finish,
  };
}

/** The number of pages of the smaller size within what Algolia lets anybody page through. */
const pagesOf = ({ nbHits = 0, nbPages = 0 }: Result, pages: number, size: number) =>
  Math.min(Math.ceil(nbHits / size), nbPages * pages);

const annotated = ({ hit, visual }: ComparedHit) => ({ ...hit, _visual: visual });

/** Whether a request carries the picture: facet counts and other indices on the page may not. */
function asksFor({ params }: Request, query: PictureQuery): boolean {
  const asked = new Set(listed(params?.optionalFilters));
  const wanted = listed(query.answer.params.optionalFilters).map(String);
  return filtersOf(query).every(({ text }) => !wanted.includes(text) || asked.has(text));
}
