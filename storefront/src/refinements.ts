import type { InitOptions } from 'instantsearch.js';

/** Words and filters that a shopper has chosen, as Algolia's helper holds them. */

type Helper = InitOptions['helper'];
type State = InitOptions['state'];

/** Whether there is any filter; widgets leave empty lists behind. */
export const isFiltered = (state: State): boolean =>
  [
    state.facetsRefinements,
    state.facetsExcludes,
    state.disjunctiveFacetsRefinements,
    state.hierarchicalFacetsRefinements,
    state.numericRefinements,
    state.tagRefinements,
  ].some(holdsValue);

const holdsValue = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.values(value).some(holdsValue) : value !== undefined;

export const clearFilters = (helper: Helper): void => {
  helper.clearRefinements().clearTags().search();
};

export const clearWords = (helper: Helper): void => {
  helper.setQuery('').search();
};
