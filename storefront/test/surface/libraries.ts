import instantsearchNewest from 'instantsearch.js';
import * as connectorsNewest from 'instantsearch.js/es/connectors';
import * as cachesNewest from 'instantsearch.js/es/lib/infiniteHitsCache';
import * as routersNewest from 'instantsearch.js/es/lib/routers';
import indexNewest from 'instantsearch.js/es/widgets/index/index';
import instantsearchFloor from 'instantsearch-floor';
import * as connectorsFloor from 'instantsearch-floor/es/connectors';
import * as cachesFloor from 'instantsearch-floor/es/lib/infiniteHitsCache';
import * as routersFloor from 'instantsearch-floor/es/lib/routers';
import indexFloor from 'instantsearch-floor/es/widgets/index/index';

const newest = {
  name: 'the newest InstantSearch',
  isNewest: true,
  instantsearch: instantsearchNewest,
  connectors: connectorsNewest,
  caches: cachesNewest,
  routers: routersNewest,
  index: indexNewest,
};

export type Library = typeof newest;

/** The versions of InstantSearch that a page may have: the newest, and the oldest that the package allows. */
export const libraries: readonly Library[] = [
  newest,
  {
    name: 'the oldest InstantSearch',
    isNewest: false,
    instantsearch: instantsearchFloor,
    connectors: connectorsFloor,
    caches: cachesFloor,
    routers: routersFloor,
    index: indexFloor,
  } as unknown as Library,
];
