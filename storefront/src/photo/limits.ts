import type { Crop } from '../types.js';

/** Limits of a shopper's photo, and of what is sent of it. */
export interface PhotoLimits {
  /** Bytes of the shopper's file. */
  readonly maxFileBytes: number;
  /** Pixels of the shopper's picture: what is not decoded costs no memory. */
  readonly maxPixels: number;
  /** Pixels of the longer side of the JPEG that is made: recognizers work on less. */
  readonly maxSide: number;
  /** Bytes of that JPEG. */
  readonly maxUploadBytes: number;
  /** Bytes of a file that is sent as it is: what the search function takes, unless it is set to less. */
  readonly maxRawBytes: number;
}

export const LIMITS: PhotoLimits = {
  maxFileBytes: 50_000_000,
  maxPixels: 150_000_000,
  maxSide: 1024,
  maxUploadBytes: 150_000,
  maxRawBytes: 15_000_000,
};

/** What is sent of a photo. */
export interface Upload {
  readonly photo: Blob;
  /** A name for the file, which says no more than its format. */
  readonly name: string;
  /** The part that the search function is to cut out, where it is not cut out here. */
  readonly crop?: Crop | undefined;
}
