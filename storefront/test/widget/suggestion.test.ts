// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { CENTERED, frameAround, suggestedFrame } from '../../src/widget/suggestion.js';

const WALL = [200, 190, 180] as const;
const TABLE = [90, 60, 30] as const;
const THING = [20, 20, 120] as const;

/** Pixels of 40 by 40, of which some are the thing's: the rest is a wall above a table. */
const scene = (isThing: (x: number, y: number) => boolean) =>
  Array.from({ length: 40 }, (_, y) =>
    Array.from({ length: 40 }, (__, x) => (isThing(x, y) ? THING : y < 30 ? WALL : TABLE)),
  );

test('a thing before a background of two colors is framed, with some room', () => {
  const frame = frameAround(scene((x, y) => x >= 10 && x < 20 && y >= 12 && y < 32));
  expect(frame).toEqual({
    left: expect.closeTo(0.22),
    top: expect.closeTo(0.27),
    right: expect.closeTo(0.53),
    bottom: expect.closeTo(0.83),
  });
});

test.each([
  ['nothing differs', () => false],
  ['a speck differs', (x: number, y: number) => x === 5 && y === 5],
  ['a thing fills the photo', (x: number, y: number) => x > 0 && x < 39 && y > 0 && y < 39],
])('where %s, nothing is framed', (_, isThing) => {
  expect(frameAround(scene(isThing))).toBeUndefined();
});

test('a border of all colors is no background', () => {
  const colors = scene(() => false).map((row, y) =>
    row.map((_, x) => [6 * x, 6 * y, (37 * x * y) % 255] as const),
  );
  expect(frameAround(colors)).toBeUndefined();
});

test('a photo that cannot be looked at is framed in the middle', () => {
  expect(suggestedFrame(document.createElement('img'))).toBe(CENTERED);
});
