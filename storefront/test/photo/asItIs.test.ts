import { expect, test } from 'vitest';
import { Failure } from '../../src/failure.js';
import { asItIs } from '../../src/photo/asItIs.js';
import { LIMITS } from '../../src/photo/limits.js';

const unreadable = new Failure('not-a-picture', 'this browser cannot read it');
const limits = { ...LIMITS, maxRawBytes: 300 };
const crop = { x: 0.25, y: 0, width: 0.5, height: 1 };

/** A file that begins so, and has so many bytes. */
function file(beginning: string, type: string, bytes = 300): Blob {
  const letters = beginning.padEnd(bytes, '\0');
  return new Blob([Uint8Array.from(letters, (letter) => letter.charCodeAt(0))], { type });
}

const READABLE: [string, string, string, string][] = [
  ['a JPEG', '\xff\xd8\xff\xd9', 'photo.jpg', 'image/jpeg'],
  ['a PNG', '\x89PNG\r\n\x1a\n', 'photo.png', 'image/png'],
  ['a WebP', 'RIFF\x1a\n\0\0WEBPVP8 ', 'photo.webp', 'image/webp'],
  ['an AVIF', '\0\0\0\x18ftypmif1\0\0\0\0mif1avif', 'photo.avif', 'image/avif'],
  ['a HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'photo.heic', 'image/heic'],
  ['a HEIC of the general kind', '\0\0\0\x1cftypmif1\0\0\0\0mif1miafhevc', 'photo.heic', 'image/heic'],
  ['a GIF', 'GIF89a\x01\0', 'photo.gif', 'image/gif'],
  ['a TIFF', 'II*\0\x08\0\0\0', 'photo.tif', 'image/tiff'],
  ['a TIFF of the other order', 'MM\0*\0\0\0\x08', 'photo.tif', 'image/tiff'],
  ['a BMP', 'BM\x36\0\0\0', 'photo.bmp', 'image/bmp'],
];

test.each(READABLE)(
  '%s is sent with its type and part, whatever it is called',
  async (_, beginning, name, type) => {
    for (const called of [type, '', 'application/octet-stream', 'text/plain', 'image/x-other'])
      for (const part of [undefined, crop]) {
        const sent = await asItIs(file(beginning, called), part, limits, unreadable);
        expect([sent.name, sent.photo.type, sent.crop]).toEqual([name, type, part]);
        const large = file(beginning, called, limits.maxRawBytes + 1);
        await expect(asItIs(large, part, limits, unreadable)).rejects.toMatchObject({ kind: 'too-large' });
      }
  },
);

test('bytes stay as they are', async () => {
  const heic = file('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'image/heic');
  const { photo } = await asItIs(heic, undefined, limits, unreadable);
  expect(await photo.text()).toBe(await heic.text());
});

test('a picture of a format that nobody knows here is for the function to refuse', async () => {
  const { name, photo } = await asItIs(file('\0\0\0\x0cJXL \r\n', 'image/jxl'), crop, limits, unreadable);
  expect([name, photo.type]).toEqual(['photo', 'image/jxl']);
});

test.each([
  ['a PDF', '%PDF-1.7\n\0', 'application/pdf'],
  ['a program of Windows', 'MZ\x90\0', 'application/x-msdownload'],
  ['a program of Linux', '\x7fELF\x02\x01', 'application/octet-stream'],
  ['a program of macOS', '\xcf\xfa\xed\xfe\x07', ''],
  ['an archive', 'PK\x03\x04\x14', 'application/zip'],
  ['a document', '\xd0\xcf\x11\xe0\xa1\xb1', 'application/msword'],
  ['a video', '\0\0\0\x18ftypisom\0\0\0\0mp42', 'video/mp4'],
  ['bytes that nothing is known of', '\x01\x02\x03', ''],
  ...['%PDF-1.7\n\0', 'MZ\x90\0', '\x7fELF\x02\x01', 'PK\x03\x04\x14'].map((start) => [
    'even where it is called a picture, a file',
    start,
    'image/jpeg',
  ]),
])('%s that begins %j is refused without asking', async (_, beginning, type) => {
  await expect(asItIs(file(beginning, type), undefined, limits, unreadable)).rejects.toBe(unreadable);
});

test.each([
  ['a text', 'just words', 'text/plain'],
  ['a text with other letters', 'weiße Schuhe — größer', 'text/plain'],
  ['a text that begins like a picture', 'BMW is a car', 'text/plain'],
  ['a page', '<!doctype html><p>Not found', 'image/jpeg'],
  ['nothing', '', 'image/jpeg'],
])('%s is refused without asking, whatever its type', async (_, text, type) => {
  await expect(asItIs(new Blob([text], { type }), undefined, limits, unreadable)).rejects.toBe(unreadable);
});
