import fc from 'fast-check';

/** Any JSON value. */
export const anything = fc.jsonValue();

/** Any JSON value, and more often one that is almost a label, a word or a recognizer. */
export const nearlyAnything = fc.oneof(
  anything,
  fc.constantFrom<unknown>(
    'Shoe',
    'a00',
    '!',
    ['Shoe'],
    [['a00']],
    { description: 'Shoe' },
    { description: '', score: 0.5 },
    { description: ['Shoe'], score: 0.5 },
    { description: 'Shoe', score: '0.5' },
    { description: 'Shoe', score: null },
    { description: 'Leather', score: 1.1 },
    { description: 'Leather', score: -0.1 },
    [[{ description: 'Leather', score: 0.5 }]],
    { labels: [{ description: 'Leather', score: 0.5 }] },
    { recognizer: ['vision/1'] },
  ),
);

/** Records whose attributes, if they have them, hold anything of a kind. */
export const holding = (value: fc.Arbitrary<unknown>) =>
  fc.record(
    {
      imageURL: value,
      labels: value,
      labelNames: value,
      visual: value,
      visualWords_1a: value,
      visualCode_1a: value,
    },
    { requiredKeys: [] },
  );
