/** A part of a picture, in fractions (0..1) of its upright width and height. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A recognized label: its confidence in 0..1, and the points that it gives a product. */
export interface SeenLabel {
  readonly description: string;
  readonly score: number;
  readonly points: number;
}

/**
 * Names of the attributes that the functions write into a record; of `visualWords` the prefix, before `_` and the
 * encoder.
 */
export interface AttributeNames {
  readonly imageURL: string;
  readonly labels: string;
  readonly labelNames: string;
  readonly visual: string;
  readonly visualWords: string;
}

/** The search function's answer to `return=filters` (docs/search.md). */
export interface Answer {
  readonly labels: readonly SeenLabel[];
  /** Search parameters of Algolia's. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Points from which a product counts as a match. */
  readonly leastPoints: number;
  /** Signed bytes in base64, by the attribute of a hit to compare them with. */
  readonly code?: Readonly<Record<string, string>>;
  /** Closeness, -1..1, from which a product counts as a match. */
  readonly leastCloseness?: number;
  /** What is missing while a service behind is in trouble, or refuses it; left out where nothing is. */
  readonly degraded?: readonly ('labels' | 'filters')[];
  /** Names that the shop chose; without `imageURL` where the functions write none. */
  readonly attributes?: Partial<AttributeNames>;
}

/** A label of the picture that is in use; one that is not kept counts against the products that have it. */
export interface PictureLabel extends SeenLabel {
  readonly kept: boolean;
}

/** The picture that ranks the hits, or that is on its way to do so. */
export interface Picture {
  /** Its origin: a photo of the shopper's, or a product of the catalog. */
  readonly source: 'photo' | 'product';
  /** An address for `<img src>`; of a product without an image, empty. */
  readonly preview: string;
  /** The part that counts; all of it if left out. */
  readonly crop?: Crop;
  /** Up to six, the most certain first. */
  readonly labels: readonly PictureLabel[];
}

/** The step that a picture is at; `idle` without one, `ready` when it ranks the hits. */
export type ImageSearchStatus = 'idle' | 'preparing' | 'sending' | 'looking' | 'ready' | 'failed';

/** Kinds of failure, each with a text of its own. */
export type FailureKind =
  | 'offline' // no connection
  | 'timeout' // no answer in time
  | 'out-of-reach' // a picture on another page, which does not let this one read it
  | 'too-large' // more bytes or pixels than may be
  | 'not-a-picture' // nothing that this browser or the function can read
  | 'rate-limited' // too many searches; see retryAfter
  | 'busy' // the function or a service behind it is in trouble; see retryAfter
  | 'unknown-product' // a product that the catalog doesn't have
  | 'broken'; // the deployment or this page is at fault; the console says more

/** The reason why the last picture could not be used; the one before it stays in use. */
export interface ImageSearchFailure {
  readonly kind: FailureKind;
  /** The function's own words, in English and for developers. */
  readonly detail: string;
  /** Seconds to wait before trying again makes sense, where the function told. */
  readonly retryAfter?: number;
}

/**
 * The relation of the current page's hits to the picture: some are `like` it, none is (`unlike`), no label and
 * no code was found in the picture (`nothing-seen`), no product answers the words and filters (`no-hits`);
 * `unknown` while there is no picture, or no answer yet.
 */
export type ImageSearchMatch = 'unknown' | 'like' | 'unlike' | 'nothing-seen' | 'no-hits';

/** The `_visual` of a hit of a search by picture, in the search function's own terms. */
export interface Visual {
  readonly points: number;
  readonly match: boolean;
  readonly matched: readonly { readonly description: string; readonly points: number }[];
  /** Visual words shared with the picture. */
  readonly words?: number;
  /** -1..1, how alike both pictures are. */
  readonly closeness?: number;
}

/** A hit, while a picture ranks the hits. */
export type VisualHit<THit = Record<string, unknown>> = THit & { readonly _visual?: Visual };
