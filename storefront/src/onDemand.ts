/** Loads the parts that a page needs only once somebody searches with a picture. */

export const loadEngine = () => import('./engine.js');

export const loadPhotoPage = () => import('./widget/photoPage.js');
