import type { Crop, Picture } from '../types.js';
import { button, element } from './dom.js';
import { createCropFrame } from './frame.js';
import { cropOf, frameOf } from './geometry.js';
import type { Ui } from './ui.js';

/** The page of the dialog on which a part of the photo is chosen. */
export interface Cropper {
  readonly node: HTMLElement;
  /** Shows a photo with its part framed. */
  readonly show: (picture: Picture) => void;
  readonly focus: () => void;
}

/**
 * @param onChoose called with the part, `undefined` for the whole photo
 * @param onCancel called when everything is to stay as it is
 */
export function createCropper(
  ui: Ui,
  onChoose: (crop: Crop | undefined) => void,
  onCancel: () => void,
): Cropper {
  const { css, texts } = ui;
  const photo = element('img', { class: css('photo'), alt: texts.yourPhoto, draggable: 'false' });
  const frame = createCropFrame(ui, photo);
  const buttons = [
    button(
      { class: css('action', 'action--primary') },
      () => onChoose(cropOf(frame.value())),
      texts.cropApply,
    ),
    button({ class: css('action') }, () => onChoose(undefined), texts.cropWhole),
    button({ class: css('action') }, onCancel, texts.cancel),
  ];
  const node = element(
    'div',
    { class: css('crop') },
    element('p', { class: css('hint') }, texts.cropHelp),
    frame.node,
    element('div', { class: css('actions') }, ...buttons),
  );
  const show = (picture: Picture) => {
    photo.src = picture.preview;
    frame.show(frameOf(picture.crop));
  };
  return { node, show, focus: frame.focus };
}
