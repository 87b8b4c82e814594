import { liteClient } from 'algoliasearch/lite';

const {
  VITE_SEARCH_URL,
  VITE_ALGOLIA_URL,
  VITE_ALGOLIA_APP_ID,
  VITE_ALGOLIA_SEARCH_KEY,
  VITE_ALGOLIA_INDEX,
} = import.meta.env;

const algolia = new URL(VITE_ALGOLIA_URL);

/** The address of the search function. */
export const url = VITE_SEARCH_URL;
export const indexName = VITE_ALGOLIA_INDEX;
/** In your shop without `hosts`: the local stack's Algolia is elsewhere. */
export const searchClient = liteClient(VITE_ALGOLIA_APP_ID, VITE_ALGOLIA_SEARCH_KEY, {
  hosts: [{ url: algolia.host, protocol: algolia.protocol.slice(0, -1), accept: 'readWrite' }],
});
