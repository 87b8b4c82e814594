import { liteClient } from 'algoliasearch/lite';
import instantsearch, { type InstantSearch } from 'instantsearch.js/es';
import type { AlgoliaAccess } from './config.js';
import { insightsFor } from './events.js';

/** The shop's search: its words, filters and page are in the address, its events go to Insights. */
export function createSearch(algolia: AlgoliaAccess): InstantSearch {
  const { appId, apiKey, index, url } = algolia;
  const hosts = [{ url: new URL(url).host, accept: 'readWrite' as const, protocol: 'http' as const }];
  return instantsearch({
    indexName: index,
    searchClient: liteClient(appId, apiKey, { hosts }),
    insights: { insightsClient: insightsFor(algolia) },
    routing: true,
    future: { preserveSharedStateOnUnmount: true },
  });
}
