import { createChips } from './chips.js';
import { button, element, setAttributes } from './dom.js';
import { icon } from './icons.js';
import { createPreview } from './preview.js';
import { busySentence } from './sentences.js';
import { type Component, isBusy, type Ui } from './ui.js';

/**
 * Makes the bar of the picture in use, or on its way: its preview, its labels, and what can be done about it.
 *
 * @param onCrop called to let the shopper choose a part of the photo in use
 */
export function createBar(ui: Ui, onCrop: () => void): Component {
  const choices = createChoices(ui, onCrop, () => preview.isTile());
  const preview = createPreview(ui, choices.withoutPhoto);
  const [progress, chips] = [createProgress(ui), createChips(ui)];
  const node = element(
    'section',
    { class: ui.css('bar'), 'aria-label': ui.texts.title, tabindex: '-1', hidden: true },
    ...preview.nodes,
    element('div', { class: ui.css('details') }, progress.node, chips.node),
    choices.node,
  );
  return {
    node,
    update(snapshot) {
      node.hidden = !snapshot.picture && !isBusy(snapshot.status);
      preview.show(snapshot.picture, snapshot.status !== 'preparing');
      for (const component of [progress, chips, choices]) component.update(snapshot);
    },
  };
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

/** @param isTile whether the photo can't be shown, and so no part of it be chosen */
function createChoices({ css, texts, actions }: Ui, onCrop: () => void, isTile: () => boolean) {
  const crop = button({ class: css('action') }, onCrop, icon('crop'), texts.crop);
  const clear = button({ class: css('action') }, () => actions.clear(), icon('close'), texts.clear);
  const node = element('div', { class: css('actions') }, crop, clear);
  return {
    node,
    update({ status, picture }) {
      node.hidden = isBusy(status);
      crop.hidden = picture?.source !== 'photo' || isTile();
    },
    withoutPhoto() {
      crop.hidden = true;
    },
  } satisfies Component & { withoutPhoto: () => void };
}
