/** Loads them for a page without a bundler: they lie beside the script that the page loaded. */

const script = document.currentScript;
const here = script instanceof HTMLScriptElement ? script.src : undefined;

export const loadParts = (): Promise<typeof import('./parts.js')> =>
  import(/* @vite-ignore */ new URL('parts.js', here).href);

export const loadWidgetParts = (): Promise<typeof import('./widget/widgetParts.js')> =>
  import(/* @vite-ignore */ new URL('widgetParts.js', here).href);
