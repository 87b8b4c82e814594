import { element, setAttributes } from './dom.js';
import { icon } from './icons.js';
import type { Ui } from './ui.js';

/** A small picture; a tile with an icon where there is none, or none that this browser can show. */
export interface Preview {
  readonly node: HTMLElement;
  /** Shows the picture at an address; without a name it is decoration. */
  readonly show: (address: string | undefined, name?: string) => void;
}

export function createPreview({ css }: Ui): Preview {
  const image = element('img', { alt: '', hidden: true });
  image.addEventListener('error', () => {
    image.hidden = true;
  });
  const node = element('span', { class: css('preview') }, icon('picture'), image);
  return {
    node,
    show(address, name) {
      setAttributes(node, {
        role: name !== undefined && 'img',
        'aria-label': name ?? false,
        'aria-hidden': !name && 'true',
      });
      // Setting the same address again would load and decode the picture again.
      if (address === (image.getAttribute('src') ?? '')) return;
      image.hidden = !address;
      setAttributes(image, { src: address || false });
    },
  };
}
