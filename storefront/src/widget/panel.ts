import { loadWidgetParts } from '../onDemand.js';
import type { Picture } from '../types.js';
import { createChooser } from './chooser.js';
import { button, element, setText } from './dom.js';
import { icon } from './icons.js';
import type { PhotoPage } from './photoPage.js';
import type { Component, Snapshot, Ui } from './ui.js';

/** The dialog with its two pages. The browser gives the focus back to whatever opened it. */
export interface Panel {
  readonly node: HTMLDialogElement;
  /** Opens the page on which a photo is chosen or taken. */
  readonly open: () => void;
  /** Opens the page of the photo in use, on which a part of it is chosen. */
  readonly openPhoto: () => void;
  /** Closes the second page when its photo is no longer the one in use. */
  readonly update: (snapshot: Snapshot) => void;
  readonly close: () => void;
}

interface Page {
  readonly node: HTMLElement;
  readonly focus: () => void;
}

/** @param onPhoto called with the photo that was chosen or taken */
export function createPanel(ui: Ui, onPhoto: (photo: Blob) => void): Panel {
  const { css, texts, actions } = ui;
  const title = element('h2', { class: css('title') });
  const node = element('dialog', { class: css('dialog') });
  const close = () => {
    if (node.open) node.close();
  };
  const body = createBody(ui, title, close);
  node.append(body);
  closeOnBackdrop(node);
  let chooser: Page | undefined;
  let photoPage: PhotoPage | undefined;
  let recent: Component | undefined;
  let latest: Snapshot | undefined;
  let shown: string | undefined;

  const show = (page: Page, name: string) => {
    if (!page.node.parentNode) body.insertBefore(page.node, recent?.node ?? null);
    for (const each of [chooser, photoPage]) if (each) each.node.hidden = each !== page;
    setText(title, name);
    node.setAttribute('aria-label', name);
    if (!node.open) node.showModal();
    page.focus();
  };
  const open = () => {
    shown = undefined;
    chooser ??= createChooser(ui, onPhoto);
    show(chooser, texts.title);
  };
  const load = async () => {
    const loaded = await loadWidgetParts();
    if (recent) return loaded;
    recent = loaded.createRecent(ui, close);
    body.append(recent.node);
    if (latest) recent.update(latest);
    return loaded;
  };
  const showPhoto = (picture: Picture, { createPhotoPage }: Awaited<ReturnType<typeof load>>) => {
    shown = picture.preview;
    photoPage ??= createPhotoPage(ui, onPhoto, (part) => {
      close();
      actions.crop(part);
    });
    photoPage.show(picture);
    show(photoPage, texts.cropTitle);
  };
  return {
    node,
    close,
    open,
    async openPhoto() {
      const loaded = await load().catch(() => undefined);
      const picture = latest?.picture;
      if (loaded && picture?.croppable) showPhoto(picture, loaded);
      // Without it another photo can be chosen at least.
      else if (!loaded) open();
    },
    update(snapshot) {
      latest = snapshot;
      const { picture, status } = snapshot;
      if (shown !== undefined && picture?.preview !== shown) close();
      // There before the shopper asks for it.
      if (recent) recent.update(snapshot);
      else if (snapshot.recent.length || (status === 'ready' && picture?.croppable)) load().catch(() => {});
    },
  };
}

/** Fills the dialog to its border, so that what hits the dialog itself hits its backdrop. */
function createBody({ css, texts }: Ui, title: HTMLElement, close: () => void): HTMLElement {
  const closing = button({ class: css('close'), 'aria-label': texts.close }, close, icon('close'));
  const header = element('div', { class: css('header') }, title, closing);
  return element('div', { class: css('panel') }, header);
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
