import type { ProductHit } from './product.js';

/** Actions of a shopper on a product that was found, wherever it is shown. */
export interface ProductActions {
  readonly add: (hit: ProductHit) => void;
  readonly similar: (hit: ProductHit) => void;
}

/** Actions of the page on a hit; an opened product is shown with actions of its own. */
export interface PageActions extends ProductActions {
  readonly open: (hit: ProductHit, actions: ProductActions) => void;
}
