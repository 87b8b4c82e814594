import { element } from './dom.js';
import type { Ui } from './ui.js';

/** A layer over the whole page that says that a photo can be dropped. */
export interface Overlay {
  readonly node: HTMLElement;
  readonly show: (shown: boolean) => void;
}

export function createOverlay({ css, texts }: Ui): Overlay {
  const node = element('div', { class: css('overlay'), popover: 'manual', hidden: true }, texts.dropHere);
  return {
    node,
    show(shown) {
      node.hidden = !shown;
      // Above an open dialog, and whole though the container may clip; browsers from before 2024 do without.
      node.togglePopover?.(shown);
    },
  };
}
