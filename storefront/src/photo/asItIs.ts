// biome-ignore-all lint/suspicious/noControlCharactersInRegex: files begin with such

import { Failure } from '../failure.js';
import type { Crop } from '../types.js';
import { withoutMetadata } from './jpeg.js';
import type { PhotoLimits, Upload } from './limits.js';

/** What the search function reads: the ending of a name, the type, and how files of it begin, a letter a byte. */
const FORMATS: readonly (readonly [ending: string, type: string, beginning: RegExp])[] = [
  ['jpg', 'image/jpeg', /^\xff\xd8\xff/],
  ['png', 'image/png', /^\x89PNG\r\n\x1a\n/],
  ['webp', 'image/webp', /^RIFF.{4}WEBP/s],
  ['avif', 'image/avif', /^.{4}ftyp(.{4})*?avi[fs]/s],
  ['heic', 'image/heic', /^.{4}ftyp(.{4})*?he[iv][cxms]/s],
  ['gif', 'image/gif', /^GIF8[79]a/],
  ['tif', 'image/tiff', /^(II[*+]\0|MM\0\*)/],
  ['bmp', 'image/bmp', /^BM/],
];

/** Documents, programs and archives, whatever their names say; text has no control characters but a few. */
const OTHERS =
  /^(%PDF|%!PS|\xc5\xd0\xd3\xc6|MZ|\x7fELF|[\xcf\xce]\xfa\xed\xfe|\xca\xfe\xba\xbe|PK\x03\x04|\x1f\x8b|Rar!|7z\xbc|\xd0\xcf\x11\xe0|[^\0-\x08\x0b\x0e-\x1f]*$)/;

/** Bytes that tell a format. */
const BEGINNING = 256;

/**
 * A file for the search function as it is, because this browser can't read or draw it: of a JPEG without its
 * metadata, and with the part for the function to cut out.
 *
 * @param why the failure where nobody can read the file either, which is told without asking
 */
export async function asItIs(
  file: Blob,
  crop: Crop | undefined,
  { maxRawBytes }: PhotoLimits,
  why: Failure,
): Promise<Upload> {
  const beginning = await lettersOf(file.slice(0, BEGINNING));
  const [ending, type] = FORMATS.find(([, , begins]) => begins.test(beginning)) ?? ['', file.type];
  if (OTHERS.test(beginning) || !type.startsWith('image/')) throw why;
  if (file.size > maxRawBytes) throw new Failure('too-large', `${file.size} bytes; at most ${maxRawBytes}`);
  const photo = ending === 'jpg' ? await withoutMetadata(file) : file;
  return { photo: photo.slice(0, photo.size, type), name: ending ? `photo.${ending}` : 'photo', crop };
}

/** Bytes as letters; of a file in boxes, as HEIC and AVIF are, those of the first box, which lists its formats. */
async function lettersOf(beginning: Blob): Promise<string> {
  const bytes = new DataView(await beginning.arrayBuffer());
  const letters = String.fromCharCode(...new Uint8Array(bytes.buffer));
  return letters.slice(4, 8) === 'ftyp' ? letters.slice(0, bytes.getUint32(0)) : letters;
}
