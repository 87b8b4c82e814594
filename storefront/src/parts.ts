/** What a page loads only once somebody searches with a picture. */
export { createEngine, PictureSearch } from './engine.js';
export { Keeper } from './memory/keeper.js';
