import type { AttributeNames } from '../src/index.js';
import { pictureOf } from '../src/search/record.js';
import type { PageActions, ProductActions } from './actions.js';
import { inside } from './page.js';
import { nameOf, type ProductHit, priceOf } from './product.js';

/** Shows a product in the page's dialog, which a click beside it closes, too. */
export function createDetails(dialog: HTMLDialogElement, names: AttributeNames): PageActions['open'] {
  let chosen = (_: keyof ProductActions) => {};
  const closes = (selector: string, then = () => {}) =>
    inside(dialog, selector, HTMLButtonElement).addEventListener('click', () => {
      dialog.close();
      then();
    });
  closes('.details-close');
  closes('.details-add', () => chosen('add'));
  closes('.details-similar', () => chosen('similar'));
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());
  return (hit, actions) => {
    chosen = (action) => actions[action](hit);
    fill(dialog, hit);
    showPicture(dialog, pictureOf(hit, names), nameOf(hit));
    dialog.showModal();
  };
}

function fill(dialog: HTMLDialogElement, hit: ProductHit): void {
  inside(dialog, '#details-name', HTMLElement).textContent = nameOf(hit);
  inside(dialog, '.details-price', HTMLElement).textContent = priceOf(hit);
  inside(dialog, '.details-description', HTMLElement).textContent = hit.description ?? '';
}

function showPicture(dialog: HTMLDialogElement, address: string | undefined, alt: string): void {
  const picture = inside(dialog, 'img.details-picture', HTMLImageElement);
  picture.hidden = !address;
  inside(dialog, '.no-picture', HTMLElement).hidden = !picture.hidden;
  picture.alt = alt;
  if (address) picture.src = address;
  else picture.removeAttribute('src');
}
