import { namesIn } from '../src/search/record.js';
import type { AttributeNames } from '../src/types.js';

/** Algolia's address, index, and the key that may only search. */
export interface AlgoliaAccess {
  readonly url: string;
  readonly appId: string;
  readonly apiKey: string;
  readonly index: string;
}

/** The page's configuration, which its server sends as `config.json`. */
export interface ShopConfig {
  readonly searchUrl: string;
  readonly algolia: AlgoliaAccess;
  /** Orders to choose from, the usual one first; `value` is the index that has the order. */
  readonly sorts: readonly { readonly value: string; readonly label: string }[];
  /** Photos to try, where the shopper has none at hand. */
  readonly samples: readonly Sample[];
  /** Names of a record's visual attributes. */
  readonly attributes: AttributeNames;
}

/** A photo to try, and what it shows. */
export interface Sample {
  readonly url: string;
  readonly title: string;
}

/** Loads the configuration from the page's own server; rejects when it does not answer with a configuration. */
export async function loadConfig(): Promise<ShopConfig> {
  const response = await fetch('config.json');
  if (!response.ok) throw new Error(`config.json: the server answered ${response.status}`);
  return configured(await response.json());
}

/** The server's configuration, completed with the default names of attributes. */
export const configured = (sent: Omit<ShopConfig, 'attributes'> & { attributes?: unknown }): ShopConfig => ({
  ...sent,
  attributes: namesIn(sent.attributes),
});
