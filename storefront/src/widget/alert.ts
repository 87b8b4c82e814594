import type { FailureKind } from '../types.js';
import { button, element, setText } from './dom.js';
import { icon } from './icons.js';
import { failureSentence } from './sentences.js';
import type { Piece, Ui } from './ui.js';

/** What would fail again in the same way. */
const LASTING: ReadonlySet<FailureKind> = new Set(['not-a-picture', 'too-large', 'unknown-product']);

/** Why the last picture could not be used, with a button to try again where that can help, and one to forget it. */
export function createAlert({ texts, css, actions }: Ui): Piece {
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
      const text = failureSentence(snapshot, texts);
      node.hidden = text === '';
      retry.hidden = !snapshot.failure || LASTING.has(snapshot.failure.kind);
      setText(sentence, text);
    },
  };
}
