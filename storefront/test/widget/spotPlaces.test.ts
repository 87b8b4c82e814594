import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distinct, placesOf } from '../../src/widget/spotPlaces.js';

const spot = (x: number, y: number, width: number, height: number, description = 'Shoe') => ({
  description,
  box: { x, y, width, height },
});

test('a thing that was seen twice at one place is there once, the first', () => {
  const sneaker = spot(0.11, 0.1, 0.3, 0.3, 'Sneaker');
  const lace = spot(0.2, 0.2, 0.1, 0.1, 'Lace');
  expect(distinct([spot(0.1, 0.1, 0.3, 0.3), sneaker, lace]).map(({ description }) => description)).toEqual([
    'Shoe',
    'Lace',
  ]);
});

test('there are six at most', () => {
  const apart = Array.from({ length: 9 }, (_, at) => spot(at / 10, 0, 0.1, 0.1));
  expect(distinct(apart)).toEqual(apart.slice(0, 6));
});

test('a dot that is alone is in the middle of its thing', () => {
  const [place] = placesOf([spot(0.2, 0.3, 0.4, 0.2)], 300, 400);
  expect(place).toEqual({ x: expect.closeTo(0.4), y: expect.closeTo(0.4) });
});

const fraction = fc.double({ min: 0, max: 1, noNaN: true });

test('dots are inside of the photo, and none is on another, wherever their things are', () => {
  const boxes = fc.tuple(fraction, fraction, fraction, fraction);
  const photos = fc.record({
    spots: fc.array(boxes, { maxLength: 6 }),
    width: fc.integer({ min: 240, max: 540 }),
    height: fc.integer({ min: 185, max: 600 }),
  });
  fc.assert(
    fc.property(photos, ({ spots, width, height }) => {
      const things = spots.map(([x, y, w, h]) => spot(x, y, w * (1 - x), h * (1 - y)));
      const places = placesOf(things, width, height).map(({ x, y }) => [x * width, y * height] as const);
      for (const [at, [x, y]] of places.entries()) {
        expect(Math.min(x, y, width - x, height - y)).toBeGreaterThan(21.9);
        for (const [left, top] of places.slice(0, at))
          expect(Math.max(Math.abs(x - left), Math.abs(y - top))).toBeGreaterThan(43.9);
      }
    }),
  );
});
