import type { Picture } from '../types.js';
import { element, setAttributes } from './dom.js';
import { icon } from './icons.js';
import type { Ui } from './ui.js';

/** A small view of the picture: the picture itself, or a tile in its place where this browser can't show it. */
export interface Preview {
  readonly nodes: readonly HTMLElement[];
  /** Shows the picture; a new one once it is made ready, since to decode it twice at a time takes twice as long. */
  readonly show: (picture: Picture | undefined, isReady: boolean) => void;
  /** Whether the tile shows. */
  readonly isTile: () => boolean;
}

/** @param onTile called when it turns out that the browser can't show the picture */
export function createPreview({ css, texts }: Ui, onTile: () => void): Preview {
  const image = element('img', { class: css('preview') });
  const tile = element('span', { class: css('preview', 'preview--tile'), role: 'img' }, icon('picture'));
  tile.hidden = true;
  let failed: string | undefined;
  let shown: Picture | undefined;

  const isTile = () => Boolean(shown?.preview) && shown?.preview === failed;
  const update = () => {
    image.hidden = !shown?.preview || isTile();
    tile.hidden = !isTile();
  };
  image.addEventListener('error', () => {
    failed = shown?.preview;
    update();
    onTile();
  });
  return {
    nodes: [image, tile],
    isTile,
    show(picture, isReady) {
      const isSame = picture?.preview === image.getAttribute('src');
      shown = isReady || isSame ? picture : undefined;
      update();
      if (!shown?.preview || !picture) return;
      const name = picture.source === 'photo' ? texts.yourPhoto : texts.product;
      setAttributes(image, { alt: name });
      setAttributes(tile, { 'aria-label': name });
      // Setting the same address again would load and decode the picture again.
      if (image.getAttribute('src') !== picture.preview) image.src = picture.preview;
    },
  };
}
