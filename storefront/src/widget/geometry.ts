import type { Crop } from '../types.js';

export const EDGES = ['left', 'top', 'right', 'bottom'] as const;

export type Edge = (typeof EDGES)[number];

/** The edges of a part, in fractions (0..1) of the picture from its left and from its top. */
export type Frame = Readonly<Record<Edge, number>>;

/** What a pointer drags: one edge, the two of a corner, or the frame as a whole. */
export type Handle = readonly Edge[] | 'frame';

/** The least width and height of a frame. */
export const LEAST = 0.05;

const OPPOSITE = { left: 'right', top: 'bottom', right: 'left', bottom: 'top' } as const;

/** The frame of a part, or of the whole picture; one that is too small or sticks out is corrected. */
export function frameOf(crop: Crop = { x: 0, y: 0, width: 1, height: 1 }): Frame {
  const [left, right] = span(crop.x, crop.width);
  const [top, bottom] = span(crop.y, crop.height);
  return { left, top, right, bottom };
}

/** The part in a frame, to four decimals and never beyond the picture; `undefined` for all of it. */
export function cropOf({ left, top, right, bottom }: Frame): Crop | undefined {
  const crop = { x: round(left), y: round(top), width: round(right - left), height: round(bottom - top) };
  return crop.width === 1 && crop.height === 1 ? undefined : crop;
}

/** The limits of an edge while the others stay. */
export function limitsOf(frame: Frame, edge: Edge): { readonly min: number; readonly max: number } {
  const other = frame[OPPOSITE[edge]];
  return edge === 'left' || edge === 'top' ? { min: 0, max: other - LEAST } : { min: other + LEAST, max: 1 };
}

/** Moves an edge to a place, as far as it can go. */
export function moveEdge(frame: Frame, edge: Edge, to: number): Frame {
  const { min, max } = limitsOf(frame, edge);
  return { ...frame, [edge]: clamp(to, min, max) };
}

/** Moves what is dragged by a distance in fractions of the picture, as far as it can go. */
export function drag(frame: Frame, handle: Handle, dx: number, dy: number): Frame {
  if (handle === 'frame') return moveFrame(frame, dx, dy);
  return handle.reduce(
    (moved, edge) => moveEdge(moved, edge, frame[edge] + (isUpright(edge) ? dx : dy)),
    frame,
  );
}

/** Whether an edge is upright, and so moves sideways. */
export function isUpright(edge: Edge): boolean {
  return edge === 'left' || edge === 'right';
}

function moveFrame({ left, top, right, bottom }: Frame, dx: number, dy: number): Frame {
  const x = clamp(dx, -left, 1 - right);
  const y = clamp(dy, -top, 1 - bottom);
  return { left: left + x, top: top + y, right: right + x, bottom: bottom + y };
}

function span(start: number, length: number): readonly [number, number] {
  const from = clamp(start, 0, 1 - LEAST);
  return [from, clamp(start + length, from + LEAST, 1)];
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}

function round(fraction: number): number {
  return Math.round(fraction * 1e4) / 1e4;
}
