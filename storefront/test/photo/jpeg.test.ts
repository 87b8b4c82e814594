import { expect, test } from 'vitest';
import { withoutMetadata } from '../../src/photo/jpeg.js';

const segment = (marker: number, content: string) => {
  const length = content.length + 2;
  return `\xff${String.fromCharCode(marker, length >> 8, length & 255)}${content}`;
};
const [START, END] = ['\xff\xd8', '\xff\xd9'];
const APP0 = segment(0xe0, 'JFIF\0\x01\x01');
const PROFILE = segment(0xe2, 'ICC_PROFILE\0\x01\x01colors');
const ADOBE = segment(0xee, 'Adobe\0d\0\0\0\0\x01');
const TABLES = segment(0xdb, '\0tables') + segment(0xc0, '\x08size') + segment(0xc4, 'codes');
/** The data of a picture: `ff 00` is a byte of ones in it. */
const DATA = `${segment(0xda, '\x01\x01\0')}data \xff\0 \xff\xd0 more`;

/** EXIF of an orientation and of other tags, in either order of bytes. */
function exif(orientation: number, little: boolean): string {
  const bytes = (size: number, value: number) => {
    const big = Array.from({ length: size }, (_, at) => (value >> (8 * (size - 1 - at))) & 255);
    return String.fromCharCode(...(little ? big.reverse() : big));
  };
  const tag = (id: number, type: number, value: string) =>
    bytes(2, id) + bytes(2, type) + bytes(4, 1) + value;
  const tags = [
    tag(0x010f, 2, 'Sec\0'),
    tag(0x0112, 3, bytes(2, orientation) + bytes(2, 0)),
    tag(0x8825, 4, bytes(4, 0)),
  ];
  const header = (little ? 'II' : 'MM') + bytes(2, 42) + bytes(4, 8);
  return segment(0xe1, `Exif\0\0${header}${bytes(2, tags.length)}${tags.join('')}${bytes(4, 0)}Secret place`);
}

const EXIF_OF = (orientation: number) =>
  segment(
    0xe1,
    `Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0${String.fromCharCode(orientation)}\0\0\0\0\0\0`,
  );

const letters = (bytes: Uint8Array) => String.fromCharCode(...bytes);
const blob = (text: string) => new Blob([Uint8Array.from(text, (letter) => letter.charCodeAt(0))]);
const cleaned = async (text: string) =>
  letters(new Uint8Array(await (await withoutMetadata(blob(text))).arrayBuffer()));

test('a picture without metadata stays as it is', async () => {
  const plain = START + APP0 + PROFILE + ADOBE + TABLES + DATA + END;
  expect(await cleaned(plain)).toBe(plain);
});

const turns = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((turn) => [[turn, true] as const, [turn, false] as const]);

test.each(turns)('of EXIF the orientation stays alone: %i, low byte first: %s', async (turn, little) => {
  const found = await cleaned(START + exif(turn, little) + PROFILE + TABLES + DATA + END);
  expect(found).toBe(START + EXIF_OF(turn) + PROFILE + TABLES + DATA + END);
});

test.each([
  ['XMP', segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<Secret/>')],
  ['IPTC', segment(0xed, 'Photoshop 3.0\0Secret')],
  ['a comment', segment(0xfe, 'Secret comment')],
  ['a list of further pictures', segment(0xe2, 'MPF\0Secret')],
  ['a maker’s own', segment(0xe5, 'Secret')],
  ['EXIF that is cut', segment(0xe1, 'Exif\0\0MM\0*')],
  ['EXIF that points outside', segment(0xe1, 'Exif\0\0MM\0*\0\0\xff\xff\0\0\0\0')],
])('%s goes', async (_, metadata) => {
  expect(await cleaned(START + APP0 + metadata + TABLES + DATA + END)).toBe(
    START + APP0 + TABLES + DATA + END,
  );
});

test('what lies behind the end goes: a second picture, or a film', async () => {
  const found = await cleaned(START + TABLES + DATA + DATA + END + START + exif(1, true) + END);
  expect(found).toBe(START + TABLES + DATA + DATA + END);
});

test.each([
  ['a picture without its end', START + TABLES + DATA],
  ['a segment longer than the file', `${START + TABLES}\xff\xdb\xff\xff`],
  ['something else', `${START}no segments`],
  ['two bytes', START],
])('%s is left as it is', async (_, damaged) => {
  expect(await cleaned(damaged)).toBe(damaged);
});
