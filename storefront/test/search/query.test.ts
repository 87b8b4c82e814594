import { describe, expect, test } from 'vitest';
import { MAX_POINTS, pointsOf } from '../../src/search/filters.js';
import { additions } from '../../src/search/query.js';
import { answer, query, strict } from '../fixtures.js';

test('a picture adds what the search function asks for', () => {
  const { lists, clauses, values } = additions(query(), undefined, false);
  expect(lists).toEqual({
    optionalFilters: answer.params.optionalFilters,
    analyticsTags: ['image-search'],
    ruleContexts: ['image-search'],
  });
  expect(values).toEqual({ getRankingInfo: true, enableReRanking: false });
  expect(clauses).toEqual([]);
});

describe('a removed label', () => {
  const shop = ['brand:Acme<score=1000>'];
  const { optionalFilters = [] } = additions(query({ removed: new Set(['Shoe']) }), shop, false).lists;

  test('counts against products instead of for them', () => {
    expect(optionalFilters).not.toContain('labels.description:Shoe<score=800>');
    expect(optionalFilters).toContain('labels.description:-Shoe<score=63435>');
  });

  test('takes the points that nobody else has, and no more than Algolia counts', () => {
    expect(pointsOf(optionalFilters) + pointsOf(shop)).toBe(MAX_POINTS);
  });

  test('leaves the others', () => {
    expect(optionalFilters).toContain('labels.description:Leather<score=600>');
    expect(optionalFilters).toContain('visualWords_1a:a00<score=300>');
  });
});

test('several removed labels share the points', () => {
  const { optionalFilters = [] } = additions(
    query({ removed: new Set(['Shoe', 'Leather']) }),
    undefined,
    false,
  ).lists;
  expect(pointsOf(optionalFilters)).toBeLessThanOrEqual(MAX_POINTS);
  expect(optionalFilters.filter((filter) => filter.includes(':-'))).toHaveLength(2);
});

describe('in strict mode', () => {
  test('labels are a clause, since facet filters belong to the page’s facets', () => {
    const { clauses, lists, values } = additions(query({ answer: strict }), undefined, false);
    expect(clauses).toEqual([
      '(labels.description:"Shoe"<score=800> OR labels.description:"Leather"<score=600>)',
    ]);
    expect(lists.optionalFilters).toEqual([]);
    expect(values).toEqual({ sumOrFiltersScores: true });
  });

  test('a removed label leaves the clause', () => {
    const { clauses } = additions(query({ answer: strict, removed: new Set(['Shoe']) }), undefined, false);
    expect(clauses).toEqual(['labels.description:"Leather"<score=600>']);
  });
});

describe('where hits are sorted, only products are chosen that share a label', () => {
  const chosen = (scores: [number, number], points: [number, number]) => {
    const [shoe, dog] = scores.map((score, at) => ({
      description: ['Shoe', 'Dog'][at] ?? '',
      score,
      points: 1,
    }));
    const optionalFilters = [`l:Shoe<score=${points[0]}>`, `l:Dog<score=${points[1]}>`, 'w:a00<score=900>'];
    const seen = { ...answer, labels: shoe && dog ? [shoe, dog] : [], params: { optionalFilters } };
    return additions(query({ answer: seen }), undefined, true).clauses;
  };

  test('that has half the points of the best', () => {
    expect(chosen([0.9, 0.9], [800, 399])).toEqual(['l:"Shoe"']);
    expect(chosen([0.9, 0.9], [800, 400])).toEqual(['(l:"Shoe" OR l:"Dog")']);
  });

  test('and half the score', () => {
    expect(chosen([0.9, 0.4], [800, 800])).toEqual(['l:"Shoe"']);
    expect(chosen([0.8, 0.4], [800, 800])).toEqual(['(l:"Shoe" OR l:"Dog")']);
  });
});

test('a product is not similar to itself', () => {
  expect(additions(query({ product: 'shoe "1"' }), undefined, false).clauses).toEqual([
    'NOT objectID:"shoe \\"1\\""',
  ]);
});
