import type { FailureKind } from '../types.js';
import { button, element, setText } from './dom.js';
import { icon } from './icons.js';
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
 * Makes the message of a failure, with buttons to try again, where that can help, and to close it; or else that the
 * picture in use ranks nothing, which stays as long as the picture.
 */
export function createAlert({ texts, css, actions }: Ui): Component {
  const sentence = element('p', { role: 'alert' });
  const retry = button({ class: css('action') }, () => actions.retry(), texts.retry);
  const close = button(
    { class: css('close'), 'aria-label': texts.close },
    () => actions.cancel(),
    icon('close'),
  );
  const node = element('div', { class: css('alert'), hidden: true }, sentence, retry, close);

  return {
    node,
    update(snapshot) {
      const text = failureSentence(snapshot, texts) || limitedSentence(snapshot, texts);
      node.hidden = text === '';
      retry.hidden = !snapshot.failure || PERMANENT.has(snapshot.failure.kind);
      close.hidden = !snapshot.failure;
      setText(sentence, text);
    },
  };
}
