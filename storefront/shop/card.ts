import type { Hit } from 'instantsearch.js';
import type { TemplateWithBindEvent } from 'instantsearch.js/es/types';
import type { AttributeNames, Visual } from '../src/index.js';
import { pictureOf } from '../src/search/record.js';
import type { PageActions } from './actions.js';
import { withEvents } from './events.js';
import { kindOf, nameOf, type ProductHit, priceOf } from './product.js';

type Template = Exclude<TemplateWithBindEvent<ProductHit>, string>;
type Html = Parameters<Template>[1]['html'];

const LABELS_SHOWN = 3;

/** A hit as a card; its name is a button whose target is the picture too. */
export const productCard =
  (actions: PageActions, names: AttributeNames): Template =>
  (hit, { html, components, sendEvent }) => {
    const { open, ...own } = withEvents(actions, sendEvent);
    const name = nameOf(hit);
    return html`
      <article class=${hit._visual?.verdict === 'lessSimilar' ? 'card card--unlike' : 'card'}>
        ${picture(pictureOf(hit, names), name, html)}
        <h3 class="card-name">
          <button type="button" onClick=${() => open(hit, own)}>
            ${hit._highlightResult?.name ? components.Highlight({ hit: hit as Hit, attribute: 'name' }) : name}
          </button>
        </h3>
        <p class="card-kind">${kindOf(hit)}</p>
        <p class="card-price">${priceOf(hit)}</p>
        ${hit._visual && reason(hit._visual, html)}
        <div class="card-actions">
          <button type="button" class="primary" aria-label=${`Add to basket: ${name}`} onClick=${() => own.add(hit)}>
            Add to basket
          </button>
          <button type="button" aria-label=${`Similar to ${name}`} onClick=${() => own.similar(hit)}>
            Similar
          </button>
        </div>
      </article>
    `;
  };

/** The product's picture, or a placeholder of its size. */
const picture = (address: string | undefined, name: string, html: Html) =>
  address
    ? html`<img class="card-picture" src=${address} alt=${name} loading="lazy" width="400" height="300" />`
    : html`<p class="card-picture no-picture">No picture</p>`;

/** The reason why a product is there: how alike the pictures are, and what both show. */
function reason(visual: Visual, html: Html) {
  const labels = visual.matched.slice(0, LABELS_SHOWN);
  return html`
    <div class="reason">
      ${visual.closeness === undefined ? visual.verdict === 'lessSimilar' && html`<p>not much alike</p>` : meter(visual, visual.closeness, html)}
      ${
        labels.length > 0 &&
        html`<ul aria-label="Shown by both pictures">
          ${labels.map(({ description }) => html`<li key=${description}>${description}</li>`)}
        </ul>`
      }
    </div>
  `;
}

function meter({ verdict }: Visual, closeness: number, html: Html) {
  const share = Math.max(0, closeness);
  const percent = `${Math.round(100 * share)} %`;
  return html`
    <label>
      ${verdict !== 'lessSimilar' ? `${percent} alike` : `not much alike (${percent})`}
      <meter min="0" max="1" value=${share}></meter>
    </label>
  `;
}
