import type { SendEventForHits } from 'instantsearch.js/es/lib/utils';
import insightsClient from 'search-insights';
import type { PageActions } from './actions.js';
import type { AlgoliaAccess } from './config.js';

/** Insights for this visit: an anonymous shopper whom no cookie recognizes the next time. */
export function insightsFor({ appId, apiKey, url }: AlgoliaAccess): typeof insightsClient {
  const userToken = `anonymous-${crypto.randomUUID()}`;
  insightsClient('init', { appId, apiKey, host: url, useCookie: false, userToken });
  return insightsClient;
}

/** What the page does, for the hits of one answer: Insights is told first, with the search they come from. */
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
