import { ClosestHits } from './closestHits.js';
import { Judge, judged } from './judge.js';
import type { Paging } from './paging.js';
import { type Params, restrictedBy, slimmed, withPicture } from './parameters.js';
import { LEVELS, type Level, type PictureQuery } from './query.js';
import { inRounds, type Request, type Result, type Send, type Steps } from './rounds.js';

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
  readonly #closest: ClosestHits;
  /** As much of a picture as Algolia is known to take. */
  level: Level = 'all';

  /** @param paging what answers have told before, with and without a picture */
  constructor(
    private readonly paging: Paging,
    private readonly onRefusal: OnRefusal = () => {},
  ) {
    this.#closest = new ClosestHits(paging);
  }

  /** Searches indices. Rejects with what Algolia says to requests without a picture. */
  search(send: Send, tasks: readonly Task[]) {
    const learning: Send = async (requests) => {
      const answer = await send(requests);
      this.paging.learn(requests, answer.results);
      return answer;
    };
    return this.steppingDown((level) =>
      inRounds(
        learning,
        tasks.map((task) => this.#steps(task, level)),
      ),
    );
  }

  /** Parameters joined with the picture's. */
  joined(params: Params, { query, sorted }: Use, level: Level): Params {
    return withPicture(params, query, { sorted, level });
  }

  /** A result whose hits say what they have in common with the picture. */
  judged(result: Result, params: Params, { query }: Use): Result {
    return new Judge(query, params).result(result);
  }

  /** The parameters of a search for facet values. */
  restricted(params: Params, { query, sorted }: Use): Params {
    return restrictedBy(params, query, { sorted, level: this.level });
  }

  /** Asks; where Algolia refuses (400), with less and less of the picture, and from then on with no more. */
  async steppingDown<T>(ask: (level: Level) => Promise<T>): Promise<T> {
    let refusal: unknown;
    for (const level of LEVELS.slice(LEVELS.indexOf(this.level))) {
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
    this.level = level;
    this.onRefusal(level, refusal);
  }

  #steps({ request, use }: Task, level: Level): Steps {
    if (!use || level === 'none') return asItIs(request);
    const { params = {} } = request;
    const part = { sorted: use.sorted, level };
    if (request.type === 'facet' || params.hitsPerPage === 0)
      return asItIs({ ...request, params: restrictedBy(params, use.query, part) });
    const asked = { ...request, params: slimmed(this.joined(params, use, level), use.query) };
    const judge = new Judge(use.query, asked.params);
    return reranks(use, params) ? this.#closest.page(asked, use.query) : judged(asked, judge);
  }
}

function reranks({ query, rerank, sorted }: Use, { offset, length }: Params): boolean {
  return rerank && !sorted && query.answer.code !== undefined && offset === undefined && length === undefined;
}

function* asItIs(request: Request): Steps {
  return yield request;
}

/** Whether Algolia did not take the parameters. */
function isRefusal(error: unknown): boolean {
  const { status, statusCode } = (error ?? {}) as { status?: unknown; statusCode?: unknown };
  return Number(status ?? statusCode) === 400;
}
