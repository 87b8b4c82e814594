import type { PictureLabel } from '../types.js';
import { button, element, setAttributes } from './dom.js';
import type { Component, Ui } from './ui.js';

/** Makes the labels of the picture, each a button that removes or restores it. */
export function createChips(ui: Ui): Component {
  const node = element('div', {
    class: ui.css('chips'),
    role: 'group',
    'aria-label': ui.texts.labels,
    hidden: true,
  });
  const chips = new Map<string, HTMLButtonElement>();

  return {
    node,
    update({ picture }) {
      const labels = picture?.labels ?? [];
      node.hidden = labels.length === 0;
      const focused = document.activeElement;
      const place = focused ? [...node.children].indexOf(focused) : -1;
      dropOthers(chips, labels);
      for (const [at, label] of labels.entries()) {
        const chip = chips.get(label.description) ?? createChip(ui, label.description);
        chips.set(label.description, chip);
        setAttributes(chip, stateOf(ui, label));
        // A node that is where it belongs is left alone: moving it would take the focus from it.
        if (node.children[at] !== chip) node.insertBefore(chip, node.children[at] ?? null);
      }
      if (place >= 0) keepFocus(node, focused, place);
    },
  };
}

/** Where the chip with the focus went, the next one gets it, or else the last. */
function keepFocus({ children }: HTMLElement, focused: Element | null, place: number): void {
  const chips = [...children] as HTMLElement[];
  const next = chips.find((chip) => chip === focused) ?? chips[Math.min(place, chips.length - 1)];
  next?.focus();
}

function createChip({ css, texts, actions }: Ui, description: string): HTMLButtonElement {
  return button({ class: css('chip') }, () => actions.toggle(description), texts.label(description));
}

function stateOf({ css, texts }: Ui, { description, kept }: PictureLabel) {
  const label = texts.label(description);
  return {
    class: kept ? css('chip') : css('chip', 'chip--removed'),
    'aria-label': kept ? texts.remove(label) : texts.keep(label),
  };
}

function dropOthers(chips: Map<string, HTMLButtonElement>, labels: readonly PictureLabel[]): void {
  const wanted = new Set(labels.map(({ description }) => description));
  for (const [description, chip] of chips) {
    if (wanted.has(description)) continue;
    chip.remove();
    chips.delete(description);
  }
}
