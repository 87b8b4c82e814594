import { renderToString } from 'react-dom/server';
import {
  getServerState,
  InstantSearch,
  InstantSearchSSRProvider,
  useHits,
  useRelatedProducts,
} from 'react-instantsearch-core';
import { expect, test } from 'vitest';
import { useImageSearch } from '../../src/react.js';
import { FakeAlgolia } from './algolia.js';
import { majors } from './clients.js';
import { shoes } from './fixtures.js';

function Products() {
  const { status } = useImageSearch({ url: 'https://search.example' });
  const { items } = useHits();
  const related = useRelatedProducts({ objectIDs: ['1'] });
  return <p>{`${status}: ${items.length} hits, ${related.items.length} related`}</p>;
}

test.each(Object.entries(majors).filter(([major]) => major !== 'v3'))(
  'a server without a browser’s objects renders hits and recommendations, client %s',
  async (_, makeClient) => {
    const client = makeClient(new FakeAlgolia(shoes(30)));
    const shop = (state?: Awaited<ReturnType<typeof getServerState>>) => (
      <InstantSearchSSRProvider {...(state as object)}>
        <InstantSearch indexName="shop" searchClient={client}>
          <Products />
        </InstantSearch>
      </InstantSearchSSRProvider>
    );
    expect(typeof window).toBe('undefined');
    const state = await getServerState(shop(), { renderToString });
    expect(renderToString(shop(state))).toContain('idle: 20 hits, 2 related');
  },
  2000,
);
