/** A part of a picture, in fractions (0..1) of its upright width and height. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A recognized label: its confidence in 0..1, and the points that it gives a product; 0 for one that no product has. */
export interface SeenLabel {
  readonly description: string;
  readonly score: number;
  readonly points: number;
  /** Whether the recognizer is sure of it. */
  readonly sure?: boolean;
  /** The kind of thing it is, such as `object` or `text`, where it is no plain label. */
  readonly kind?: string;
  /** Its place in what was sent. */
  readonly box?: Crop;
}

/** The least that a hit needs for a verdict: closeness, -1..1, where it has a code, else points. */
export interface Step {
  readonly points: number;
  readonly closeness?: number;
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
  readonly steps: Readonly<Record<'similar' | 'verySimilar', Step>>;
  /** Signed bytes in base64, by the attribute of a hit to compare them with. */
  readonly code?: Readonly<Record<string, string>>;
  /** What is missing while a service behind is in trouble, or refuses it; left out where nothing is. */
  readonly degraded?: readonly ('labels' | 'filters')[];
  /** Names that the shop chose; without `imageURL` where the functions write none. */
  readonly attributes?: Partial<AttributeNames>;
}

/** A label of the picture that is in use; one that is not kept no longer counts. */
export interface PictureLabel extends SeenLabel {
  readonly kept: boolean;
}

/** A thing in a photo, and its place in the whole of it. */
export interface Spot {
  readonly description: string;
  readonly box: Crop;
}

/** The picture that ranks the hits, or that is on its way to do so. */
export interface Picture {
  /** Its origin: a photo of the shopper's, or a product of the catalog. */
  readonly source: 'photo' | 'product';
  /** An address for `<img src>`; empty where there is none to show. */
  readonly preview: string;
  /** What the product is called, where that is known. */
  readonly name?: string;
  /** Whether another part of it can be looked for: the photo is still at hand. */
  readonly croppable: boolean;
  /** The part that counts; all of it if left out. */
  readonly crop?: Crop;
  /** Up to three, the most certain first. */
  readonly labels: readonly PictureLabel[];
  /** Things that the recognizer saw in the photo, the most certain first. */
  readonly spots: readonly Spot[];
}

/** One of the last pictures, which can be used again. */
export interface RecentPicture {
  readonly id: string;
  readonly source: 'photo' | 'product';
  /** An address for `<img src>`; empty where there is none to show. */
  readonly preview: string;
  /** What the product is called, or else the best label of the photo; empty where neither is known. */
  readonly name: string;
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
  /** An address of the picture that could not be used, for `<img src>`. */
  readonly preview?: string;
}

/**
 * The relation of the current page's hits to the picture: some are similar (`like`), none is (`unlike`), no label and
 * no code was found in the picture (`nothing-seen`), no product answers the words and filters (`no-hits`);
 * `unknown` while there is no picture, or no answer yet.
 */
export type ImageSearchMatch = 'unknown' | 'like' | 'unlike' | 'nothing-seen' | 'no-hits';

/** How alike a hit and the picture are. */
export type Verdict = 'verySimilar' | 'similar' | 'lessSimilar';

/** The `_visual` of a hit of a search by picture, in the search function's own terms. */
export interface Visual {
  readonly points: number;
  readonly verdict: Verdict;
  /** The picture's best labels that the hit has, too. */
  readonly matched: readonly { readonly description: string; readonly points: number }[];
  /** -1..1, how alike both pictures are. */
  readonly closeness?: number;
}

/** A hit, while a picture ranks the hits. */
export type VisualHit<THit = Record<string, unknown>> = THit & { readonly _visual?: Visual };
