/** Loads them for a page without a bundler: they lie beside the script that the page loaded. */

const script = document.currentScript;
const here = script instanceof HTMLScriptElement ? script.src : undefined;

export async function loadEngine(): Promise<typeof import('./engine.js')> {
  const [engine] = await Promise.all([
    import(/* @vite-ignore */ new URL('engine.js', here).href),
    import(/* @vite-ignore */ new URL('prepare.js', here).href),
  ]);
  return engine;
}
