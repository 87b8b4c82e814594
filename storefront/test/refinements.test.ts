import algoliasearchHelper from 'algoliasearch-helper';
import { expect, test } from 'vitest';
import { clearFilters, clearWords, isFiltered } from '../src/refinements.js';

const client = { search: async () => ({ results: [] }) };
const helperWith = (state: Record<string, unknown>) =>
  algoliasearchHelper(client as never, 'shop', {
    facets: ['color'],
    disjunctiveFacets: ['brand'],
    hierarchicalFacets: [{ name: 'kinds', attributes: ['kinds'] }],
    ...state,
  } as never);

test.each([
  ['facets', { facetsRefinements: { color: ['red'] } }],
  ['excluded facets', { facetsExcludes: { color: ['red'] } }],
  ['disjunctive facets', { disjunctiveFacetsRefinements: { brand: ['Acme'] } }],
  ['hierarchical facets', { hierarchicalFacetsRefinements: { kinds: ['Shoes'] } }],
  ['numbers', { numericRefinements: { price: { '>=': [0] } } }],
  ['tags', { tagRefinements: ['new'] }],
])('%s are filters, and are cleared', (_, state) => {
  const helper = helperWith({ query: 'boot', ...state });
  expect(isFiltered(helper.state)).toBe(true);
  clearFilters(helper as never);
  expect(isFiltered(helper.state)).toBe(false);
  expect(helper.state.query).toBe('boot');
});

test.each([
  ['nothing', {}],
  ['the empty lists that widgets leave', { disjunctiveFacetsRefinements: { brand: [] }, page: 3 }],
  [
    'a shop’s own filters',
    { filters: 'stock > 0', facetFilters: ['brand:Acme'], numericFilters: ['price>1'] },
  ],
])('%s is no filter of the shopper', (_, state) => {
  expect(isFiltered(helperWith(state).state)).toBe(false);
});

test('words are cleared, and filters stay', () => {
  const helper = helperWith({ query: 'boot', facetsRefinements: { color: ['red'] }, page: 3 });
  clearWords(helper as never);
  expect(helper.state).toMatchObject({ query: '', page: 0, facetsRefinements: { color: ['red'] } });
});
