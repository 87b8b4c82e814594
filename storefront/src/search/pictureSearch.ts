import { withHighlights } from './highlights.js';
import type { Paging } from './paging.js';
import { counting, type Params, restrictedBy, slimmed, withPicture } from './parameters.js';
import { LEVELS, type Level, type PictureQuery } from './query.js';
import { inRounds, type Request, type Result, type Send, type Steps } from './rounds.js';
import { type ComparedHit, closestFirst, createComparison, groupsOf } from './similarity.js';

/** Number of hits that are put in the order of their closeness, as many as in the search function. */
const WINDOW = 100;

/** Parameters of ours that a composition takes (Algolia's Composition API, "Run composition parameters"). */
const COMPOSED = [
  'analyticsTags',
  'enableReRanking',
  'facetFilters',
  'filters',
  'getRankingInfo',
  'optionalFilters',
  'ruleContexts',
];

/** The picture's part in a request. */
export interface Use {
  readonly query: PictureQuery;
  /** Whether the index is sorted by something else than relevance: its order stays as it is. */
  readonly sorted: boolean;
  /** Whether the first hundred hits are put in the order of their closeness. */
  readonly rerank: boolean;
}

/** A request of the page, and the picture's part in it, if any. */
export interface Task {
  readonly request: Request;
  readonly use?: Use | undefined;
}

/** Told that Algolia refuses all but this much of a picture, and why. */
export type OnRefusal = (level: Level, why: unknown) => void;

/**
 * Searches in which a picture takes part: its parameters join the page's, hits say in `_visual` what they have in
 * common with it, and the first hundred come closest first.
 */
export class PictureSearch {
  #level: Level = 'all';

  /** @param paging what answers have told before, with and without a picture */
  constructor(
    private readonly paging: Paging,
    private readonly onRefusal: OnRefusal = () => {},
  ) {}

  /** Searches indices. Rejects with what Algolia says to requests without a picture. */
  search(send: Send, tasks: readonly Task[]) {
    const learning: Send = async (requests) => {
      const answer = await send(requests);
      this.paging.learn(requests, answer.results);
      return answer;
    };
    return this.#steppingDown((level) =>
      inRounds(
        learning,
        tasks.map((task) => this.#steps(task, level)),
      ),
    );
  }

