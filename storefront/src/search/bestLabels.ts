import type { Answer, SeenLabel } from '../types.js';

const MOST = 3;
const NEAR = 0.5;

/** The labels that tell most of a picture: up to three that products have, with at least half the best one's score. */
export function bestLabels({ labels }: Answer): SeenLabel[] {
  const found = labels.filter(({ points }) => points > 0);
  const best = Math.max(0, ...found.map(({ score }) => score));
  return found.filter(({ score }) => score >= NEAR * best).slice(0, MOST);
}
