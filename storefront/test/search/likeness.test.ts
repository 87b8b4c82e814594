import { describe, expect, test } from 'vitest';
import { closestFirst, judging } from '../../src/search/likeness.js';
import { answer, code, look } from '../looks.js';

const shoe = {
  objectID: '1',
  labels: [{ description: 'Shoe' }, { description: 'Red' }],
  visualWords_1a: ['b01', 'c'],
};
const coded = { ...answer, code: { visualCode_1a: code(100, 0, -100) }, leastCloseness: 0.5 };

describe('a hit', () => {
  test('is told apart by labels and words that it shares', () => {
    const { visual } = judging(look())(shoe);
    expect(visual).toEqual({
      points: 1000,
      match: true,
      matched: [{ description: 'Shoe', points: 800 }],
      words: 1,
    });
  });

  test('shows the surest label first, whatever points it gives', () => {
    const rare = {
      ...answer,
      params: {
        optionalFilters: ['labels.description:Leather<score=900>', 'labels.description:Shoe<score=5>'],
      },
    };
    const { visual } = judging(look({ answer: rare }))({
      labels: [{ description: 'Leather' }, { description: 'Shoe' }],
    });
    expect(visual.matched.map(({ description }) => description)).toEqual(['Shoe', 'Leather']);
  });

  test('with labels of another recogniser shares none of them', () => {
    const params = {
      optionalFilters: [
        ...(answer.params.optionalFilters as string[]),
        'visual.recognizer:vision/1<score=9>',
      ],
    };
    const judge = judging(look({ answer: { ...answer, params } }));
    const ours = { ...shoe, visual: { recognizer: 'vision/1' } };
    expect(judge(ours).visual).toEqual(judging(look())(shoe).visual);
    expect(judge({ ...ours, visual: { recognizer: 'rekognition/3' } }).visual).toMatchObject({
      points: 200,
      matched: [],
    });
  });

  test('below the least points is no match', () => {
    expect(judging(look())({ visualWords_1a: ['b01'] }).visual).toMatchObject({ points: 200, match: false });
  });

  test('with a code is a match by its closeness, whatever its points', () => {
    const judge = judging(look({ answer: coded }));
    expect(judge({ visualCode_1a: code(50, 0, -50) }).visual).toMatchObject({ points: 0, match: true });
    expect(judge({ visualCode_1a: code(50, 0, -50) }).visual.closeness).toBeCloseTo(1);
    expect(judge({ ...shoe, visualCode_1a: code(-7, 0, 7) }).visual).toMatchObject({ match: false });
    expect(judge({ visualCode_1a: code(-7, 0, 7) }).visual.closeness).toBeCloseTo(-1);
  });

  test.each(['', 'no base64!', code(1, 2), code(0, 0, 0), 5, undefined])(
    'with the code %j has no closeness',
    (other) => {
      expect(judging(look({ answer: coded }))({ visualCode_1a: other }).visual.closeness).toBeUndefined();
    },
  );

  test('with a removed label is unwanted and no match', () => {
    const judged = judging(look({ removed: new Set(['Shoe']) }))(shoe);
    expect(judged.unwanted).toBe(true);
    expect(judged.visual).toMatchObject({ match: false, matched: [], points: 200 });
  });
});

describe('the closest first', () => {
  const judge = judging(look({ answer: coded, removed: new Set(['Shoe']) }));
  const order = (...hits: Record<string, unknown>[]) =>
    closestFirst(hits.map(judge)).map(({ hit }) => hit.objectID);
  const far = { objectID: 'far', visualCode_1a: code(100, 0, 100) };
  const near = { objectID: 'near', visualCode_1a: code(100, 0, -100) };
  const bare = { objectID: 'bare' };

  test('goes round hits without a code', () => {
    expect(order(far, bare, near)).toEqual(['near', 'bare', 'far']);
  });

  test('equals stay as they came', () => {
    expect(order(far, { ...far, objectID: 'far 2' }, near)).toEqual(['near', 'far', 'far 2']);
  });

  test('what the shopper does not want comes last', () => {
    expect(order({ ...near, objectID: 'shoe', labels: [{ description: 'Shoe' }] }, far, near)).toEqual([
      'near',
      'far',
      'shoe',
    ]);
  });
});
