import { Failure } from '../failure.js';
import type { Crop } from '../types.js';
import type { PhotoLimits } from './limits.js';
import { scaledJpeg } from './scaled.js';

/** A decoded picture, upright, in its own size. */
export interface Decoded {
  readonly source: CanvasImageSource;
  readonly width: number;
  readonly height: number;
  /** Gives its memory back, once it is drawn and what was drawn is read. */
  readonly close: () => void;
}

/** A decoded picture, and the part of it that counts, in its pixels. */
export interface Upright extends Decoded {
  readonly part: Part;
}

interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const JPEG = 'image/jpeg';
/** Bytes of a JPEG that tell its size: it stands behind the metadata, which is rarely more. */
const HEAD = 256_000;

/**
 * Decodes a picture upright: where the browser can away from the main thread, and to the size that is needed.
 *
 * Rejects with `Failure`: `too-large` before it is decoded, `not-a-picture` for what this browser can't read.
 */
export async function decoded(file: Blob, crop: Crop | undefined, limits: PhotoLimits): Promise<Upright> {
  // The size of the upright picture: browsers turn it by its EXIF orientation.
  const { naturalWidth: width, naturalHeight: height } = await sized(file);
  if (width * height > limits.maxPixels) throw new Failure('too-large', `${width} x ${height} pixels`);
  const part = partOf(width, height, crop);
  const scale = Math.min(1, limits.maxSide / Math.max(part.width, part.height));
  const scaled = file.type === JPEG ? scaledJpeg(file, width, height, scale) : Promise.reject();
  const upright = await scaled
    .catch(() => resized(file, width * scale, height * scale))
    .catch(() => whole(file));
  return { ...upright, part: partOf(upright.width, upright.height, crop) };
}

/** The picture at a size, decoded away from the main thread. Rejects where the browser can't, or not upright. */
async function resized(file: Blob, width: number, height: number): Promise<Decoded> {
  const bitmap = await createImageBitmap(file, {
    // Browsers that don't know this value, and may leave a picture lying on its side, refuse it.
    imageOrientation: 'from-image',
    resizeQuality: 'high',
    resizeWidth: Math.ceil(width),
    resizeHeight: Math.ceil(height),
  });
  return { source: bitmap, width: bitmap.width, height: bitmap.height, close: () => bitmap.close() };
}

/** The picture, of which its size is known. A cut JPEG tells it too, and sooner. */
async function sized(file: Blob): Promise<HTMLImageElement> {
  const head = file.type === JPEG && (await loaded(file.slice(0, HEAD, file.type)).catch(() => {}));
  return head || loaded(file);
}

async function loaded(file: Blob): Promise<HTMLImageElement> {
  const image = new Image();
  const url = URL.createObjectURL(file);
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
      image.src = url;
    });
    if (image.naturalWidth * image.naturalHeight) return image;
  } catch {
  } finally {
    URL.revokeObjectURL(url);
  }
  throw new Failure('not-a-picture', 'this browser cannot read it');
}

/** The picture in its own size, as every browser can decode it. */
async function whole(file: Blob): Promise<Decoded> {
  const image = await loaded(file);
  await image.decode().catch(() => {
    throw new Failure('not-a-picture', 'it is damaged');
  });
  return { source: image, width: image.naturalWidth, height: image.naturalHeight, close() {} };
}

/** The crop in pixels, at least one each way. */
function partOf(fullWidth: number, fullHeight: number, crop?: Crop): Part {
  const { x, y, width, height } = crop ?? ALL;
  return {
    left: Math.floor(x * fullWidth),
    top: Math.floor(y * fullHeight),
    width: Math.max(1, Math.round(width * fullWidth)),
    height: Math.max(1, Math.round(height * fullHeight)),
  };
}

const ALL: Crop = { x: 0, y: 0, width: 1, height: 1 };
