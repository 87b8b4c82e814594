import algoliasearchHelper from 'algoliasearch-helper';
import { describe, expect, test } from 'vitest';
import { additions } from '../../src/search/look.js';
import { Overlay } from '../../src/search/overlay.js';
import { look, strict } from '../looks.js';

const state = (own: Record<string, unknown> = {}) =>
  new algoliasearchHelper.SearchParameters({ index: 'shop', ...own });
const wanted = additions(look(), undefined, false).lists.optionalFilters ?? [];

test('what lies on the state comes off again', () => {
  const own = state({
    optionalFilters: ['brand:Acme'],
    analyticsTags: ['web'],
    filters: 'a:1 OR a:2',
    getRankingInfo: false,
  });
  const overlay = new Overlay('shop');
  const dressed = overlay.lay(own, look({ product: '7' }));
  expect(dressed.optionalFilters).toEqual(['brand:Acme', ...wanted]);
  expect(dressed.analyticsTags).toEqual(['web', 'image-search']);
  expect(dressed.filters).toBe('(a:1 OR a:2) AND NOT objectID:"7"');
  expect(overlay.lift(dressed)).toEqual(own);
});

test('a state that has it already stays the same object', () => {
  const overlay = new Overlay('shop');
  const dressed = overlay.lay(state(), look());
  expect(overlay.lay(dressed, look())).toBe(dressed);
});

test('another picture takes the place of the first', () => {
  const overlay = new Overlay('shop');
  const first = overlay.lay(state({ optionalFilters: ['brand:Acme'] }), look({ answer: strict }));
  const second = overlay.lay(first, look());
  expect(second).toEqual(new Overlay('shop').lay(state({ optionalFilters: ['brand:Acme'] }), look()));
});

describe('what the shop sets while a picture is in use', () => {
  const overlay = new Overlay('shop');
  const dressed = overlay.lay(
    state({ optionalFilters: ['brand:Acme'], filters: 'a:1' }),
    look({ answer: strict }),
  );
  const replaced = overlay.lay(
    dressed.setQueryParameters({ optionalFilters: ['brand:Zeta'], filters: 'b:2' }),
    look(),
  );

  test('is joined to the picture’s', () => {
    expect(replaced.optionalFilters).toEqual(['brand:Zeta', ...wanted]);
  });

  test('stays when the picture goes', () => {
    const lifted = overlay.lift(replaced);
    expect(lifted.optionalFilters).toEqual(['brand:Zeta']);
    expect(lifted.filters).toBe('b:2');
  });
});

test('a value that both want stays the shop’s', () => {
  const overlay = new Overlay('shop');
  const dressed = overlay.lay(state({ analyticsTags: ['image-search'] }), look());
  expect(dressed.analyticsTags).toEqual(['image-search']);
  expect(overlay.lift(dressed).analyticsTags).toEqual(['image-search']);
});

test('another index than the main one is sorted by something else: the picture chooses', () => {
  const dressed = new Overlay('shop').lay(state({ index: 'shop_price_asc' }), look());
  expect(dressed.filters).toBe('(labels.description:"Shoe" OR labels.description:"Leather")');
});
