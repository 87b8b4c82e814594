'use client';

import { liteClient } from 'algoliasearch/lite';
import type { Hit } from 'instantsearch.js';
import { Hits, RefinementList, SearchBox } from 'react-instantsearch';
import { InstantSearchNext } from 'react-instantsearch-nextjs';
import type { VisualHit } from 'visual-image-search';
import { useImageSearch } from 'visual-image-search/react';

const url = process.env.NEXT_PUBLIC_SEARCH_URL as string;
const indexName = process.env.NEXT_PUBLIC_ALGOLIA_INDEX as string;
const algolia = new URL(process.env.NEXT_PUBLIC_ALGOLIA_URL as string);

/** In your shop without `hosts`: the local stack's Algolia is elsewhere. */
const searchClient = liteClient(
  process.env.NEXT_PUBLIC_ALGOLIA_APP_ID as string,
  process.env.NEXT_PUBLIC_ALGOLIA_SEARCH_KEY as string,
  {
    hosts: [
      { url: algolia.host, protocol: algolia.protocol === 'http:' ? 'http' : 'https', accept: 'readWrite' },
    ],
  },
);

/** The shop's products: the first come with the page, all later ones from Algolia to the browser. */
export function Search() {
  return (
    <InstantSearchNext
      indexName={indexName}
      searchClient={searchClient}
      future={{ preserveSharedStateOnUnmount: true }}
    >
      <SearchBox />
      <PhotoSearch />
      <RefinementList attribute="categories" />
      <Hits hitComponent={Product} />
    </InstantSearchNext>
  );
}

function Product({ hit: { name, _visual } }: { hit: VisualHit<Hit<{ name: string }>> }) {
  return (
    <>
      {name} {_visual && <small>{_visual.closeness?.toFixed(2)}</small>}
    </>
  );
}

function PhotoSearch() {
  const { status, picture, failure, search, toggle, clear } = useImageSearch({ url });
  return (
    <>
      <label>
        Photo <input type="file" accept="image/*" onChange={({ target }) => search(target.files?.[0])} />
      </label>
      {picture?.labels.map(({ description, kept }) => (
        <button type="button" key={description} aria-pressed={kept} onClick={() => toggle(description)}>
          {description}
        </button>
      ))}
      {status === 'ready' && (
        <button type="button" onClick={clear}>
          Stop using the photo
        </button>
      )}
      {failure && <p role="alert">The photo could not be used: {failure.kind}</p>}
    </>
  );
}
