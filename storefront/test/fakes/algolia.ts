import type { SearchClient } from 'instantsearch.js';

export interface Asked {
  readonly indexName: string;
  readonly params: Record<string, unknown>;
}

/** An Algolia that answers every search with the same hits, alike or not, and keeps what it was asked. */
export function fakeAlgolia(...hits: readonly object[]) {
  const asked: Asked[] = [];
  const search = async (requests: Asked[]) => {
    asked.push(...requests);
    return { results: requests.map(({ indexName }) => ({ ...PAGE, index: indexName, hits })) };
  };
  return { asked, client: { search } as unknown as SearchClient };
}

const PAGE = { nbHits: 60, nbPages: 3, page: 0, hitsPerPage: 20, query: '', params: '' };
