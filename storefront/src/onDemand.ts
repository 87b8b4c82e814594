/** Loads the parts that a page needs only once somebody searches with a picture. */

/** What every picture needs, and beside it what it would load for a photo: both come at the same time. */
export async function loadParts() {
  const [parts] = await Promise.all([import('./parts.js'), import('./photo/prepare.js')]);
  return parts;
}

export const loadWidgetParts = () => import('./widget/widgetParts.js');
