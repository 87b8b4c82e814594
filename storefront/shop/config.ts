import { namesIn } from '../src/search/record.js';
import type { AttributeNames } from '../src/types.js';

/** Where Algolia is, and the key that may only search. */
export interface AlgoliaAccess {
  readonly url: string;
  readonly appId: string;
  readonly apiKey: string;
  readonly index: string;
}

/** What the page is told by the server it comes from, as `config.json`. */
export interface ShopConfig {
  readonly searchUrl: string;
  readonly algolia: AlgoliaAccess;
  /** Orders to choose from, the usual one first; `value` is the index that has the order. */
  readonly sorts: readonly { readonly value: string; readonly label: string }[];
  /** Photos to try, where the shopper has none at hand. */
  readonly samples: readonly Sample[];
  /** How the attributes are called that say what a product looks like. */
  readonly attributes: AttributeNames;
}

/** A photo to try, and what it shows. */
export interface Sample {
  readonly url: string;
  readonly title: string;
}

/** Asks the page's own server; rejects when it does not answer with a configuration. */
export async function loadConfig(): Promise<ShopConfig> {
  const response = await fetch('config.json');
  if (!response.ok) throw new Error(`config.json: the server answered ${response.status}`);
  return configured(await response.json());
}

/** What the server told, with every name of an attribute. */
export const configured = (told: Omit<ShopConfig, 'attributes'> & { attributes?: unknown }): ShopConfig => ({
  ...told,
  attributes: namesIn(told.attributes),
});
