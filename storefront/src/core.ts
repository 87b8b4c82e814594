/**
 * Search by picture without InstantSearch, and without any interface: it prepares a photo, asks the search function
 * about it, and searches Algolia with the answer.
 */

import { createEngine, type EngineParams, PictureSearch } from './engine.js';
import { Paging } from './search/paging.js';
import type { Level, PictureQuery } from './search/query.js';
import type { Request, Result, Send as SendAll } from './search/rounds.js';
import type { Crop, VisualHit } from './types.js';
import { checkUrl } from './usage.js';

export { Failure } from './failure.js';
export type { PictureQuery } from './search/query.js';
export type { Request, Result } from './search/rounds.js';
export type {
  Answer,
  Crop,
  ImageSearchFailure,
  SeenLabel,
  Step,
  Verdict,
  Visual,
  VisualHit,
} from './types.js';

export type ImageSearchParams = EngineParams & {
  /** Whether the first hundred hits are put in the order of their closeness; default true. */
  rerank?: boolean;
  /** Told once when Algolia takes no more than this much of a picture, and why. */
  onRefusal?: (level: Level, why: unknown) => void;
};

/** Options of one question to the search function. */
export interface AskOptions {
  /** The part of the photo that counts. */
  readonly crop?: Crop | undefined;
  /** Drops the question. */
  readonly signal?: AbortSignal | undefined;
  /** Told the share of the photo that is sent, 0..1. */
  readonly onSent?: (share: number) => void;
}

/** A result of a search by picture: each hit says in `_visual` what it has in common with the picture. */
export type PictureResult<THit = Record<string, unknown>> = Omit<Result, 'hits'> & {
  readonly hits: readonly VisualHit<THit>[];
};

/**
 * Asks Algolia several requests (`Request`), as the `search` of its clients does. Each client has a type of its own
 * for them, which only `never` fits.
 */
export type Send = (requests: never[]) => Promise<{ readonly results: readonly object[] }>;

export interface ImageSearch {
  /** Looks at a photo. Rejects with `Failure`. */
  photo(photo: Blob, options?: AskOptions): Promise<PictureQuery>;
  /** Looks at a product of the catalog, by its `objectID`. Rejects with `Failure`. */
  product(objectID: string, options?: Pick<AskOptions, 'signal'>): Promise<PictureQuery>;
  /** Searches an index for what looks like the picture, the closest first; without one as Algolia does. */
  search<THit>(picture: PictureQuery | undefined, send: Send, request: Request): Promise<PictureResult<THit>>;
}

/** Throws an `Error` that names the parameter for one that cannot work. */
export function createImageSearch({ rerank = true, onRefusal, ...params }: ImageSearchParams): ImageSearch {
  checkUrl(params.url);
  const { prepare, service } = createEngine(params);
  const searches = new PictureSearch(new Paging(), onRefusal);
  const never = new AbortController().signal;
  return {
    async photo(photo, { crop, signal = never, onSent = () => {} } = {}) {
      const small = await prepare(photo, crop);
      signal.throwIfAborted();
      return { answer: await service.answerForPhoto(small, signal, onSent), removed: new Set() };
    },
    async product(product, { signal = never } = {}) {
      return { answer: await service.answerForProduct(product, signal), removed: new Set(), product };
    },
    async search<THit>(query: PictureQuery | undefined, send: Send, request: Request) {
      const task = { request, use: query && { query, rerank, sorted: false } };
      const { results } = await searches.search(send as unknown as SendAll, [task]);
      return { hits: [], ...results[0] } as unknown as PictureResult<THit>;
    },
  };
}
