import { connectRange } from 'instantsearch.js/es/connectors';
import type {
  Range,
  RangeBoundaries,
  RangeRenderState,
} from 'instantsearch.js/es/connectors/range/connectRange';
import { inside } from './page.js';

/** A price filter on the page's form: InstantSearch's own widget has no labels for its two fields. */
export function priceRange(form: HTMLFormElement, attribute: string) {
  const from = inside(form, '[name=from]', HTMLInputElement);
  const to = inside(form, '[name=to]', HTMLInputElement);
  let latest: RangeRenderState | undefined;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    latest?.refine(boundaries(from.valueAsNumber, to.valueAsNumber, latest.range));
  });
  return connectRange((state) => {
    latest = state;
    const { min, max } = state.range;
    form.hidden = !state.canRefine;
    show(from, state.start[0], min);
    show(to, state.start[1], max);
  })({ attribute });
}

/**
 * The shopper's bounds as InstantSearch wants them: in order, and without a bound that leaves nothing out.
 * `NaN` is an empty field.
 */
export function boundaries(from: number, to: number, { min = 0, max = 0 }: Range): RangeBoundaries {
  const [low, high] = from > to ? [to, from] : [from, to];
  return [low > min ? Math.min(low, max) : undefined, high < max ? Math.max(high, min) : undefined];
}

function show(field: HTMLInputElement, bound: number | undefined, limit: number | undefined): void {
  field.value = bound !== undefined && Number.isFinite(bound) ? String(bound) : '';
  field.placeholder = String(limit ?? '');
}