  /** Searches a composition, which takes some parameters only, and whose order is its makers'. */
  compose(send: (params: Params) => ReturnType<Send>, params: Params, { query, sorted }: Use) {
    return this.#steppingDown(async (level) => {
      const joined = withPicture(params, query, { sorted, level });
      const taken = Object.entries(joined).filter(([name]) => name in params || COMPOSED.includes(name));
      const answer = await send(Object.fromEntries(taken));
      const judge = new Judge(query, params);
      return level === 'none' ? answer : { ...answer, results: answer.results.map(judge.result) };
    });
  }

  /** The parameters of a search for facet values. */
  restricted(params: Params, { query, sorted }: Use): Params {
    return restrictedBy(params, query, { sorted, level: this.#level });
  }

  /** Asks; where Algolia refuses (400), with less and less of the picture, and from then on with no more. */
  async #steppingDown<T>(ask: (level: Level) => Promise<T>): Promise<T> {
    let refusal: unknown;
    for (const level of LEVELS.slice(LEVELS.indexOf(this.#level))) {
      try {
        const answer = await ask(level);
        if (refusal !== undefined) this.#settle(level, refusal);
        return answer;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refusal ??= error;
      }
    }
    throw refusal;
  }

  #settle(level: Level, refusal: unknown): void {
    this.#level = level;
    this.onRefusal(level, refusal);
  }

  #steps({ request, use }: Task, level: Level): Steps {
    if (!use || level === 'none') return asItIs(request);
    const { params = {} } = request;
    const part = { sorted: use.sorted, level };
    if (request.type === 'facet' || params.hitsPerPage === 0)
      return asItIs({ ...request, params: restrictedBy(params, use.query, part) });
    const asked = { ...request, params: slimmed(withPicture(params, use.query, part), use.query) };
    const judge = new Judge(use.query, asked.params);
    return this.#reranks(use, params) ? this.#closest(asked, judge) : judged(asked, judge);
  }

  #reranks({ query, rerank, sorted }: Use, { offset, length }: Params): boolean {
    return (
      rerank && !sorted && query.answer.code !== undefined && offset === undefined && length === undefined
    );
  }

  /**
   * A page of the hits in the order of closeness: the first hundred are asked for at once and the page is cut out
   * of them, so that its neighbors come from the client's cache. Algolia may give fewer (a key's
   * `maxHitsPerQuery`): then what comes after them is asked for as a page of its own.
   */
  *#closest(asked: Request & { params: Params }, judge: Judge): Steps {
    const { page = 0, hitsPerPage } = asked.params as { page?: number; hitsPerPage?: number };
    const wanted = hitsPerPage ?? this.paging.sizeOf(asked.indexName) ?? (yield* this.#ownSize(asked));
    const pages = Math.ceil(WINDOW / wanted);
    if (page >= pages) return yield* judged(asked, judge);
    const window = yield { ...asked, params: { ...asked.params, page: 0, hitsPerPage: pages * wanted } };
    const { nbHits = 0, hitsPerPage: given = pages * wanted } = window;
    const groups = groupsOf((window.hits ?? []).map(judge.compare));
    const size = Math.min(wanted, given);
    const isAll = groups.length >= nbHits || (given >= pages * wanted && groups.length < given);
    const covered = isAll ? pages : Math.max(1, Math.floor(groups.length / size));
    if (page >= covered) return yield* judged(asked, judge);
    const whole = closestFirst(groups.slice(0, covered * size));
    const hits = whole.slice(page * size, (page + 1) * size).flat();
    const nbPages = isAll ? Math.ceil(groups.length / size) : yield* this.#pages(asked, size, nbHits);
    return { ...window, hits: hits.map(judge.said), page, hitsPerPage: size, nbPages };
  }

  /** Hits on a page of the index, asked for where no answer has told yet. */
  *#ownSize(asked: Request & { params: Params }): Generator<Request, number, Result> {
    const { hitsPerPage } = yield { ...asked, params: counting(asked.params) };
    return hitsPerPage || DEFAULT_SIZE;
  }

  *#pages(
    asked: Request & { params: Params },
    size: number,
    nbHits: number,
  ): Generator<Request, number, Result> {
    const known = this.paging.pages(asked.indexName, size, nbHits);
    if (known !== undefined) return known;
    const { nbPages = 0 } = yield { ...asked, params: { ...counting(asked.params), hitsPerPage: size } };
    return nbPages;
  }
}

/** Hits on a page where an index has no setting (Algolia, `hitsPerPage`). */
const DEFAULT_SIZE = 20;

/** Compares the hits of one request with the picture. */
class Judge {
  readonly compare: (hit: Readonly<Record<string, unknown>>) => ComparedHit;
  readonly #highlights: boolean;

  constructor(query: PictureQuery, params: Params) {
    this.compare = createComparison(query);
    this.#highlights =
      Array.isArray(params.attributesToHighlight) && params.attributesToHighlight.length === 0;
  }

  /** The hit as the page gets it. */
  readonly said = ({ hit, visual }: ComparedHit) => ({
    ...(this.#highlights ? withHighlights(hit) : hit),
    _visual: visual,
  });

  readonly result = (result: Result): Result =>
    result.hits ? { ...result, hits: result.hits.map((hit) => this.said(this.compare(hit))) } : result;
}

function* asItIs(request: Request): Steps {
  return yield request;
}

function* judged(request: Request, judge: Judge): Steps {
  return judge.result(yield request);
}

/** Whether Algolia did not take the parameters. */
function isRefusal(error: unknown): boolean {
  const { status, statusCode } = (error ?? {}) as { status?: unknown; statusCode?: unknown };
  return Number(status ?? statusCode) === 400;
}
