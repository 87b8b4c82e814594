import { expect, test } from 'vitest';
import { lessSimilarFrom } from '../src/lessSimilar.js';
import type { Verdict, VisualHit } from '../src/types.js';

const hit = (verdict?: Verdict): VisualHit =>
  verdict ? { _visual: { verdict, points: 1, matched: [] } } : {};

test.each<[number | undefined, (Verdict | undefined)[]]>([
  [2, ['verySimilar', 'similar', 'lessSimilar', 'lessSimilar']],
  [3, ['similar', 'lessSimilar', 'similar', 'lessSimilar']],
  [1, [undefined, 'lessSimilar']],
  [undefined, ['verySimilar', 'similar']],
  [undefined, ['lessSimilar', 'lessSimilar']],
  [undefined, ['lessSimilar', undefined]],
  [undefined, []],
])('%s begins those that end %j', (from, verdicts) => {
  expect(lessSimilarFrom(verdicts.map(hit))).toBe(from);
});
