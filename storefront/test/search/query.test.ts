import { describe, expect, test } from 'vitest';
import { additions as added, type Level, type PictureQuery } from '../../src/search/query.js';
import { answer, query, strict } from '../fixtures.js';

const additions = (one: PictureQuery, sorted = false) => added(one, sorted, 'all');

test('a removed label no longer counts, either way', () => {
  const { optionalFilters = [] } = additions(query({ removed: new Set(['Shoe']) })).lists;
  expect(optionalFilters).toEqual([
    'labels.description:Leather<score=600>',
    'visualWords_1a:a00<score=300>',
    'visualWords_1a:b01<score=200>',
  ]);
});

describe('in strict mode', () => {
  test('labels are a group of which a product must have one', () => {
    const { groups, lists, values } = additions(query({ answer: strict }));
    expect(groups).toEqual(strict.params.facetFilters);
    expect(lists.optionalFilters).toEqual([]);
    expect(values).toEqual({ sumOrFiltersScores: true });
  });

  test.each([
    [['Shoe'], [['labels.description:Leather<score=600>']]],
    [['Shoe', 'Leather'], []],
  ])('without %j, which were removed, it is %j', (removed, left) => {
    expect(additions(query({ answer: strict, removed: new Set(removed) })).groups).toEqual(left);
  });
});

describe('where hits are sorted, only products are chosen that share a label', () => {
  const chosen = (scores: [number, number], points: [number, number], removed: string[] = []) => {
    const [shoe, dog] = scores.map((score, at) => ({
      description: ['Shoe', 'Dog'][at] ?? '',
      score,
      points: 1,
    }));
    const optionalFilters = [`l:Shoe<score=${points[0]}>`, `l:Dog<score=${points[1]}>`, 'w:a00<score=900>'];
    const seen = { ...answer, labels: shoe && dog ? [shoe, dog] : [], params: { optionalFilters } };
    return additions(query({ answer: seen, removed: new Set(removed) }), true).groups;
  };

  test('that has half the points of the best', () => {
    expect(chosen([0.9, 0.9], [800, 399])).toEqual([['l:Shoe']]);
    expect(chosen([0.9, 0.9], [800, 400])).toEqual([['l:Shoe', 'l:Dog']]);
  });

  test('and a score near the best', () => {
    expect(chosen([0.8, 0.67], [800, 800])).toEqual([['l:Shoe']]);
    expect(chosen([0.8, 0.69], [800, 800])).toEqual([['l:Shoe', 'l:Dog']]);
  });

  test('of those that are kept', () => {
    expect(chosen([0.8, 0.4], [800, 800], ['Shoe'])).toEqual([['l:Dog']]);
    expect(chosen([0.8, 0.4], [800, 800], ['Shoe', 'Dog'])).toEqual([]);
  });
});

test('a product is not similar to itself', () => {
  expect(additions(query({ product: 'shoe "1"' })).clauses).toEqual(['NOT objectID:"shoe \\"1\\""']);
});

const [shoe, leather, ...words] = answer.params.optionalFilters as string[];

test.each<[Level, (string | undefined)[]]>([
  ['fewer', [shoe, leather, words[0]]],
  ['labels', [shoe, leather]],
])('where Algolia takes no more, at the level "%s", a picture asks for less', (level, left) => {
  expect(added(query(), false, level).lists.optionalFilters).toEqual(left);
});

test('where Algolia takes nothing, a picture asks for nothing', () => {
  const nothing = { lists: {}, groups: [], clauses: [], values: {} };
  expect(added(query({ product: '7' }), true, 'none')).toEqual(nothing);
});
