/** Loads the parts that a page needs only once somebody searches with a picture. */

export const loadParts = () => import('./parts.js');

export const loadWidgetParts = () => import('./widget/widgetParts.js');
