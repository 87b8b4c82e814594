import type { Picture } from '../types.js';
import { createChips } from './chips.js';
import { button, element, setAttributes } from './dom.js';
import { icon } from './icons.js';
import { busySentence } from './sentences.js';
import { type Component, isBusy, type Ui } from './ui.js';

/**
 * Makes the bar of the picture in use, or on its way: its preview, its labels, and what can be done about it.
 *
 * @param onCrop called to let the shopper choose a part of the photo in use
 */
export function createBar(ui: Ui, onCrop: () => void): Component {
  const preview = element('img', { class: ui.css('preview') });
  const [progress, chips, choices] = [createProgress(ui), createChips(ui), createChoices(ui, onCrop)];
  const node = element(
    'section',
    { class: ui.css('bar'), 'aria-label': ui.texts.title, tabindex: '-1', hidden: true },
    preview,
    element('div', { class: ui.css('details') }, progress.node, chips.node),
    choices.node,
  );
  return {
    node,
    update(snapshot) {
      node.hidden = !snapshot.picture && !isBusy(snapshot.status);
      showPreview(preview, ui, snapshot.picture);
      for (const component of [progress, chips, choices]) component.update(snapshot);
    },
  };
}

function showPreview(preview: HTMLImageElement, { texts }: Ui, picture: Picture | undefined): void {
  preview.hidden = !picture?.preview;
  if (!picture?.preview) return;
  setAttributes(preview, { alt: picture.source === 'photo' ? texts.yourPhoto : texts.product });
  // Setting the same address again would load and decode the picture again.
  if (preview.getAttribute('src') !== picture.preview) preview.src = picture.preview;
}

function createProgress(ui: Ui): Component {
  const progress = element('progress', { max: '1' });
  const cancel = button({ class: ui.css('action') }, () => ui.actions.cancel(), ui.texts.cancel);
  const node = element('div', { class: ui.css('progress'), hidden: true }, progress, cancel);
  return {
    node,
    update(snapshot) {
      node.hidden = !isBusy(snapshot.status);
      setAttributes(progress, {
        'aria-label': busySentence(snapshot, ui.texts),
        value: snapshot.status === 'sending' && String(snapshot.progress),
      });
    },
  };
}

function createChoices({ css, texts, actions }: Ui, onCrop: () => void): Component {
  const crop = button({ class: css('action') }, onCrop, icon('crop'), texts.crop);
  const clear = button({ class: css('action') }, () => actions.clear(), icon('close'), texts.clear);
  const node = element('div', { class: css('actions') }, crop, clear);
  return {
    node,
    update({ status, picture }) {
      node.hidden = isBusy(status);
      crop.hidden = picture?.source !== 'photo';
    },
  };
}
