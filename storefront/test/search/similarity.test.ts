import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_NAMES } from '../../src/search/record.js';
import { closestFirst, createComparison, groupsOf } from '../../src/search/similarity.js';
import type { AttributeNames } from '../../src/types.js';
import { anything, holding, nearlyAnything } from '../arbitraries.js';
import { answer, answerIn, code, labeled, otherNames, query, shoeIn, stepsAt } from '../fixtures.js';

const shoe = {
  objectID: '1',
  labels: labeled('Shoe', 'Red'),
  visualWords_1a: ['b01', 'c'],
};
const coded = { ...answer, code: { visualCode_1a: code(100, 0, -100) }, steps: stepsAt(0.5, 0.9) };

describe('a hit', () => {
  test('is told apart by labels and words that it shares', () => {
    const { visual } = createComparison(query())(shoe);
    expect(visual).toEqual({
      points: 1000,
      verdict: 'verySimilar',
      matched: [{ description: 'Shoe', points: 800 }],
    });
  });

  test('shows the best labels only, the most certain first, whatever points they give', () => {
    const labels = [
      { description: 'Shoe', score: 0.9, points: 5 },
      { description: 'Leather', score: 0.85, points: 900 },
      { description: 'Sole', score: 0.8, points: 900 },
      { description: 'Lace', score: 0.78, points: 900 },
      { description: 'Vague', score: 0.76, points: 900 },
    ];
    const optionalFilters = labels.map((one) => `labels.description:${one.description}<score=${one.points}>`);
    const compare = createComparison(query({ answer: { ...answer, labels, params: { optionalFilters } } }));
    const { visual } = compare({ labels: labeled('Vague', 'Lace', 'Sole', 'Leather', 'Shoe') });
    expect(visual.matched.map(({ description }) => description)).toEqual(['Shoe', 'Leather', 'Sole']);
    expect(visual.points).toBe(3605);
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

  test.each([
    [['a00', 'b01'], ['Shoe'], 1300, 'verySimilar'],
    [['a00'], ['Leather'], 900, 'similar'],
    [['a00', 'b01'], [], 500, 'similar'],
    [['b01'], [], 200, 'lessSimilar'],
  ])('without a code, with %j and %j, has a verdict by its points', (words, names, points, verdict) => {
    const compare = createComparison(query());
    const hit = { labels: labeled(...names), visualWords_1a: words };
    expect(compare(hit).visual).toMatchObject({ points, verdict });
  });

  test.each([
    [code(50, 0, -50), 1, 'verySimilar'],
    [code(100, 100, -40), 0.673, 'similar'],
    [code(0, 100, -20), 0.139, 'lessSimilar'],
    [code(-7, 0, 7), -1, 'lessSimilar'],
  ])('with the code %s has a verdict by its closeness %d, whatever its points', (own, closeness, verdict) => {
    const { visual } = createComparison(query({ answer: coded }))({ ...shoe, visualCode_1a: own });
    expect(visual).toMatchObject({ points: 1000, verdict });
    expect(visual.closeness).toBeCloseTo(closeness, 2);
  });

  test.each(['', 'no base64!', code(1, 2), code(0, 0, 0), 5, undefined])(
    'with the code %j has no closeness',
    (own) => {
      const { visual } = createComparison(query({ answer: coded }))({ visualCode_1a: own });
      expect(visual.closeness).toBeUndefined();
    },
  );

  test('needs no points of a removed label', () => {
    const compare = createComparison(query({ removed: new Set(['Shoe']) }));
    expect(compare(shoe).visual).toMatchObject({ verdict: 'lessSimilar', matched: [], points: 200 });
    expect(compare({ visualWords_1a: ['a00'] }).visual).toMatchObject({ verdict: 'similar', points: 300 });
  });
});

describe('a sure label of the picture', () => {
  const vision = answerIn(DEFAULT_NAMES);
  const answered = {
    ...vision,
    code: coded.code,
    steps: coded.steps,
    labels: vision.labels.map((label) => ({ ...label, sure: label.description === 'Shoe' })),
  };
  const near = { visualCode_1a: code(100, 0, -100), visual: { recognizer: 'vision/1' } };
  const verdictOf = (hit: Record<string, unknown>, removed: string[] = [], changes = {}) =>
    createComparison(query({ answer: { ...answered, ...changes }, removed: new Set(removed) }))({
      ...near,
      ...hit,
    }).visual.verdict;

  test.each([
    ['that has it', { labels: labeled('Shoe', 'Red') }, 'verySimilar'],
    ['that has its name alone', { labelNames: ['Shoe'] }, 'verySimilar'],
    ['that has others', { labels: labeled('Leather') }, 'lessSimilar'],
    ['without labels', {}, 'verySimilar'],
    ['with labels in another form', { labels: 'Leather' }, 'verySimilar'],
    [
      'with labels of another recognizer',
      { labels: labeled('Boot'), visual: { recognizer: 'other/2' } },
      'verySimilar',
    ],
    ['whose recognizer is not known', { labels: labeled('Leather'), visual: undefined }, 'lessSimilar'],
  ])('decides about a product %s', (_, hit, verdict) => {
    expect(verdictOf(hit)).toBe(verdict);
  });

  test('decides no more once it is removed', () => {
    expect(verdictOf({ labels: labeled('Leather') }, ['Shoe'])).toBe('verySimilar');
  });

  test('decides nothing where no product has it', () => {
    const labels = answered.labels.map((label) => ({ ...label, points: 0 }));
    expect(verdictOf({ labels: labeled('Leather') }, [], { labels })).toBe('verySimilar');
  });
});

describe('the closest first', () => {
  const compare = createComparison(query({ answer: coded }));
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
});

const oneRenamed = Object.entries(otherNames).map(
  ([name, other]) => [name, { ...DEFAULT_NAMES, [name]: other }] as [string, AttributeNames],
);
const swapped = { ...DEFAULT_NAMES, labels: 'visual', visual: 'labels' };
const wordy = { ...DEFAULT_NAMES, labels: 'visualWordsSeen' };

describe.each([
  ['nothing', DEFAULT_NAMES],
  ...oneRenamed,
  ['every name', otherNames],
  ['labels and visual, one for the other,', swapped],
  ['labels to what begins like words', wordy],
])('where a shop renames %s', (_, names) => {
  const answered = answerIn(names);
  const record = shoeIn(names);

  test('a hit shares labels and words, and labels of another recognizer are told apart', () => {
    const compare = createComparison(query({ answer: answered }));
    const matched = [{ description: 'Shoe', points: 800 }];
    expect(compare(record).visual).toMatchObject({ points: 1100, verdict: 'verySimilar', matched });
    const foreign = { ...record, [names.visual]: { recognizer: 'rekognition/3' } };
    expect(compare(foreign).visual).toMatchObject({ points: 300, matched: [] });
  });
});

describe('whatever a hit is', () => {
  const answered = { ...answerIn(DEFAULT_NAMES), code: coded.code, steps: stepsAt(0.5, 0.9) };
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
          expect(compare(hit)).toMatchObject({ visual: { points: 0, matched: [] } });
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
