import { describe, expect, test } from 'vitest';
import { counting, restrictedBy, slimmed, withPicture } from '../../src/search/parameters.js';
import { answer, code, query, strict } from '../fixtures.js';

const relevance = { sorted: false, level: 'all' } as const;
const wanted = answer.params.optionalFilters as string[];

describe('a request with a picture', () => {
  test('has the page’s own parameters and the picture’s', () => {
    const own = { optionalFilters: ['brand:Acme'], analyticsTags: ['image-search'], filters: 'a:1 OR a:2' };
    expect(withPicture(own, query({ product: '7' }), relevance)).toEqual({
      optionalFilters: ['brand:Acme', ...wanted],
      analyticsTags: ['image-search'],
      ruleContexts: ['image-search'],
      filters: '(a:1 OR a:2) AND NOT objectID:"7"',
      getRankingInfo: true,
      enableABTest: false,
      enablePersonalization: false,
      enableReRanking: false,
      mode: 'keywordSearch',
    });
  });

  test.each([
    [undefined, []],
    ['brand:Acme', ['brand:Acme']],
    [[['brand:Acme', 'brand:Zeta']], [['brand:Acme', 'brand:Zeta']]],
  ])('in strict mode, beside the facet filters %j', (facetFilters, own) => {
    const joined = withPicture({ facetFilters }, query({ answer: strict }), relevance);
    expect(joined.facetFilters).toEqual([...own, ...(strict.params.facetFilters as string[][])]);
  });

  test('for counts has only what leaves products out', () => {
    expect(restrictedBy({ facets: 'brand' }, query(), relevance)).toEqual({ facets: 'brand' });
    const restricted = restrictedBy({}, query({ answer: strict, product: '7' }), relevance);
    expect(restricted).toEqual({ facetFilters: strict.params.facetFilters, filters: 'NOT objectID:"7"' });
  });

  test('for a number of pages fetches nothing else', () => {
    const counted = { query: 'red', page: 0, hitsPerPage: 9, attributesToRetrieve: [], analytics: false };
    expect(counting({ query: 'red', page: 4, hitsPerPage: 9 })).toMatchObject(counted);
  });
});

describe('fetched is', () => {
  const coded = query({ answer: { ...answer, code: { visualCode_1a: code(1) } } });
  const retrieved = (own: unknown, one = coded) =>
    slimmed({ attributesToRetrieve: own }, one).attributesToRetrieve;

  test.each([undefined, '*', ['*'], ['*', '-notes']])(
    'of %j all but the words, where codes decide',
    (own) => {
      expect(retrieved(own)).toEqual([own ?? '*', '-visualWords_1a'].flat());
    },
  );

  test('of some attributes those, and what hits are compared by: codes, or else words', () => {
    const needed = ['name', 'labels', 'labelNames', 'visual'];
    expect(retrieved(['name', 'labels'])).toEqual([...needed, 'visualCode_1a']);
    expect(retrieved(['name'], query())).toEqual([...needed, 'visualWords_1a']);
    expect(retrieved(undefined, query())).toBeUndefined();
  });

  test.each([
    ['', []],
    ['red', undefined],
  ])('for the words %j highlighted %j', (words, highlighted) => {
    expect(slimmed({ query: words }, coded).attributesToHighlight).toEqual(highlighted);
  });
});
