import { LIMITS, type PhotoLimits, prepare } from './photo/prepare.js';
import { httpService, type Service } from './service/service.js';
import type { Crop } from './types.js';

export { PictureSearch } from './search/pictureSearch.js';

/** What a picture needs on its way to a query. */
export interface Engine {
  /** Makes a small JPEG of a photo, or of a crop of it. Rejects with `Failure`. */
  readonly prepare: (photo: Blob, crop: Crop | undefined, limits?: Partial<PhotoLimits>) => Promise<Blob>;
  readonly service: Service;
}

const DEFAULT_TIMEOUT = 20_000;

/** Parameters of an engine. */
export type EngineParams = {
  /** The address of the search function. */
  url: string;
  /** Milliseconds until an unanswered photo counts as failed; default 20,000. */
  timeout?: number;
  /** Bytes of a file above which it is refused unread; default 50 million. */
  maxFileBytes?: number;
};

/** Makes the engine of a browser. */
export function createEngine({
  url,
  timeout = DEFAULT_TIMEOUT,
  maxFileBytes = LIMITS.maxFileBytes,
}: EngineParams): Engine {
  return {
    prepare: (photo, crop, limits) => prepare(photo, crop, { ...LIMITS, maxFileBytes, ...limits }),
    service: httpService({
      url,
      timeout,
      newRequest: () => new XMLHttpRequest(),
      online: () => navigator.onLine,
      report: (advice) => console.error(`imageSearch: ${advice}`),
    }),
  };
}
