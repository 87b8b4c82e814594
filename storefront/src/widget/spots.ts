import type { Crop, Spot } from '../types.js';
import { button, element } from './dom.js';
import { cropOf, frameOf } from './geometry.js';
import { distinct, placesOf } from './spotPlaces.js';
import type { Ui } from './ui.js';

/** Dots on the things in a photo, each a button that searches for its thing. */
export interface Spots {
  readonly node: HTMLElement;
  readonly show: (spots: readonly Spot[]) => void;
}

/** @param onPart called with the part of the photo that a shopper chose */
export function createSpots(
  { css, texts }: Ui,
  photo: HTMLImageElement,
  onPart: (part: Crop | undefined) => void,
): Spots {
  const node = element('div', {});
  let shown: readonly Spot[] = [];

  const place = () => {
    const { width, height } = photo.getBoundingClientRect();
    if (!width || !height) return;
    for (const [at, { x, y }] of placesOf(shown, width, height).entries()) {
      const dot = node.children[at] as HTMLElement;
      dot.style.setProperty('left', `${100 * x}%`);
      dot.style.setProperty('top', `${100 * y}%`);
    }
  };
  // Its size is known late, and another when the window is.
  new ResizeObserver(place).observe(photo);
  return {
    node,
    show(spots) {
      shown = distinct(spots);
      const dots = shown.map(({ description, box }) => {
        const name = texts.label(description);
        const search = () => onPart(cropOf(frameOf(box)));
        return button({ class: css('spot'), 'aria-label': name, title: name }, search);
      });
      node.replaceChildren(...dots);
      place();
    },
  };
}
