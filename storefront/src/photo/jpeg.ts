import { turned } from './orientation.js';

/** Markers of segments, ISO/IEC 10918-1 table B.1, and EXIF's tag of the orientation. */
const [SCAN, END, APP0, APP1, APP2, APP14, APP15, COMMENT] = [
  0xda, 0xd9, 0xe0, 0xe1, 0xe2, 0xee, 0xef, 0xfe,
] as const;
const ORIENTATION = 0x0112;

/**
 * A JPEG without what is not its picture: no place, no time, no camera, no thumbnail, and nothing behind its end. How
 * to turn it stays, and its colors. What is no proper JPEG is left as it is from there on.
 */
export async function withoutMetadata(jpeg: Blob): Promise<Blob> {
  const view = new DataView(await jpeg.arrayBuffer());
  const kept: BlobPart[] = [jpeg.slice(0, 2)];
  let at = 2;
  for (const { marker, start, end } of segmentsOf(view)) {
    if (isPicture(view, marker, start)) kept.push(jpeg.slice(start, end));
    const orientation = marker === APP1 ? orientationIn(view, start + 4, end) : undefined;
    if (orientation) kept.push(turned(orientation));
    at = end;
  }
  return new Blob([...kept, jpeg.slice(at, endOf(view, at))], { type: 'image/jpeg' });
}

/** The segments before the picture's own data. */
function* segmentsOf(view: DataView): Generator<{ marker: number; start: number; end: number }> {
  let start = 2;
  while (start + 4 <= view.byteLength && view.getUint8(start) === 0xff) {
    const marker = view.getUint8(start + 1);
    const end = start + 2 + view.getUint16(start + 2);
    if (marker === SCAN || marker < 0xc0 || marker === 0xff || end > view.byteLength) return;
    yield { marker, start, end };
    start = end;
  }
}

/** Whether a segment says how to show the picture: of what programs add, versions, color profiles and spaces do. */
function isPicture(view: DataView, marker: number, start: number): boolean {
  if (marker === APP2) return textAt(view, start + 4, 11) === 'ICC_PROFILE';
  return marker === APP0 || marker === APP14 || !((marker >= APP0 && marker <= APP15) || marker === COMMENT);
}

/** The orientation in a segment of EXIF, CIPA DC-008. */
function orientationIn(view: DataView, start: number, end: number): number | undefined {
  if (start + 14 > end || textAt(view, start, 4) !== 'Exif') return undefined;
  const tiff = start + 6;
  const little = textAt(view, tiff, 2) === 'II';
  const first = tiff + view.getUint32(tiff + 4, little);
  if (first + 2 > end) return undefined;
  const count = view.getUint16(first, little);
  for (let at = first + 2; at + 12 <= Math.min(end, first + 2 + 12 * count); at += 12)
    if (view.getUint16(at, little) === ORIENTATION) return view.getUint16(at + 8, little);
  return undefined;
}

/** The end of the picture's data: within it, a byte of ones that is no marker is followed by zero. */
function endOf(view: DataView, from: number): number {
  const bytes = new Uint8Array(view.buffer);
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1))
    if (bytes[at + 1] === END) return at + 2;
  return bytes.length;
}

const textAt = (view: DataView, at: number, length: number) =>
  String.fromCharCode(
    ...new Uint8Array(view.buffer, at, Math.max(0, Math.min(length, view.byteLength - at))),
  );
