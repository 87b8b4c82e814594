import type { Request, Result } from './rounds.js';

/** Pages of one size that were seen, and whether Algolia lets nobody page further (`paginationLimitedTo`). */
interface Seen {
  readonly pages: number;
  readonly isLimit: boolean;
}

/** Hits of a result by which it is judged how large all are. */
const SAMPLE = 5;

/** What answers have told of how indices page: their own page size, and how far one can page. */
export class Paging {
  readonly #sizes = new Map<string, number>();
  readonly #bytes = new Map<string, number>();
  readonly #most = new Map<string, number>();
  readonly #seen = new Map<string, Seen>();

  /** Hits on a page where a request doesn't say, if any answer has told. */
  sizeOf(index: string): number | undefined {
    return this.#sizes.get(index);
  }

  /** The most hits that an index was seen to have; any number before it was seen. */
  most(index: string): number {
    return this.#most.get(index) ?? Number.POSITIVE_INFINITY;
  }

  /** Bytes of JSON that a hit has; 0 before any was seen. */
  bytesOfHit(index: string): number {
    return this.#bytes.get(index) ?? 0;
  }

  /** Learns from the results of requests. */
  learn(requests: readonly Request[], results: readonly object[]): void {
    requests.forEach((request, at) => {
      this.#learn(request, (results[at] ?? {}) as Result);
    });
  }

  #learn({ indexName, params = {} }: Request, { hitsPerPage, nbHits, nbPages, hits }: Result): void {
    if (!hits || !hitsPerPage || nbHits === undefined || nbPages === undefined) return;
    // Ungrouped records are counted otherwise than groups.
    if (params.distinct === false) return;
    const seen = hits
      .slice(0, SAMPLE)
      .map(({ _highlightResult, _snippetResult, ...hit }) => JSON.stringify(hit).length);
    const largest = Math.max(
      this.bytesOfHit(indexName),
      seen.reduce((sum, bytes) => sum + bytes, 0) / SAMPLE,
    );
    this.#bytes.set(indexName, largest);
    this.#most.set(indexName, Math.max(nbHits, this.#most.get(indexName) ?? 0));
    if (params.hitsPerPage === undefined) this.#sizes.set(indexName, hitsPerPage);
    const key = keyOf(indexName, hitsPerPage);
    const { pages, isLimit } = this.#seen.get(key) ?? NOTHING;
    this.#seen.set(key, {
      pages: Math.max(pages, nbPages),
      isLimit: isLimit || nbPages < Math.ceil(nbHits / hitsPerPage),
    });
  }

  /** Pages of a size that hold something, undefined where that is not known exactly. */
  pages(index: string, size: number, nbHits: number): number | undefined {
    const { pages, isLimit } = this.#seen.get(keyOf(index, size)) ?? NOTHING;
    const wanted = Math.ceil(nbHits / size);
    return wanted <= pages ? wanted : isLimit ? pages : undefined;
  }
}

const NOTHING: Seen = { pages: 0, isLimit: false };

const keyOf = (index: string, size: number) => `${size} ${index}`;
