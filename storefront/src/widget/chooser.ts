import { type Attributes, element } from './dom.js';
import { firstImage } from './dropAndPaste.js';
import { icon } from './icons.js';
import type { Part, Ui } from './ui.js';

/** Files of a computer's: some systems don't know that the named ones are pictures, and would hide them. */
const FILES = 'image/*,.heic,.heif,.avif';

/** The page of the dialog on which a photo is chosen or taken. */
export interface Chooser {
  readonly node: HTMLElement;
  readonly focus: () => void;
}

/** @param onPhoto called with the photo that was chosen or taken */
export function createChooser(ui: Ui, onPhoto: (photo: File) => void): Chooser {
  const { css, texts } = ui;
  const file = createPicker({ class: css('input'), accept: FILES }, onPhoto);
  const camera = createPicker({ class: css('input'), capture: 'environment' }, onPhoto);
  const node = element(
    'div',
    { class: css('drop') },
    icon('picture'),
    element('p', { class: css('hint') }, texts.drop),
    createLabel(ui, 'choose', texts.choose, file),
    createLabel(ui, 'camera', texts.camera, camera),
    element('p', { class: css('hint') }, texts.paste),
    element('p', { class: css('note') }, ui.privacy),
  );
  return { node, focus: () => file.focus() };
}

function createLabel({ css }: Ui, part: Part, text: string, input: HTMLInputElement): HTMLElement {
  return element('label', { class: css('action', 'action--primary', part) }, text, input);
}

/**
 * Makes an input that opens the picker of the system, which on a phone offers the camera too.
 *
 * A phone is told `image/*` alone: all of its pictures are that, and an iPhone then hands out JPEGs, which every browser
 * can make small before they are sent, where it would hand out HEIC if that were named.
 */
export function createPicker(attributes: Attributes, onPhoto: (photo: File) => void): HTMLInputElement {
  const input = element('input', { type: 'file', accept: 'image/*', ...attributes });
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    const photo = firstImage(files) ?? files[0];
    // Emptied, so that choosing the same photo again is a change too.
    input.value = '';
    if (photo) onPhoto(photo);
  });
  return input;
}
