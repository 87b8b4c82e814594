import type { Crop, Picture } from '../types.js';
import { createPicker } from './chooser.js';
import { button, element, setText } from './dom.js';
import { createCropFrame } from './frame.js';
import { cropOf, frameOf } from './geometry.js';
import { createLinkButton } from './linkButton.js';
import { createSpots } from './spots.js';
import { CENTERED, suggestedFrame } from './suggestion.js';
import type { Ui } from './ui.js';

/** The page of the dialog that shows the photo in use, on which a part of it is chosen, or another photo. */
export interface PhotoPage {
  readonly node: HTMLElement;
  /** Shows a photo, the things in it, and its part framed. */
  readonly show: (picture: Picture) => void;
  readonly focus: () => void;
}

/**
 * @param onPhoto called with another photo
 * @param onPart called with the part, `undefined` for the whole photo
 */
export function createPhotoPage(
  ui: Ui,
  onPhoto: (photo: Blob) => void,
  onPart: (part: Crop | undefined) => void,
): PhotoPage {
  const { css, texts } = ui;
  const photo = element('img', { class: css('photo'), alt: texts.yourPhoto, draggable: 'false' });
  const frame = createCropFrame(ui, photo);
  const spots = createSpots(ui, photo, onPart);
  frame.node.append(spots.node);
  const help = element('p', { class: css('hint') });
  const apply = button(
    { class: css('action', 'action--primary') },
    () => onPart(cropOf(frame.value())),
    texts.cropApply,
  );
  const whole = button({ class: css('action') }, () => onPart(undefined), texts.cropWhole);
  const link = createLinkButton(ui);
  const node = element(
    'div',
    { class: css('crop') },
    help,
    frame.node,
    element('div', { class: css('footer', 'actions') }, apply, whole),
    element('div', { class: css('actions') }, createOther(ui, onPhoto), link),
    element('p', { class: css('note') }, ui.privacy),
  );
  let first = CENTERED;
  photo.addEventListener('load', () => {
    // Whoever has moved the frame already knows better.
    if (frame.value() === first && first === CENTERED) frame.show(suggestedFrame(photo));
  });
  const show = (picture: Picture) => {
    setText(link, texts.link);
    setText(help, picture.spots.length ? texts.spotsHelp : texts.cropHelp);
    first = picture.crop || picture.spots.length ? frameOf(picture.crop) : CENTERED;
    frame.show(first);
    spots.show(picture.spots);
    photo.src = picture.preview;
  };
  return { node, show, focus: () => apply.focus({ preventScroll: true }) };
}

function createOther({ css, texts }: Ui, onPhoto: (photo: Blob) => void): HTMLElement {
  const picker = createPicker({ class: css('input') }, onPhoto);
  return element('label', { class: css('action', 'another') }, texts.another, picker);
}
