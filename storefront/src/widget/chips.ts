import type { PictureLabel } from '../types.js';
import { button, element, setAttributes } from './dom.js';
import type { Component, Ui } from './ui.js';

/** Makes the labels of the picture, each a button that removes or restores it. */
export function createChips(ui: Ui): Component {
  const legend = element('legend', { class: ui.css('legend') }, ui.texts.labels);
  const node = element('fieldset', { class: ui.css('chips'), hidden: true }, legend);
  const chips = new Map<string, HTMLButtonElement>();

  return {
    node,
    update({ picture }) {
      const labels = picture?.labels ?? [];
      node.hidden = labels.length === 0;
      dropOthers(chips, labels);
      let last: Element = legend;
      for (const label of labels) {
        const chip = chips.get(label.description) ?? createChip(ui, label.description);
        chips.set(label.description, chip);
        setAttributes(chip, stateOf(ui, label));
        // A node that is where it belongs is left alone: moving it would take the focus from it.
        if (last.nextElementSibling !== chip) last.after(chip);
        last = chip;
      }
    },
  };
}

function createChip(ui: Ui, description: string): HTMLButtonElement {
  return button({}, () => ui.actions.toggle(description), description);
}

function stateOf({ css, texts }: Ui, { description, kept }: PictureLabel) {
  return {
    class: kept ? css('chip') : css('chip', 'chip--removed'),
    'aria-label': kept ? texts.remove(description) : texts.keep(description),
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
