import type { FailureKind } from '../types.js';
import { button, element, setText } from './dom.js';
import { icon } from './icons.js';
import { createPreview } from './preview.js';
import { failureSentence, limitedSentence } from './sentences.js';
import type { Component, Ui } from './ui.js';

/** Failures that would happen again in the same way. */
const PERMANENT: ReadonlySet<FailureKind> = new Set([
  'not-a-picture',
  'out-of-reach',
  'too-large',
  'unknown-product',
]);

/**
 * Makes the message of a failure, with buttons to try again, where that can help, and to close it, which Escape does,
 * too; or else that the picture in use ranks nothing, which stays as long as the picture.
 */
export function createAlert(ui: Ui): Component {
  const { texts, css, actions, signal } = ui;
  const preview = createPreview(ui);
  const sentence = element('p', { role: 'alert' });
  const retry = button({ class: css('action') }, () => actions.retry(), texts.retry);
  const close = button(
    { class: css('close'), 'aria-label': texts.close },
    () => actions.cancel(),
    icon('close'),
  );
  const message = element('div', { class: css('message') }, sentence, retry);
  const node = element('div', { class: css('alert'), hidden: true }, preview.node, message, close);
  listenForEscape(signal, () => {
    if (!node.hidden && !close.hidden) actions.cancel();
  });

  return {
    node,
    update(snapshot) {
      const { failure } = snapshot;
      const text = failureSentence(snapshot, texts) || limitedSentence(snapshot, texts);
      node.hidden = text === '';
      preview.node.hidden = !failure?.preview;
      preview.show(failure?.preview);
      retry.hidden = !failure || PERMANENT.has(failure.kind);
      close.hidden = !failure;
      setText(sentence, text);
    },
  };
}

/** Calls back for the key, unless it closes a dialog or is somebody else's. */
function listenForEscape(signal: AbortSignal, onEscape: () => void): void {
  const listen = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    if (!(event.target instanceof Element && event.target.closest('dialog'))) onEscape();
  };
  document.addEventListener('keydown', listen, { signal });
}
