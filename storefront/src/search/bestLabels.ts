import type { Answer, SeenLabel } from '../types.js';

const MOST = 3;

/** The share of the best score: recognizers give what they only guess a half to three quarters of it. */
const NEAR = 0.85;

/** The labels that tell most of a picture: up to three that products have, with a score near the best one's. */
export function bestLabels(labels: Answer['labels']): SeenLabel[] {
  const found = labels.filter(({ points }) => points > 0);
  const best = Math.max(0, ...found.map(({ score }) => score));
  return found.filter(({ score }) => score >= NEAR * best).slice(0, MOST);
}
