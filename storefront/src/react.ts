import { useConnector } from 'react-instantsearch-core';
import { connectImageSearch } from './connectImageSearch.js';
import type {
  ImageSearchConnectorParams,
  ImageSearchRenderState,
  ImageSearchWidgetDescription,
} from './connectorTypes.js';

/**
 * The hook for an interface of one's own in React InstantSearch: returns what the connector renders with.
 *
 * Throws an `Error` that names the parameter for one that cannot work.
 */
export function useImageSearch(params: ImageSearchConnectorParams): ImageSearchRenderState {
  return useConnector<ImageSearchConnectorParams, ImageSearchWidgetDescription>(connectImageSearch, params, {
    $$widgetType: 'visual.imageSearch',
  });
}
