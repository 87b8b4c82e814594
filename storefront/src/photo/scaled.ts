import { blank, toJpeg } from './canvas.js';
import type { Decoded } from './decode.js';
import { turned } from './orientation.js';

/** The part of WebCodecs that is used; not every browser has it. */
interface Decoder {
  decode(): Promise<{ readonly image: Frame }>;
  close(): void;
}
interface Frame {
  readonly displayWidth: number;
  readonly displayHeight: number;
  close(): void;
}
interface DecoderOptions {
  readonly data: ReadableStream;
  readonly type: string;
  readonly desiredWidth: number;
  readonly desiredHeight: number;
}

const { ImageDecoder } = globalThis as {
  ImageDecoder?: new (options: DecoderOptions) => Decoder;
};

/** Parts in which a JPEG can be decoded: its blocks have eight pixels each way. */
const PARTS = 8;
/** Numbers of them that decoders are quick at. */
const QUICK = [1, 2, 4];
/** The share of what was asked for that is enough: a camera's 4,000 pixels become 1,000 in place of 1,024. */
const ENOUGH = 0.95;

/**
 * Decodes a JPEG upright in about the size that is asked for, or a larger one: that takes half of the time, and a
 * fraction of the memory, of decoding all pixels. Rejects where the browser can't.
 */
export async function scaledJpeg(file: Blob, width: number, height: number, scale: number): Promise<Decoded> {
  const parts = QUICK.find((each) => each >= scale * PARTS * ENOUGH);
  if (!parts) throw new Error('no pixel is too many');
  turning ??= turnsUpright();
  const decoding = decodedJpeg(file, (width * parts) / PARTS, (height * parts) / PARTS);
  const [jpeg, turns] = await Promise.all([decoding, turning]);
  if (turns) return jpeg;
  jpeg.close();
  throw new Error('this browser has no decoder that turns upright');
}

async function decodedJpeg(file: Blob, width: number, height: number): Promise<Decoded> {
  if (!ImageDecoder) throw new Error('this browser has no decoder');
  // A browser takes the next smaller size, so there must be room for rounding.
  const [desiredWidth, desiredHeight] = [Math.ceil(width) + PARTS, Math.ceil(height) + PARTS];
  const decoder = new ImageDecoder({ data: file.stream(), type: 'image/jpeg', desiredWidth, desiredHeight });
  try {
    const { image } = await decoder.decode();
    // Drawn as it is: a bitmap of it now and then lies on its side in Chromium.
    const source = image as Frame & CanvasImageSource;
    return { source, width: image.displayWidth, height: image.displayHeight, close: () => image.close() };
  } finally {
    decoder.close();
  }
}

let turning: Promise<boolean> | undefined;

/** Pixels each way of a quarter, a whole number of a JPEG's blocks. */
const QUARTER = 16;
/** The orientation that both turns and mirrors: the upper left quarter is shown at the lower right. */
const TURNED_AND_MIRRORED = 7;

/** Whether the decoder turns a picture by its EXIF orientation; those of some browsers don't. */
async function turnsUpright(): Promise<boolean> {
  if (!ImageDecoder) return false;
  const { canvas, context } = blank(4 * QUARTER, 2 * QUARTER);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, QUARTER, QUARTER);
  const lying = await toJpeg(canvas, 1);
  const jpeg = new Blob([lying.slice(0, 2), turned(TURNED_AND_MIRRORED), lying.slice(2)]);
  const upright = await decodedJpeg(jpeg, 4 * QUARTER, 2 * QUARTER).catch(() => undefined);
  if (!upright) return false;
  context.drawImage(upright.source, 0, -2 * QUARTER);
  const [red] = context.getImageData(QUARTER * 1.5, QUARTER * 1.5, 1, 1).data;
  upright.close();
  return upright.width < upright.height && Number(red) > 128;
}
