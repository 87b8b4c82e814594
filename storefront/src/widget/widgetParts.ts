/** What a widget loads only once there is a picture. */
export { createPhotoPage } from './photoPage.js';
export { createRecent } from './recent.js';
export { createResults } from './results.js';
