import type { Picture } from '../types.js';
import { createChips } from './chips.js';
import { button, element, setAttributes, setText } from './dom.js';
import { icon } from './icons.js';
import { createPreview } from './preview.js';
import { busySentence } from './sentences.js';
import type { Texts } from './texts.js';
import { type Component, isBusy, type Snapshot, type Ui } from './ui.js';

/**
 * Makes the bar of the picture in use, or on its way: one row of its preview, its labels or its progress, and the
 * button that ends it.
 *
 * @param onOpen called to show the photo in use, and to let the shopper choose a part of it
 */
export function createBar(ui: Ui, onOpen: () => void): Component {
  let latest: Snapshot | undefined;
  const thumb = createThumb(ui, onOpen, () => latest && update(latest));
  const still = createStill(ui, thumb.node);
  const parts = [thumb, still, createProgress(ui), createDetails(ui), createEnd(ui)];
  const node = element(
    'section',
    { class: ui.css('bar'), 'aria-label': ui.texts.title, tabindex: '-1', hidden: true },
    ...parts.map((part) => part.node),
  );
  const update = (snapshot: Snapshot) => {
    latest = snapshot;
    node.hidden = !snapshot.picture && !isBusy(snapshot.status);
    for (const part of parts) part.update(snapshot);
  };
  return { node, update };
}

/** The photo in use, as a button; of one that the browser can't show no part can be chosen. */
function createThumb(ui: Ui, onOpen: () => void, onTile: () => void): Component {
  const { crop } = ui.texts;
  const preview = createPreview(ui, onTile);
  const attributes = { class: ui.css('thumb'), 'aria-label': crop, title: crop, 'aria-haspopup': 'dialog' };
  const node = button(attributes, onOpen, preview.node, icon('crop'));
  return {
    node,
    update({ status, picture }) {
      if (!isBusy(status)) preview.show(picture?.preview);
      node.hidden = isBusy(status) || !picture?.croppable || preview.isTile();
    },
  };
}

/** The picture where the thumb doesn't show. */
function createStill(ui: Ui, thumb: HTMLElement): Component {
  const preview = createPreview(ui);
  return {
    node: preview.node,
    update({ status, picture }) {
      preview.node.hidden = !thumb.hidden;
      // Decoded for the eye and for the function at a time, it would take twice as long.
      const isEarly = status === 'preparing' && !preview.shows(picture?.preview);
      preview.show(isEarly ? undefined : picture?.preview, picture && nameOf(picture, ui.texts));
    },
  };
}

const nameOf = ({ source, name }: Picture, { yourPhoto, similar }: Texts): string =>
  source === 'photo' ? yourPhoto : (name ?? similar);

function createProgress({ css, texts, actions }: Ui): Component {
  // The live region says the same.
  const step = element('span', { class: css('caption'), 'aria-hidden': 'true' });
  const progress = element('progress', { max: '1' });
  const cancel = button({ class: css('action') }, () => actions.cancel(), texts.cancel);
  const bar = element('div', { class: css('details') }, step, progress);
  const node = element('div', { class: css('progress'), hidden: true }, bar, cancel);
  return {
    node,
    update(snapshot) {
      node.hidden = !isBusy(snapshot.status);
      setText(step, busySentence(snapshot, texts));
      setAttributes(progress, {
        'aria-label': busySentence(snapshot, texts),
        value: snapshot.status === 'sending' && String(snapshot.progress),
      });
    },
  };
}

/** What the hits are like, above its labels. */
function createDetails(ui: Ui): Component {
  const caption = element('p', { class: ui.css('caption') });
  const chips = createChips(ui);
  const node = element('div', { class: ui.css('details') }, caption, chips.node);
  return {
    node,
    update(snapshot) {
      const { status, picture } = snapshot;
      node.hidden = isBusy(status);
      setText(caption, picture ? captionOf(picture, ui.texts) : '');
      chips.update(snapshot);
    },
  };
}

function captionOf({ source, name, labels }: Picture, texts: Texts): string {
  if (source === 'photo' && labels.length) return texts.labels;
  return name ? texts.similarTo(name) : texts.similar;
}

function createEnd({ css, texts, actions }: Ui): Component {
  const node = button({ class: css('close') }, () => actions.clear(), icon('close'));
  return {
    node,
    update({ status, picture }) {
      node.hidden = isBusy(status);
      const name = picture?.source === 'product' ? texts.clearProduct : texts.clear;
      setAttributes(node, { 'aria-label': name, title: name });
    },
  };
}
