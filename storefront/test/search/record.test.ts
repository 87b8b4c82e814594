import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  codeIn,
  DEFAULT_NAMES,
  facetOf,
  labelNamesOf,
  labelsOf,
  namesIn,
  pictureOf,
  recognizerOf,
} from '../../src/search/record.js';
import { anything, holding, nearlyAnything } from '../arbitraries.js';
import { code, labeled, otherNames, shoeIn } from '../fixtures.js';

/** All that is told of a record. */
const told = (record: unknown, names = DEFAULT_NAMES) => ({
  labels: labelsOf(record, names),
  names: labelNamesOf(record, names),
  recognizer: recognizerOf(record, names),
  picture: pictureOf(record, names),
  words: facetOf(record, `${names.visualWords}_1a`, names),
  code: [...codeIn(record, 'visualCode_1a')],
});
const nothing = told({});

describe.each([
  ['usual', DEFAULT_NAMES],
  ['other', otherNames],
])('under the %s names', (_, names) => {
  test('a record tells its labels, whose they are, its picture, its words and its code', () => {
    expect(told({ ...shoeIn(names), visualCode_1a: code(5, -5) }, names)).toEqual({
      labels: labeled('Shoe', 'Red'),
      names: ['Shoe', 'Red', 'Shoe', 'Red'],
      recognizer: 'vision/1',
      picture: 'https://pictures.example/shoe.jpg',
      words: ['a00', 'c'],
      code: [5, -5],
    });
  });
});

test('what stands under the usual names says nothing to a shop with others', () => {
  expect(told(shoeIn(DEFAULT_NAMES), otherNames)).toEqual(nothing);
});

describe('a record of somebody else’s tells nothing', () => {
  test.each<object>([
    { labels: ['sale', 'new'] },
    { labels: 'x' },
    { labels: null },
    { labels: [1, null, true, [], {}] },
    { labels: { description: 'Shoe', score: 0.5 } },
    { labels: [[{ description: 'Shoe', score: 0.5 }]] },
    { labels: [{ description: 'Shoe' }] },
    { labels: [{ score: 0.5 }] },
    { labels: [{ description: '', score: 0.5 }] },
    { labels: [{ description: 5, score: 0.5 }] },
    { labels: [{ description: 'Shoe', score: '0.5' }] },
    { labels: [{ description: 'Shoe', score: 1.01 }] },
    { labels: [{ description: 'Shoe', score: -0.01 }] },
    { labelNames: 'Shoe' },
    { labelNames: [['Shoe'], 5, null, { description: 'Shoe' }] },
    { visual: 'hero' },
    { visual: { recognizer: 5 } },
    { visual: [{ recognizer: 'vision/1' }] },
    { imageURL: 5 },
    { imageURL: '' },
    { imageURL: ['https://pictures.example/shoe.jpg'] },
    { visualWords_1a: 'a00' },
    { visualWords_1a: [['a00']] },
    { visualCode_1a: 'no base64!' },
    { visualCode_1a: ['BQU='] },
  ])('by %j', (record) => {
    expect(told(record)).toEqual(nothing);
  });
});

test('whatever a record is, only what is whole is told', () => {
  fc.assert(
    fc.property(fc.oneof(anything, holding(nearlyAnything)), (record) => {
      const { labels, names, words, recognizer, picture } = told(record);
      expect([labels, recognizer]).toEqual([[], undefined]);
      expect([...names, ...words, picture ?? ''].every((text) => typeof text === 'string')).toBe(true);
    }),
  );
});

test('scores of 0 and 1 are scores', () => {
  const sure = [
    { description: 'Shoe', score: 1 },
    { description: 'Boot', score: 0 },
  ];
  expect(labelsOf({ labels: sure }, DEFAULT_NAMES)).toEqual(sure);
});

test('of any list those labels are told that are whole, as they came', () => {
  fc.assert(
    fc.property(fc.array(nearlyAnything), fc.array(nearlyAnything), (before, behind) => {
      const labels = [...before, ...labeled('Shoe'), ...behind, ...labeled('Red')];
      expect(labelsOf({ labels }, DEFAULT_NAMES)).toEqual(labeled('Shoe', 'Red'));
    }),
  );
});

describe('the names in force', () => {
  test('are the told ones', () => {
    expect(namesIn(otherNames)).toEqual(otherNames);
  });

  test.each(Object.keys(otherNames))('but where %s is not told, its usual name', (name) => {
    const { [name as keyof typeof otherNames]: _, ...others } = otherNames;
    const usual = { [name]: DEFAULT_NAMES[name as keyof typeof otherNames] };
    for (const missing of [{}, { [name]: '' }, { [name]: null }, { [name]: 5 }, { [name]: ['labels'] }]) {
      expect(namesIn({ ...others, ...missing })).toEqual({ ...otherNames, ...usual });
    }
  });

  test.each([undefined, null, 'labels', 5, true, [], ['labels'], {}, { labels: {} }])(
    'are the usual ones where %j is told',
    (attributes) => {
      expect(namesIn(attributes)).toEqual(DEFAULT_NAMES);
    },
  );

  test('are texts of the same five, whatever is told', () => {
    const strange = fc.record(
      { imageURL: anything, labels: anything, labelNames: anything, visual: anything, visualWords: anything },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(anything, strange), (attributes) => {
        const names = namesIn(attributes);
        expect(Object.keys(names)).toEqual(Object.keys(DEFAULT_NAMES));
        expect(Object.values(names)).toEqual(
          Object.values(names).filter((name) => name && `${name}` === name),
        );
      }),
    );
  });
});
