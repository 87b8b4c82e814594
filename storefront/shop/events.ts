import type { SendEventForHits } from 'instantsearch.js/es/lib/utils';
import insightsClient from 'search-insights';
import type { PageActions } from './actions.js';
import type { AlgoliaAccess } from './config.js';

/** The Insights client of this visit: the shopper is anonymous, and no cookie is kept for the next. */
export function insightsFor({ appId, apiKey, url }: AlgoliaAccess): typeof insightsClient {
  const userToken = `anonymous-${crypto.randomUUID()}`;
  insightsClient('init', { appId, apiKey, host: url, useCookie: false, userToken });
  return insightsClient;
}

/** The page's actions for the hits of one answer, each of which first sends its event to Insights. */
export function withEvents(page: PageActions, sendEvent: SendEventForHits): PageActions {
  return {
    open: (hit, actions) => {
      sendEvent('click', hit, 'Product Opened');
      page.open(hit, actions);
    },
    add: (hit) => {
      sendEvent('conversion', hit, 'Product Added to Basket', { eventSubtype: 'addToCart' });
      page.add(hit);
    },
    similar: (hit) => {
      sendEvent('click', hit, 'Similar Products Opened');
      page.similar(hit);
    },
  };
}
