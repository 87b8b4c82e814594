import type { InstantSearch } from 'instantsearch.js';
import type { PageActions } from './actions.js';
import { createBasket } from './basket.js';
import { loadConfig, type ShopConfig } from './config.js';
import { createDetails } from './details.js';
import { part } from './page.js';
import { pictureSearch } from './pictures.js';
import { nameOf } from './product.js';
import { listSamples } from './samples.js';
import { createSearch } from './search.js';
import { widgets } from './widgets.js';

function start(config: ShopConfig): void {
  const search = createSearch(config.algolia);
  search.addWidgets(widgets(config, actionsOn(search, config)));
  search.on('error', () => fail("We can't load the products right now. Please try again."));
  search.on('render', () => search.status !== 'error' && fail(''));
  search.start();
  listSamples(part('samples-list', HTMLUListElement), config.samples, (photo) =>
    pictureSearch(search)?.search(photo),
  );
}

function actionsOn(search: InstantSearch, { attributes }: ShopConfig): PageActions {
  const addToBasket = createBasket(part('basket-count', HTMLOutputElement), part('toast', HTMLElement));
  const add: PageActions['add'] = (hit) => addToBasket(nameOf(hit));
  const similar: PageActions['similar'] = (hit) => {
    pictureSearch(search)?.similar(hit);
    part('products', HTMLElement).focus({ preventScroll: true });
  };
  return { open: createDetails(part('details', HTMLDialogElement), attributes), add, similar };
}

/** Opens the filters beside the products where there is room; elsewhere the shopper opens them. */
function openFiltersWhereThereIsRoom(): void {
  const wide = matchMedia('(width >= 60rem)');
  const fold = () => part('filters', HTMLDetailsElement).toggleAttribute('open', wide.matches);
  wide.addEventListener('change', fold);
  fold();
}

function fail(message: string): void {
  const shown = part('failure', HTMLElement);
  shown.textContent = message;
  shown.hidden = message === '';
}

openFiltersWhereThereIsRoom();
loadConfig().then(start, (error) => {
  console.error(error);
  fail("The shop isn't available right now. Please try again.");
});
