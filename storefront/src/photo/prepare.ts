import { Failure } from '../failure.js';
import type { Crop } from '../types.js';

/** Limits of a shopper's photo, and of the JPEG that is made of it. */
export interface PhotoLimits {
  /** Bytes of the shopper's file. */
  readonly maxFileBytes: number;
  /** Pixels of the shopper's picture: what is not decoded costs no memory. */
  readonly maxPixels: number;
  /** Pixels of the longer side of what is sent: recognizers work on less. */
  readonly maxSide: number;
  /** Bytes of what is sent. */
  readonly maxUploadBytes: number;
}

export const LIMITS: PhotoLimits = {
  maxFileBytes: 50_000_000,
  maxPixels: 150_000_000,
  maxSide: 1024,
  maxUploadBytes: 150_000,
};

const QUALITIES = [0.82, 0.7, 0.55, 0.4];
const SMALLER = 0.7;

/**
 * Makes of a photo, or the crop of it, a small upright JPEG without any metadata.
 *
 * Rejects with `Failure`: `too-large` before anything is decoded, `not-a-picture` for what this browser can't read.
 */
export async function prepare(photo: Blob, crop: Crop | undefined, limits: PhotoLimits): Promise<Blob> {
  if (photo.size > limits.maxFileBytes) {
    throw new Failure('too-large', `${photo.size} bytes; at most ${limits.maxFileBytes}`);
  }
  const url = URL.createObjectURL(photo);
  try {
    const image = await decoded(url, limits.maxPixels);
    return await encoded(image, partOf(image, crop), limits);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The picture, upright: browsers turn it by its EXIF orientation, and `naturalWidth` is that of the upright one. */
async function decoded(url: string, maxPixels: number): Promise<HTMLImageElement> {
  const image = new Image();
  await new Promise<void>((resolve, reject) => {
    image.onload = () => resolve();
    image.onerror = () => reject(new Failure('not-a-picture', 'this browser cannot read it'));
    image.src = url;
  });
  const pixels = image.naturalWidth * image.naturalHeight;
  if (pixels > maxPixels) throw new Failure('too-large', `${pixels} pixels; at most ${maxPixels}`);
  await image.decode().catch(() => {
    throw new Failure('not-a-picture', 'it is damaged');
  });
  if (pixels === 0) throw new Failure('not-a-picture', 'it has no size');
  return image;
}

interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The crop in pixels, at least one each way. */
function partOf({ naturalWidth, naturalHeight }: HTMLImageElement, crop?: Crop): Part {
  const { x, y, width, height } = crop ?? { x: 0, y: 0, width: 1, height: 1 };
  return {
    left: Math.floor(x * naturalWidth),
    top: Math.floor(y * naturalHeight),
    width: Math.max(1, Math.round(width * naturalWidth)),
    height: Math.max(1, Math.round(height * naturalHeight)),
  };
}

/** The part as a JPEG, coarser first, then smaller: at a quarter of the side any picture fits. */
async function encoded(image: HTMLImageElement, part: Part, limits: PhotoLimits): Promise<Blob> {
  let side = limits.maxSide;
  for (;;) {
    const canvas = drawn(image, part, side);
    for (const quality of QUALITIES) {
      const jpeg = await toJpeg(canvas, quality);
      if (jpeg.size <= limits.maxUploadBytes || side < limits.maxSide / 4) return jpeg;
    }
    side *= SMALLER;
  }
}

function drawn(image: HTMLImageElement, part: Part, side: number): HTMLCanvasElement {
  const scale = Math.min(1, side / Math.max(part.width, part.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(part.width * scale));
  canvas.height = Math.max(1, Math.round(part.height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw new Failure('broken', 'this browser draws no pictures');
  // Transparent pixels are black in a JPEG; shops show products on white.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, part.left, part.top, part.width, part.height, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function toJpeg(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const done = (jpeg: Blob | null) =>
      jpeg ? resolve(jpeg) : reject(new Failure('broken', 'this browser draws no pictures'));
    canvas.toBlob(done, 'image/jpeg', quality);
  });
}
