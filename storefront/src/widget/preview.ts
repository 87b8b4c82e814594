import { element, setAttributes } from './dom.js';
import { icon } from './icons.js';
import type { Ui } from './ui.js';

/** A small picture; a tile with an icon where there is none, or none that this browser can show. */
export interface Preview {
  readonly node: HTMLElement;
  /** Shows the picture at an address; without a name it is decoration. */
  readonly show: (address: string | undefined, name?: string) => void;
  readonly shows: (address: string | undefined) => boolean;
  /** Whether there is a tile in place of a picture. */
  readonly isTile: () => boolean;
}

/** @param onTile called when it turns out that the browser can't show the picture */
export function createPreview({ css }: Ui, onTile = () => {}): Preview {
  const image = element('img', { alt: '', hidden: true });
  image.addEventListener('error', () => {
    image.hidden = true;
    onTile();
  });
  const node = element('span', { class: css('preview') }, icon('picture'), image);
  const shows = (address: string | undefined) => (address ?? '') === (image.getAttribute('src') ?? '');
  return {
    node,
    shows,
    isTile: () => Boolean(image.hidden),
    show(address, name) {
      setAttributes(node, {
        role: name ? 'img' : false,
        'aria-label': name ?? false,
        'aria-hidden': name ? false : 'true',
      });
      // Setting the same address again would load and decode the picture again.
      if (shows(address)) return;
      image.hidden = !address;
      setAttributes(image, { src: address || false });
    },
  };
}
