import algoliasearchHelper from 'algoliasearch-helper';
import { describe, expect, test } from 'vitest';
import { PictureParameters } from '../../src/search/parameters.js';
import { additions } from '../../src/search/query.js';
import { query, strict } from '../fixtures.js';

const state = (own: Record<string, unknown> = {}) =>
  new algoliasearchHelper.SearchParameters({ index: 'shop', ...own });
const wanted = additions(query(), undefined, false).lists.optionalFilters ?? [];

test('what is applied to a state can be removed again', () => {
  const own = state({
    optionalFilters: ['brand:Acme'],
    analyticsTags: ['web'],
    filters: 'a:1 OR a:2',
    getRankingInfo: false,
  });
  const parameters = new PictureParameters('shop');
  const applied = parameters.withPicture(own, query({ product: '7' }));
  expect(applied.optionalFilters).toEqual(['brand:Acme', ...wanted]);
  expect(applied.analyticsTags).toEqual(['web', 'image-search']);
  expect(applied.filters).toBe('(a:1 OR a:2) AND NOT objectID:"7"');
  expect(parameters.withoutPicture(applied)).toEqual(own);
});

test('a state that has it already stays the same object', () => {
  const parameters = new PictureParameters('shop');
  const applied = parameters.withPicture(state(), query());
  expect(parameters.withPicture(applied, query())).toBe(applied);
});

test('another picture takes the place of the first', () => {
  const parameters = new PictureParameters('shop');
  const first = parameters.withPicture(state({ optionalFilters: ['brand:Acme'] }), query({ answer: strict }));
  const second = parameters.withPicture(first, query());
  expect(second).toEqual(
    new PictureParameters('shop').withPicture(state({ optionalFilters: ['brand:Acme'] }), query()),
  );
});

describe('what the shop sets while a picture is in use', () => {
  const parameters = new PictureParameters('shop');
  const applied = parameters.withPicture(
    state({ optionalFilters: ['brand:Acme'], filters: 'a:1' }),
    query({ answer: strict }),
  );
  const replaced = parameters.withPicture(
    applied.setQueryParameters({ optionalFilters: ['brand:Zeta'], filters: 'b:2' }),
    query(),
  );

  test('is joined to the picture’s', () => {
    expect(replaced.optionalFilters).toEqual(['brand:Zeta', ...wanted]);
  });

  test('stays when the picture goes', () => {
    const removed = parameters.withoutPicture(replaced);
    expect(removed.optionalFilters).toEqual(['brand:Zeta']);
    expect(removed.filters).toBe('b:2');
  });
});

test('a value that both want stays the shop’s', () => {
  const parameters = new PictureParameters('shop');
  const applied = parameters.withPicture(state({ analyticsTags: ['image-search'] }), query());
  expect(applied.analyticsTags).toEqual(['image-search']);
  expect(parameters.withoutPicture(applied).analyticsTags).toEqual(['image-search']);
});

test('another index than the main one is sorted by something else: the picture chooses', () => {
  const applied = new PictureParameters('shop').withPicture(state({ index: 'shop_price_asc' }), query());
  expect(applied.filters).toBe('(labels.description:"Shoe" OR labels.description:"Leather")');
});
