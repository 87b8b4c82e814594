/** A request to Algolia's multi-index search, of hits or of facet values. */
export interface Request {
  readonly indexName: string;
  readonly type?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** A result of it, as far as we look at it; of facet values it has no hits. */
export interface Result {
  readonly hits?: readonly Readonly<Record<string, unknown>>[];
  readonly nbHits?: number;
  readonly nbPages?: number;
  readonly page?: number;
  readonly hitsPerPage?: number;
}

/**
 * Asks Algolia several requests at once: any client's `search` will do. Rejects with an error whose `status` is 400
 * where Algolia does not take the parameters.
 */
export type Send = (requests: Request[]) => Promise<{ readonly results: readonly object[] }>;

/** Something that is answered by one request, or by another after it: it yields each and returns its result. */
export type Steps = Generator<Request, Result, Result>;

/** Runs all of them: their first requests go out together, and so do the next of those that are not done. */
export async function inRounds(send: Send, all: readonly Steps[]) {
  const done: Result[] = [];
  let waiting = all.map((steps, place) => ({ steps, place, next: steps.next() }));
  let answer = {};
  for (;;) {
    for (const { next, place } of waiting) if (next.done) done[place] = next.value;
    waiting = waiting.filter(({ next }) => !next.done);
    if (!waiting.length) return { ...answer, results: done };
    const got = await send(waiting.map(({ next }) => next.value as Request));
    answer = got;
    waiting = waiting.map(({ steps, place }, at) => ({
      steps,
      place,
      next: steps.next((got.results[at] ?? {}) as Result),
    }));
  }
}
