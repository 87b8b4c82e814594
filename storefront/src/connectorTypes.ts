import type { BaseHit, Connector, WidgetDescription } from 'instantsearch.js';
import type { EngineParams } from './engine.js';
import type {
  Crop,
  ImageSearchFailure,
  ImageSearchMatch,
  ImageSearchStatus,
  Picture,
  RecentPicture,
} from './types.js';

/** Parameters of the connector and the hook. */
export type ImageSearchConnectorParams = EngineParams & {
  /**
   * The picture of a hit, for the preview after "similar"; default what it has under the name that the function
   * tells, or under `imageURL` before its first answer and where it tells none.
   */
  imageOf?: (hit: BaseHit) => string | undefined;
  /** What a hit is called, for the picture after "similar"; default its `name`. */
  nameOf?: (hit: BaseHit) => string | undefined;
  /** Whether the first hundred hits are put in the order of their closeness; default true. */
  rerank?: boolean;
  /**
   * Whether this tab keeps the last five pictures, of each what the search function answered and a thumbnail, so that
   * the one in use survives a reload and the way to a product's page and back; default true.
   */
  remember?: boolean;
};

/** The state that the connector renders with, and that the hook returns. */
export type ImageSearchRenderState = {
  status: ImageSearchStatus;
  /** Share of the upload that is done, 0..1, while `sending`. */
  progress: number;
  failure?: ImageSearchFailure;
  picture?: Picture;
  match: ImageSearchMatch;
  /** Whether the page shows another order than that of relevance, in which a picture only chooses. */
  sorted: boolean;
  /** The words that the page searches with, too. */
  words: string;
  /** Whether the shopper has chosen filters, too. */
  filtered: boolean;
  /** The last pictures, the newest first: up to five. */
  recent: readonly RecentPicture[];
  /** What Algolia refused of the picture: some filters (`fewer`), all but the labels (`labels`), or all of it. */
  limited?: 'fewer' | 'labels' | 'all';
  /** Looks for products like the photo, or the crop of it; a photo on its way is dropped for it. Nothing, for none. */
  search: (photo: Blob | null | undefined, crop?: Crop) => void;
  /** Looks for products like the product of a hit. */
  similar: (hit: BaseHit) => void;
  /** Looks for another part of the photo in use; `undefined` for all of it. */
  crop: (part: Crop | undefined) => void;
  /** Removes a label from the picture, or restores it. */
  toggle: (description: string) => void;
  /** Tries again what failed. */
  retry: () => void;
  /** Drops the picture on its way; the one in use stays. */
  cancel: () => void;
  /** Uses one of the recent pictures again. */
  again: (id: string) => void;
  /**
   * The address of this page with the picture in use, for others: it holds what the search function answered, and
   * nothing of the picture itself. Undefined without one.
   */
  link: () => Promise<string | undefined>;
  /** Goes back to a search without a picture, and forgets it. */
  clear: () => void;
  /** Searches without the words. */
  clearWords: () => void;
  /** Searches without the filters that the shopper has chosen. */
  clearFilters: () => void;
};

export type ImageSearchWidgetDescription = WidgetDescription & {
  $$type: 'visual.imageSearch';
  renderState: ImageSearchRenderState;
  indexRenderState: { imageSearch: ImageSearchRenderState & { widgetParams: ImageSearchConnectorParams } };
};

export type ImageSearchConnector = Connector<ImageSearchWidgetDescription, ImageSearchConnectorParams>;
