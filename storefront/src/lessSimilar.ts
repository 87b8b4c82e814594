import type { VisualHit } from './types.js';

/**
 * The place of the first hit of those that end a page and are less similar, for a heading before it. Undefined where
 * there is none, and where all are: then there is nothing to tell them from.
 */
export function lessSimilarFrom(hits: readonly VisualHit[]): number | undefined {
  // `findLastIndex` is too new.
  const last = hits.map(({ _visual }) => _visual?.verdict === 'lessSimilar').lastIndexOf(false);
  return last < 0 || last === hits.length - 1 ? undefined : last + 1;
}
