import { Failure } from '../failure.js';
import type { Crop } from '../types.js';
import { drawn, toJpeg } from './canvas.js';
import { decoded, type Upright } from './decode.js';
import type { PictureElsewhere } from './elsewhere.js';
import type { PhotoLimits, Upload } from './limits.js';
import { drawsWithNoise } from './noise.js';

const QUALITIES = [0.82, 0.7, 0.55, 0.4];
const SMALLER = 0.7;

/**
 * Makes of a photo, or the crop of it, a small upright JPEG without any metadata. What this browser can't read, or
 * can't draw without noise, is sent as it is where the search function may read it.
 *
 * Rejects with `Failure`: `too-large` before anything is decoded, `not-a-picture` for what nobody can read,
 * `out-of-reach` for what is elsewhere and can't be loaded.
 */
export async function prepare(photo: Blob, crop: Crop | undefined, limits: PhotoLimits): Promise<Upload> {
  const { address } = photo as Partial<PictureElsewhere>;
  const file = address ? await (await import('./fetched.js')).fetched(address, limits.maxFileBytes) : photo;
  if (file.size > limits.maxFileBytes) throw new Failure('too-large', `${file.size} bytes`);
  try {
    const [upright, isNoisy] = await Promise.all([decoded(file, crop, limits), drawsWithNoise()]);
    try {
      if (isNoisy) throw new Failure('not-a-picture', 'this browser draws with noise');
      return { photo: await encoded(upright, limits), name: 'photo.jpg' };
    } finally {
      upright.close();
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'not-a-picture') throw error;
    return (await import('./asItIs.js')).asItIs(file, crop, limits, error);
  }
}

/** The photo as a JPEG, coarser first, then smaller: at a quarter of the side any picture fits. */
async function encoded(upright: Upright, limits: PhotoLimits): Promise<Blob> {
  let side = limits.maxSide;
  for (;;) {
    const canvas = drawn(upright, side);
    for (const quality of QUALITIES) {
      const jpeg = await toJpeg(canvas, quality);
      if (jpeg.size <= limits.maxUploadBytes || side < limits.maxSide / 4) return jpeg;
    }
    side *= SMALLER;
  }
}
