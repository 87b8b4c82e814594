import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_NAMES } from '../../src/search/record.js';
import { closestFirst, createComparison, groupsOf } from '../../src/search/similarity.js';
import type { AttributeNames } from '../../src/types.js';
import { anything, holding, nearlyAnything } from '../arbitraries.js';
import { answer, answerIn, code, labeled, otherNames, query, shoeIn } from '../fixtures.js';

const shoe = {
  objectID: '1',
  labels: labeled('Shoe', 'Red'),
  visualWords_1a: ['b01', 'c'],
};
const coded = { ...answer, code: { visualCode_1a: code(100, 0, -100) }, leastCloseness: 0.5 };

describe('a hit', () => {
  test('is told apart by labels and words that it shares', () => {
    const { visual } = createComparison(query())(shoe);
    expect(visual).toEqual({
      points: 1000,
      match: true,
      matched: [{ description: 'Shoe', points: 800 }],
      words: 1,
    });
  });

  test('shows the most certain label first, whatever points it gives', () => {
    const rare = {
      ...answer,
      params: {
        optionalFilters: ['labels.description:Leather<score=900>', 'labels.description:Shoe<score=5>'],
      },
    };
    const { visual } = createComparison(query({ answer: rare }))({ labels: labeled('Leather', 'Shoe') });
    expect(visual.matched.map(({ description }) => description)).toEqual(['Shoe', 'Leather']);
  });

  test('with labels of another recognizer shares none of them', () => {
    const compare = createComparison(query({ answer: answerIn(DEFAULT_NAMES) }));
    const record = shoeIn(DEFAULT_NAMES);
    expect(compare(record).visual).toMatchObject({ points: 1100, matched: [{ description: 'Shoe' }] });
    expect(compare({ ...record, visual: { recognizer: 'rekognition/3' } }).visual).toMatchObject({
      points: 300,
      matched: [],
    });
  });

  test.each([undefined, null, 'hero', 5, {}, { recognizer: 5 }, [{ recognizer: 'rekognition/3' }]])(
    'that tells by %j whose labels it has tells nothing by it',
    (visual) => {
      const compare = createComparison(query({ answer: answerIn(DEFAULT_NAMES) }));
      const record = shoeIn(DEFAULT_NAMES);
      expect(compare({ ...record, visual }).visual).toEqual(compare(record).visual);
    },
  );

  test('with the path of a facet as the name of an attribute shares nothing', () => {
    const compare = createComparison(query({ answer: answerIn(DEFAULT_NAMES) }));
    const odd = { 'labels.description': ['Shoe'], 'visual.recognizer': ['vision/1'] };
    expect(compare(odd).visual).toMatchObject({ points: 0, matched: [] });
  });

  test('below the least points is no match', () => {
    expect(createComparison(query())({ visualWords_1a: ['b01'] }).visual).toMatchObject({
      points: 200,
      match: false,
    });
  });

  test('with a code is a match by its closeness, whatever its points', () => {
    const compare = createComparison(query({ answer: coded }));
    expect(compare({ visualCode_1a: code(50, 0, -50) }).visual).toMatchObject({ points: 0, match: true });
    expect(compare({ visualCode_1a: code(50, 0, -50) }).visual.closeness).toBeCloseTo(1);
    expect(compare({ ...shoe, visualCode_1a: code(-7, 0, 7) }).visual).toMatchObject({ match: false });
    expect(compare({ visualCode_1a: code(-7, 0, 7) }).visual.closeness).toBeCloseTo(-1);
  });

  test.each(['', 'no base64!', code(1, 2), code(0, 0, 0), 5, undefined])(
    'with the code %j has no closeness',
    (other) => {
      expect(
        createComparison(query({ answer: coded }))({ visualCode_1a: other }).visual.closeness,
      ).toBeUndefined();
    },
  );

  test('with a removed label is unwanted and no match', () => {
    const compared = createComparison(query({ removed: new Set(['Shoe']) }))(shoe);
    expect(compared.unwanted).toBe(true);
    expect(compared.visual).toMatchObject({ match: false, matched: [], points: 200 });
  });
});

