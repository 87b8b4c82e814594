import type { Look } from '../src/search/look.js';
import type { Answer } from '../src/types.js';

const labels = [
  { description: 'Shoe', score: 0.9, points: 800 },
  { description: 'Leather', score: 0.6, points: 600 },
  { description: 'Vague', score: 0.1, points: 0 },
];

/** What the search function answers to a photo of a shoe. */
export const answer: Answer = {
  labels,
  params: {
    optionalFilters: [
      'labels.description:Shoe<score=800>',
      'labels.description:Leather<score=600>',
      'visualWords_1a:a00<score=300>',
      'visualWords_1a:b01<score=200>',
    ],
    getRankingInfo: true,
    enableReRanking: false,
    analyticsTags: ['image-search'],
    ruleContexts: ['image-search'],
  },
  leastPoints: 500,
};

/** The same in strict mode. */
export const strict: Answer = {
  ...answer,
  params: {
    facetFilters: [['labels.description:Shoe<score=800>', 'labels.description:Leather<score=600>']],
    sumOrFiltersScores: true,
  },
};

export const look = (changes: Partial<Look> = {}): Look => ({ answer, removed: new Set(), ...changes });

/** Signed bytes as the search function writes them. */
export const code = (...bytes: number[]) => btoa(String.fromCharCode(...bytes.map((byte) => byte & 255)));
