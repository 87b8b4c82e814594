/** Loads them for a page without a bundler: they lie beside the script that the page loaded. */

const script = document.currentScript;
const here = script instanceof HTMLScriptElement ? script.src : undefined;
const load = (name: string) => import(/* @vite-ignore */ new URL(name, here).href);

export async function loadParts(): Promise<typeof import('./parts.js')> {
  const [parts] = await Promise.all([load('parts.js'), load('prepare.js')]);
  return parts;
}

export const loadWidgetParts = (): Promise<typeof import('./widget/widgetParts.js')> =>
  load('widgetParts.js');
