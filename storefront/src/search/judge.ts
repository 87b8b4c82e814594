import { withHighlights } from './highlights.js';
import type { Params } from './parameters.js';
import type { PictureQuery } from './query.js';
import type { Request, Result, Steps } from './rounds.js';
import { type ComparedHit, createComparison } from './similarity.js';

type Hit = Readonly<Record<string, unknown>>;

/** Says of the hits of one request what they have in common with the picture. */
export class Judge {
  readonly compare: (hit: Hit) => ComparedHit;
  readonly #highlights: boolean;

  constructor(query: PictureQuery, params: Params) {
    const { attributesToHighlight } = params;
    this.compare = createComparison(query);
    this.#highlights = Array.isArray(attributesToHighlight) && attributesToHighlight.length === 0;
  }

  /** The hit as the page gets it. */
  readonly said = ({ hit, visual }: ComparedHit): Hit => ({
    ...(this.#highlights ? withHighlights(hit) : hit),
    _visual: visual,
  });

  readonly result = (result: Result): Result =>
    result.hits ? { ...result, hits: result.hits.map((hit) => this.said(this.compare(hit))) } : result;
}

/** Hits in Algolia's own order. */
export function* judged(request: Request, judge: Judge): Steps {
  return judge.result(yield request);
}
