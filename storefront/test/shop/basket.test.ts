// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBasket } from '../../shop/basket.js';

const counter = document.createElement('output');
const toast = document.createElement('p');

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('every product is counted and named', () => {
  const add = createBasket(counter, toast);
  add('Tent');
  add('Tent');
  expect(counter.textContent).toBe('2');
  expect(toast.textContent).toBe('Added to basket: Tent');
});

test('the words go after a while, counted from the last product', () => {
  const add = createBasket(counter, toast);
  add('Tent');
  vi.advanceTimersByTime(3_000);
  add('Ball');
  vi.advanceTimersByTime(3_000);
  expect(toast.textContent).toBe('Added to basket: Ball');
  vi.advanceTimersByTime(1_000);
  expect(toast.textContent).toBe('');
});
