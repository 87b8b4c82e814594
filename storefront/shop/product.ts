import type { BaseHit, Hit } from 'instantsearch.js';
import type { VisualHit } from '../src/index.js';

/** A record of the shop's; only its `objectID` is certain. */
export interface Product extends BaseHit {
  name?: string;
  description?: string;
  brand?: string | null;
  categories?: string[];
  price?: number;
}

/** A product among the hits, with the reason why it is there while a picture is in use. */
export type ProductHit = VisualHit<Hit<Product>> & {
  /** What the products from this one on have in common. */
  readonly heading?: string;
};

const currency = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });

/** An amount as a shopper reads it. */
export const money = (amount: number): string => currency.format(amount);

/** The name of a product, or else its `objectID`. */
export const nameOf = ({ name, objectID }: Product): string => name ?? objectID;

/** The price as a shopper reads it; empty for a product without one. */
export const priceOf = ({ price }: Product): string => (typeof price === 'number' ? money(price) : '');

/** The brand, or without one the narrowest category. */
export const kindOf = ({ brand, categories }: Product): string => brand ?? categories?.at(-1) ?? '';
