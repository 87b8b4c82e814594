import { blank, toJpeg } from './canvas.js';

/** Pixels each way of a stripe, a whole number of a JPEG's blocks. */
const STRIPE = 16;
/** What a JPEG, and noise that nobody sees, may change of 255. */
const TOLERANCE = 32;

const redAt = (stripe: number) => 80 * stripe;

/**
 * Whether this browser draws with noise, as those do that hide what they run on: known stripes are drawn, and read
 * back from a JPEG of them. Noise in the last bits is none: a JPEG loses more, and the file as it is, the only other
 * way, would tell more than a small picture does.
 */
export async function drawsWithNoise(): Promise<boolean> {
  const { canvas, context } = blank(4 * STRIPE, STRIPE);
  for (let at = 0; at < 4; at += 1) {
    context.fillStyle = `rgb(${redAt(at)}, 99, 99)`;
    context.fillRect(at * STRIPE, 0, STRIPE, STRIPE);
  }
  context.drawImage(await createImageBitmap(await toJpeg(canvas, 1)), 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, STRIPE);
  return data.some((value, at) => {
    const wanted = [redAt(Math.floor(at / 4 / STRIPE) % 4), 99, 99, 255][at % 4] as number;
    return Math.abs(value - wanted) > TOLERANCE;
  });
}
