export { connectImageSearch, imageSearchOf } from './connectImageSearch.js';
export { type ImageSearchWidgetParams, imageSearch } from './imageSearch.js';
export type {
  Answer,
  AttributeNames,
  Crop,
  FailureKind,
  ImageSearchConnector,
  ImageSearchConnectorParams,
  ImageSearchFailure,
  ImageSearchMatch,
  ImageSearchRenderState,
  ImageSearchStatus,
  ImageSearchWidgetDescription,
  Picture,
  PictureLabel,
  SeenLabel,
  Visual,
  VisualHit,
} from './types.js';
export { english, type OwnTexts, type Texts } from './widget/texts.js';
