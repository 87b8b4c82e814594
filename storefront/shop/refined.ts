import { connectCurrentRefinements } from 'instantsearch.js/es/connectors';
import type {
  CurrentRefinementsConnectorParamsItem as Item,
  CurrentRefinementsConnectorParamsRefinement as Refinement,
} from 'instantsearch.js/es/connectors/current-refinements/connectCurrentRefinements';
import { money } from './product.js';

/** A list of the filters in use, with buttons named after what they remove: InstantSearch names every one "✕". */
export function refined(list: HTMLUListElement) {
  return connectCurrentRefinements(({ items }) => {
    const focused = [...list.children].findIndex((chip) => chip.contains(document.activeElement));
    list.replaceChildren(...items.flatMap(chips));
    list.hidden = items.length === 0;
    if (focused >= 0) focusNear(list, focused);
  })({});
}

/** Focuses what follows the chip that was removed; without any left, the products. */
function focusNear(list: HTMLUListElement, place: number): void {
  const buttons = list.querySelectorAll('button');
  const next = buttons[Math.min(place, buttons.length - 1)] ?? list.closest<HTMLElement>('[tabindex]');
  next?.focus();
}

const chips = ({ refinements, refine }: Item): HTMLLIElement[] =>
  refinements.map((refinement) => chip(textOf(refinement), () => refine(refinement)));

/** The text of a filter: a bound of the price is the only number to filter by, all others are plain values. */
const textOf = ({ type, operator, value, label }: Refinement): string =>
  type === 'numeric' ? `${operator === '>=' ? 'From' : 'Up to'} ${money(Number(value))}` : label;

function chip(text: string, remove: () => void): HTMLLIElement {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = `${text} ✕`;
  button.setAttribute('aria-label', `Remove ${text}`);
  button.addEventListener('click', remove);
  item.append(button);
  return item;
}
