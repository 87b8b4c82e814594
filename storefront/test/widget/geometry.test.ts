import { expect, test } from 'vitest';
import type { Frame } from '../../src/widget/geometry.js';
import { cropOf, drag, EDGES, frameOf, LEAST, limitsOf, moveEdge } from '../../src/widget/geometry.js';

const SIDES = [['left'], ['top'], ['right'], ['bottom']] as const;
const HANDLES = ['frame', ...SIDES, ['left', 'top'], ['right', 'bottom']] as const;
const SLACK = 1e-9;

test('every frame stays in the picture and is never too small, however it is dragged', () => {
  const random = randomNumbers(7);
  let frame = frameOf({ x: 0.3, y: 0.3, width: 0.3, height: 0.2 });
  for (let round = 0; round < 1000; round++) {
    const handle = HANDLES[Math.floor(random() * HANDLES.length)] ?? 'frame';
    frame = drag(frame, handle, random() * 3 - 1.5, random() * 3 - 1.5);
    expectSound(frame);
  }
});

test('the part of any frame lies in the picture to the last bit', () => {
  const random = randomNumbers(11);
  for (let round = 0; round < 1000; round++) {
    const frame = frameOf({ x: random(), y: random(), width: random(), height: random() });
    const { x, y, width, height } = cropOf(frame) ?? { x: 0, y: 0, width: 1, height: 1 };
    expect(x + width).toBeLessThanOrEqual(1);
    expect(y + height).toBeLessThanOrEqual(1);
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(LEAST);
  }
});

test.each([
  { x: 0.1, y: 0.25, width: 0.5, height: 0.6 },
  { x: 0, y: 0.5, width: 1, height: 0.5 },
])('the part %j comes back from its frame as it was; all of the picture is no part', (crop) => {
  expect(cropOf(frameOf(crop))).toEqual(crop);
  expect(cropOf(frameOf())).toBeUndefined();
});

test('a part that is too small or sticks out is corrected', () => {
  expectSound(frameOf({ x: 0.99, y: -1, width: 0.001, height: 5 }));
});

test('moving the frame keeps its size, at the border too', () => {
  const frame = frameOf({ x: 0.2, y: 0.2, width: 0.4, height: 0.3 });
  const moved = drag(frame, 'frame', 5, -0.1);
  const [left, top, right, bottom] = [0.6, 0.1, 1, 0.4].map((at) => expect.closeTo(at));
  expect(moved).toEqual({ left, top, right, bottom });
});

test('a corner moves its two edges and no others', () => {
  const frame = frameOf({ x: 0.2, y: 0.2, width: 0.4, height: 0.4 });
  const { left, top, right, bottom } = drag(frame, ['left', 'top'], 0.1, -0.1);
  expect([left, top]).toEqual([expect.closeTo(0.3), expect.closeTo(0.1)]);
  expect([right, bottom]).toEqual([frame.right, frame.bottom]);
});

test.each(EDGES)('the %s edge reaches both of its limits and goes no further', (edge) => {
  const frame = frameOf({ x: 0.2, y: 0.3, width: 0.4, height: 0.4 });
  const { min, max } = limitsOf(frame, edge);
  expect(moveEdge(frame, edge, -1)[edge]).toBe(min);
  expect(moveEdge(frame, edge, 2)[edge]).toBe(max);
});

function expectSound({ left, top, right, bottom }: Frame) {
  expect(Math.min(left, top)).toBeGreaterThanOrEqual(-SLACK);
  expect(Math.max(right, bottom)).toBeLessThanOrEqual(1 + SLACK);
  expect(Math.min(right - left, bottom - top)).toBeGreaterThanOrEqual(LEAST - SLACK);
}

/** The same numbers of 0..1 in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
