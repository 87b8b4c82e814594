import type { PictureQuery } from '../src/search/query.js';
import type { Answer, AttributeNames } from '../src/types.js';

const labels = [
  { description: 'Shoe', score: 0.9, points: 800 },
  { description: 'Leather', score: 0.8, points: 600 },
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
    enableABTest: false,
    enablePersonalization: false,
    enableReRanking: false,
    mode: 'keywordSearch',
    analyticsTags: ['image-search'],
    ruleContexts: ['image-search'],
  },
  steps: { similar: { points: 500 }, verySimilar: { points: 1000 } },
};

/** The same in strict mode. */
export const strict: Answer = {
  ...answer,
  params: {
    facetFilters: [['labels.description:Shoe<score=800>', 'labels.description:Leather<score=600>']],
    sumOrFiltersScores: true,
  },
};

/** Steps of closeness. */
export const stepsAt = (similar: number, verySimilar: number): Answer['steps'] => ({
  similar: { points: 500, closeness: similar },
  verySimilar: { points: 1000, closeness: verySimilar },
});

/** Names of attributes, each another than the usual one. */
export const otherNames: AttributeNames = {
  imageURL: 'photo',
  labels: 'imageLabels',
  labelNames: 'imageLabelNames',
  visual: 'looks',
  visualWords: 'tokens',
};

/** An answer for a shop with names of its own, which asks for one recognizer's labels. */
export const answerIn = (names: AttributeNames): Answer => ({
  ...answer,
  params: {
    optionalFilters: [
      `${names.labels}.description:Shoe<score=800>`,
      `${names.labels}.description:Leather<score=600>`,
      `${names.visualWords}_1a:a00<score=300>`,
      `${names.visual}.recognizer:vision/1<score=9>`,
    ],
  },
  attributes: names,
});

/** The labels of a record. */
export const labeled = (...descriptions: readonly string[]) =>
  descriptions.map((description) => ({ description, score: 0.8 }));

/** A shop's record of a shoe. */
export const shoeIn = (names: AttributeNames) => ({
  objectID: 'shoe',
  [names.imageURL]: 'https://pictures.example/shoe.jpg',
  [names.labels]: labeled('Shoe', 'Red'),
  [names.labelNames]: ['Shoe', 'Red'],
  [names.visual]: { recognizer: 'vision/1' },
  [`${names.visualWords}_1a`]: ['a00', 'c'],
});

export const query = (changes: Partial<PictureQuery> = {}): PictureQuery => ({
  answer,
  removed: new Set(),
  ...changes,
});

/** Signed bytes as the search function writes them. */
export const code = (...bytes: number[]) => btoa(String.fromCharCode(...bytes.map((byte) => byte & 255)));
