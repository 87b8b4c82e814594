import type { Hit } from 'instantsearch.js';
import type { TemplateWithBindEvent } from 'instantsearch.js/es/types';
import type { AttributeNames, Verdict, Visual } from '../src/index.js';
import { pictureOf } from '../src/search/record.js';
import type { PageActions } from './actions.js';
import { withEvents } from './events.js';
import { kindOf, nameOf, type ProductHit, priceOf } from './product.js';

type Template = Exclude<TemplateWithBindEvent<ProductHit>, string>;
type Html = Parameters<Template>[1]['html'];

const VERDICTS: Readonly<Record<Verdict, string>> = {
  verySimilar: 'Very similar',
  similar: 'Similar',
  lessSimilar: 'Less similar',
};

/** A hit as a card; its name is a button whose target is the picture too. A heading may begin what follows. */
export const productCard =
  (actions: PageActions, names: AttributeNames): Template =>
  (hit, { html, components, sendEvent }) => {
    const { open, ...own } = withEvents(actions, sendEvent);
    const name = nameOf(hit);
    return html`
      ${hit.heading && html`<h3 class="hits-heading">${hit.heading}</h3>`}
      <article class="card">
        ${picture(pictureOf(hit, names), name, html)}
        <h3 class="card-name">
          <button type="button" onClick=${() => open(hit, own)}>
            ${hit._highlightResult?.name ? components.Highlight({ hit: hit as Hit, attribute: 'name' }) : name}
          </button>
        </h3>
        <p class="card-kind">${kindOf(hit)}</p>
        <p class="card-price">${priceOf(hit)}</p>
        ${hit._visual && reason(hit._visual, html)}
        <button type="button" class="card-add" aria-label=${`Add to basket: ${name}`} onClick=${() => own.add(hit)}>
          Add to basket
        </button>
        <button
          type="button"
          class="card-similar"
          aria-label=${`Similar to ${name}`}
          title="Show similar products"
          onClick=${() => own.similar(hit)}
        >
          ${similarIcon(html)}
        </button>
      </article>
    `;
  };

/** The product's picture, or a placeholder of its size. */
const picture = (address: string | undefined, name: string, html: Html) =>
  address
    ? html`<img class="card-picture" src=${address} alt=${name} loading="lazy" width="400" height="300" />`
    : html`<p class="card-picture no-picture">No picture</p>`;

/** The reason why a product is there: how alike the pictures are, and what both show. */
const reason = ({ verdict, matched }: Visual, html: Html) => html`
  <p class=${`verdict verdict--${verdict}`}>
    <span>${VERDICTS[verdict]}</span>
    <span class="verdict-labels">${matched.map(({ description }) => description).join(', ')}</span>
  </p>
`;

const similarIcon = (html: Html) => html`
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="M4 4h11v11H4zM19 9v11H8" />
  </svg>
`;
