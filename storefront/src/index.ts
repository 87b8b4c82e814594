export { connectImageSearch, imageSearchOf } from './connectImageSearch.js';
export type {
  ImageSearchConnector,
  ImageSearchConnectorParams,
  ImageSearchRenderState,
  ImageSearchWidgetDescription,
} from './connectorTypes.js';
export { type ImageSearchWidgetParams, imageSearch } from './imageSearch.js';
export { lessSimilarFrom } from './lessSimilar.js';
export type {
  Answer,
  AttributeNames,
  Crop,
  FailureKind,
  ImageSearchFailure,
  ImageSearchMatch,
  ImageSearchStatus,
  Picture,
  PictureLabel,
  RecentPicture,
  SeenLabel,
  Spot,
  Step,
  Verdict,
  Visual,
  VisualHit,
} from './types.js';
export { english, type OwnTexts, type Texts } from './widget/texts.js';