describe('the closest first', () => {
  const compare = createComparison(query({ answer: coded, removed: new Set(['Shoe']) }));
  const order = (...hits: Record<string, unknown>[]) =>
    closestFirst(groupsOf(hits.map(compare)))
      .flat()
      .map(({ hit }) => hit.objectID);
  const far = { objectID: 'far', visualCode_1a: code(100, 0, 100) };
  const near = { objectID: 'near', visualCode_1a: code(100, 0, -100) };
  const plain = { objectID: 'plain' };

  test('goes round hits without a code', () => {
    expect(order(far, plain, near)).toEqual(['near', 'plain', 'far']);
  });

  test('goes round what a merchandiser pinned', () => {
    const pinned = { ...far, objectID: 'pinned', _rankingInfo: { promoted: true } };
    expect(order(pinned, far, near)).toEqual(['pinned', 'near', 'far']);
  });

  test('keeps the variants of a product together', () => {
    const variant = { ...near, objectID: 'variant', _distinctSeqID: 1 };
    expect(order(plain, near, { ...far, _distinctSeqID: 0 }, variant)).toEqual([
      'plain',
      'near',
      'far',
      'variant',
    ]);
    expect(
      order(far, { ...plain, _distinctSeqID: 1 }, near, { ...far, objectID: 'far 2', _distinctSeqID: 1 }),
    ).toEqual(['near', 'far 2', 'far', 'plain']);
  });

  test('equals stay as they came', () => {
    expect(order(far, { ...far, objectID: 'far 2' }, near)).toEqual(['near', 'far', 'far 2']);
  });

  test('what the shopper does not want comes last', () => {
    expect(order({ ...near, objectID: 'shoe', labels: labeled('Shoe') }, far, near)).toEqual([
      'near',
      'far',
      'shoe',
    ]);
  });
});

const oneRenamed = Object.entries(otherNames).map(
  ([name, other]) => [name, { ...DEFAULT_NAMES, [name]: other }] as [string, AttributeNames],
);
const swapped = { ...DEFAULT_NAMES, labels: 'visual', visual: 'labels' };
const wordy = { ...DEFAULT_NAMES, labels: 'visualWordsSeen' };

describe.each([
  ...oneRenamed,
  ['every name', otherNames],
  ['labels and visual, one for the other,', swapped],
  ['labels to what begins like words', wordy],
])('where a shop renames %s', (_, names) => {
  const answered = answerIn(names);
  const record = shoeIn(names);

  test('a hit shares labels and words', () => {
    expect(createComparison(query({ answer: answered }))(record)).toMatchObject({
      unwanted: false,
      visual: { points: 1100, match: true, matched: [{ description: 'Shoe', points: 800 }], words: 1 },
    });
  });

  test('labels of another recognizer are told apart', () => {
    const foreign = { ...record, [names.visual]: { recognizer: 'rekognition/3' } };
    expect(createComparison(query({ answer: answered }))(foreign).visual).toMatchObject({
      points: 300,
      matched: [],
    });
  });

  test.each(['labels', 'labelNames'] as const)('a removed label is found in %s alone', (kept) => {
    const compare = createComparison(query({ answer: answered, removed: new Set(['Shoe']) }));
    const { [names[kept]]: held } = record;
    expect(compare({ [names[kept]]: held })).toMatchObject({ unwanted: true, visual: { match: false } });
    expect(compare({}).unwanted).toBe(false);
  });
});

describe('whatever a hit is', () => {
  const answered = { ...answerIn(DEFAULT_NAMES), code: coded.code, leastCloseness: 0.5 };
  const compare = createComparison(query({ answer: answered, removed: new Set(['Leather']) }));

  test('it is compared, within bounds', () => {
    fc.assert(
      fc.property(fc.oneof(anything, holding(nearlyAnything)), (hit) => {
        const { visual } = compare(hit as Record<string, unknown>);
        expect(visual.points).toBeGreaterThanOrEqual(0);
        expect(visual.points).toBeLessThanOrEqual(1100);
        expect(Math.abs(visual.closeness ?? 0)).toBeLessThanOrEqual(1 + Number.EPSILON);
      }),
    );
  });

  test('what is no label and no word changes nothing beside those that are', () => {
    const shoes = shoeIn(DEFAULT_NAMES);
    fc.assert(
      fc.property(fc.array(nearlyAnything), (strange) => {
        const odd = strange.filter((value) => typeof value !== 'string');
        const beside = {
          ...shoes,
          labels: [...strange, ...labeled('Shoe', 'Red')],
          labelNames: [...odd, 'Shoe'],
          visualWords_1a: [...odd, 'a00', 'c'],
        };
        expect({ ...compare(beside), hit: 0 }).toEqual({ ...compare(shoes), hit: 0 });
      }),
    );
  });

  test('without a whole label and a word in a list it shares nothing', () => {
    const lists = fc.array(nearlyAnything.filter((value) => typeof value !== 'string'));
    fc.assert(
      fc.property(
        holding(
          fc.oneof(
            lists,
            nearlyAnything.filter((value) => !Array.isArray(value)),
          ),
        ),
        (hit) => {
          expect(compare(hit)).toMatchObject({ unwanted: false, visual: { points: 0, matched: [] } });
        },
      ),
    );
  });
});

test('whatever an answer calls attributes, hits are compared', () => {
  fc.assert(
    fc.property(nearlyAnything, anything, (attributes, hit) => {
      const odd = { ...answer, attributes: attributes as Partial<AttributeNames> };
      expect(
        createComparison(query({ answer: odd }))(hit as Record<string, unknown>).visual.points,
      ).toBeLessThanOrEqual(1900);
    }),
  );
});
