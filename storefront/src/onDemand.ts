/** Loads the parts that a page needs only once somebody searches with a picture. */

/** The engine, and beside it what it would load for a photo: both come at the same time. */
export async function loadEngine() {
  const [engine] = await Promise.all([import('./engine.js'), import('./photo/prepare.js')]);
  return engine;
}
