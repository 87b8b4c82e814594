import { describe, expect, test } from 'vitest';
import { allOf, parsed, quoted } from '../../src/search/filters.js';

test.each([
  ['labels.description:Ratio 1:2<score=12>', 'labels.description', 'Ratio 1:2', 12],
  ['brand:Acme', 'brand', 'Acme', 1],
  ['size:\\-5', 'size', '-5', 1],
])('the filter %s is taken apart', (filter, attribute, value, points) => {
  expect(parsed(filter)).toEqual({ attribute, value, points });
});

describe('in the notation of `filters`', () => {
  test.each([
    ['a:b c<score=5>', 'a:"b c"<score=5>'],
    ['a:b', 'a:"b"'],
    ['objectID:-4 "x"\\', 'NOT objectID:"4 \\"x\\"\\\\"'],
    ['size:\\-5', 'size:"-5"'],
  ])('%s is %s', (filter, expected) => {
    expect(quoted(filter)).toBe(expected);
  });

  test.each([
    [undefined, ['x'], 'x'],
    ['brand:A', ['x', 'y'], 'brand:A AND x AND y'],
    ['brand:A OR brand:B', ['x'], '(brand:A OR brand:B) AND x'],
    ['(brand:A OR brand:B) AND price > 2', ['x'], '(brand:A OR brand:B) AND price > 2 AND x'],
    ['brand:"this OR that"', ['x'], 'brand:"this OR that" AND x'],
    [undefined, [], undefined],
  ])('%s and %j is %s', (own, clauses, expected) => {
    expect(allOf(own, clauses)).toBe(expected);
  });
});
