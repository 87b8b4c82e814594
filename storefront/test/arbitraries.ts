import fc from 'fast-check';

/** Whatever JSON can say. */
export const anything = fc.jsonValue();

/** The same, and oftener what looks like a label, a word or a recognizer of ours and is none. */
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
