import { type Frame, frameOf } from './geometry.js';

/** A frame for a photo of which nothing is known. */
export const CENTERED = frameOf({ x: 0.1, y: 0.1, width: 0.8, height: 0.8 });

/** Pixels of the longer side of the copy that is looked at. */
const SIDE = 64;
/** The distance of two colors, of 442 in all, above which they are different. */
const DIFFERENT = 40;
/** Colors of so much of the border are the background's, and so much of a row or column makes it the thing's. */
const SHARE = 0.05;
/** Room around the thing. */
const MARGIN = 0.03;
/** The share of the photo that a thing has at least, and at most. */
const [LEAST, MOST] = [0.05, 0.9];

type Color = readonly [red: number, green: number, blue: number];

/** Pixels by row and column. */
type Pixels = readonly (readonly Color[])[];

/** Frames what differs from the colors at the photo's border; the middle where that tells nothing. */
export function suggestedFrame(photo: HTMLImageElement): Frame {
  const { naturalWidth, naturalHeight } = photo;
  const scale = SIDE / Math.max(naturalWidth, naturalHeight, 1);
  const [width, height] = [Math.round(naturalWidth * scale), Math.round(naturalHeight * scale)];
  if (!width || !height) return CENTERED;
  const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
  if (!context) return CENTERED;
  context.drawImage(photo, 0, 0, width, height);
  return frameAround(pixelsOf(context.getImageData(0, 0, width, height))) ?? CENTERED;
}

/** Frames the thing before a plain background; undefined where there is none, or nothing but the thing. */
export function frameAround(pixels: Pixels): Frame | undefined {
  const background = backgroundOf(pixels);
  if (!background.length) return undefined;
  const differs = pixels.map((row) =>
    row.map((pixel) => background.every((color) => distance(pixel, color) > DIFFERENT)),
  );
  const columns = (differs[0] ?? []).map((_, x) => differs.map((row) => row[x] === true));
  const [top, bottom] = extent(differs);
  const [left, right] = extent(columns);
  const area = (right - left) * (bottom - top);
  if (area < LEAST || area > MOST) return undefined;
  const [x, y] = [Math.max(0, left - MARGIN), Math.max(0, top - MARGIN)];
  return frameOf({ x, y, width: right + MARGIN - x, height: bottom + MARGIN - y });
}

/** Where the lines begin and end that hold enough of the thing, in fractions. */
function extent(lines: readonly (readonly boolean[])[]): readonly [number, number] {
  const held = lines.map((line) => line.filter(Boolean).length > SHARE * line.length);
  const first = held.indexOf(true);
  return first < 0 ? [0, 0] : [first / held.length, (held.lastIndexOf(true) + 1) / held.length];
}

/** The means of the colors that much of the border has, of which alike ones are taken together. */
function backgroundOf(pixels: Pixels): readonly Color[] {
  const border = pixels.flatMap((row, y) =>
    y === 0 || y === pixels.length - 1 ? row : [row[0] as Color, row.at(-1) as Color],
  );
  const alike = new Map<string, Color[]>();
  for (const color of border) {
    const kind = color.map((part) => part >> 5).join();
    alike.set(kind, [...(alike.get(kind) ?? []), color]);
  }
  return [...alike.values()].filter(({ length }) => length >= SHARE * border.length).map(mean);
}

function mean(colors: readonly Color[]): Color {
  const part = (at: 0 | 1 | 2) => colors.reduce((sum, color) => sum + color[at], 0) / colors.length;
  return [part(0), part(1), part(2)];
}

const distance = (one: Color, other: Color): number =>
  Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);

function pixelsOf({ data, width, height }: ImageData): Pixels {
  const pixel = (x: number, y: number): Color => {
    const [red = 0, green = 0, blue = 0] = data.subarray(4 * (y * width + x));
    return [red, green, blue];
  };
  return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (__, x) => pixel(x, y)));
}
