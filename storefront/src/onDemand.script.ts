/** Loads them for a page without a bundler: they lie beside the script that the page loaded. */

const script = document.currentScript;
const here = script instanceof HTMLScriptElement ? script.src : undefined;

export const loadEngine = (): Promise<typeof import('./engine.js')> =>
  import(/* @vite-ignore */ new URL('engine.js', here).href);

export const loadPhotoPage = (): Promise<typeof import('./widget/photoPage.js')> =>
  import(/* @vite-ignore */ new URL('photoPage.js', here).href);
