import { expect, test } from 'vitest';
import { boundaries } from '../../shop/priceRange.js';

const range = { min: 5, max: 100 };

test('an empty field is no bound', () => {
  expect(boundaries(Number.NaN, Number.NaN, range)).toEqual([undefined, undefined]);
  expect(boundaries(20, Number.NaN, range)).toEqual([20, undefined]);
  expect(boundaries(Number.NaN, 20, range)).toEqual([undefined, 20]);
});

test('a bound that leaves no product out is no bound', () => {
  expect(boundaries(5, 100, range)).toEqual([undefined, undefined]);
  expect(boundaries(0, 1_000, range)).toEqual([undefined, undefined]);
});

test('bounds the wrong way round are put in order', () => {
  expect(boundaries(60, 20, range)).toEqual([20, 60]);
});

test('bounds beyond the prices that are there become the nearest of them', () => {
  expect(boundaries(500, Number.NaN, range)).toEqual([100, undefined]);
  expect(boundaries(Number.NaN, 1, range)).toEqual([undefined, 5]);
});
