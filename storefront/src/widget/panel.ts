import type { Crop, Picture } from '../types.js';
import { createChooser } from './chooser.js';
import { createCropper } from './cropper.js';
import { button, element, setText } from './dom.js';
import { icon } from './icons.js';
import type { Snapshot, Ui } from './ui.js';

/** The dialog with its two pages. The browser gives the focus back to whatever opened it. */
export interface Panel {
  readonly node: HTMLDialogElement;
  /** Opens the page on which a photo is chosen or taken. */
  readonly open: () => void;
  /** Opens the page on which a part of a photo is chosen. */
  readonly openCropper: (picture: Picture) => void;
  /** Closes the second page when its photo is no longer the one in use. */
  readonly update: (snapshot: Snapshot) => void;
  readonly close: () => void;
}

/** @param onPhoto called with the photo that was chosen or taken */
export function createPanel(ui: Ui, onPhoto: (photo: File) => void): Panel {
  const { css, texts, actions } = ui;
  const title = element('h2', { class: css('title') });
  const node = element('dialog', { class: css('dialog') });
  const close = () => {
    if (node.open) node.close();
  };
  const chooser = createChooser(ui, onPhoto);
  const choose = (crop: Crop | undefined) => {
    close();
    actions.crop(crop);
  };
  const cropper = createCropper(ui, choose, close);
  node.append(createBody(ui, title, [chooser.node, cropper.node], close));
  closeOnBackdrop(node);
  let cropped: string | undefined;

  const show = (page: typeof chooser | typeof cropper, name: string) => {
    chooser.node.hidden = page !== chooser;
    cropper.node.hidden = page !== cropper;
    setText(title, name);
    node.setAttribute('aria-label', name);
    node.showModal();
    page.focus();
  };
  return {
    node,
    close,
    open() {
      cropped = undefined;
      show(chooser, texts.title);
    },
    openCropper(picture) {
      cropped = picture.preview;
      cropper.show(picture);
      show(cropper, texts.cropTitle);
    },
    update({ picture }) {
      if (cropped !== undefined && picture?.preview !== cropped) close();
    },
  };
}

/** Fills the dialog to its border, so that what hits the dialog itself hits its backdrop. */
function createBody(
  { css, texts }: Ui,
  title: HTMLElement,
  pages: readonly HTMLElement[],
  close: () => void,
): HTMLElement {
  const closing = button({ class: css('close'), 'aria-label': texts.close }, close, icon('close'));
  const header = element('div', { class: css('header') }, title, closing);
  return element('div', { class: css('panel') }, header, ...pages);
}

/** Closes after a press and a release on the backdrop; a frame that is dragged may be let go there. */
function closeOnBackdrop(dialog: HTMLDialogElement): void {
  let pressed: EventTarget | null = null;
  dialog.addEventListener('pointerdown', (event) => {
    pressed = event.target;
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog && pressed === dialog) dialog.close();
  });
}
