import type { InstantSearch } from 'instantsearch.js';
import type { ImageSearchRenderState } from '../src/index.js';

/** The image search widget's state and actions for the rest of the page; `undefined` until it was rendered once. */
export function pictureSearch(search: InstantSearch): ImageSearchRenderState | undefined {
  const rendered = search.renderState[search.indexName] as
    | { imageSearch?: ImageSearchRenderState }
    | undefined;
  return rendered?.imageSearch;
}
