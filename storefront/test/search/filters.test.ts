import { describe, expect, test } from 'vitest';
import { allOf, parsed, quoted } from '../../src/search/filters.js';

describe('a filter', () => {
  test('is taken apart at its first colon and its score', () => {
    expect(parsed('labels.description:Ratio 1:2<score=12>')).toEqual({
      attribute: 'labels.description',
      value: 'Ratio 1:2',
      points: 12,
    });
  });

  test('without a score counts one point', () => {
    expect(parsed('brand:Acme').points).toBe(1);
  });

  test('with an escaped dash has a value that begins with one', () => {
    expect(parsed('size:\\-5').value).toBe('-5');
  });
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
