import { element, setText } from './dom.js';
import { busySentence, matchSentence, readySentence } from './sentences.js';
import { type Component, isBusy, type Snapshot, type Ui } from './ui.js';

/**
 * Makes the live region that announces progress. It is there from the start, because screen readers ignore one that
 * comes with its text, and is hidden from sight where the bar shows the same.
 */
export function createStatus(ui: Ui): Component {
  const node = element('p', { role: 'status', class: ui.css('status', 'status--quiet') });
  let used = false;

  return {
    node,
    update(snapshot) {
      used ||= snapshot.status !== 'idle';
      node.className = isQuiet(snapshot, ui) ? ui.css('status', 'status--quiet') : ui.css('status');
      setText(node, sentenceOf(snapshot, ui, used));
    },
  };
}

function sentenceOf(snapshot: Snapshot, { texts }: Ui, used: boolean): string {
  if (isBusy(snapshot.status)) return busySentence(snapshot, texts);
  if (snapshot.status === 'idle') return used ? texts.cleared : '';
  const match = matchSentence(snapshot, texts);
  return match || snapshot.status === 'failed' ? match : readySentence(snapshot, texts);
}

/** Whether the sentence is for screen readers only: the chips, or a bar that goes away, say as much. */
function isQuiet(snapshot: Snapshot, { texts }: Ui): boolean {
  const { status, picture } = snapshot;
  if (status === 'idle') return true;
  return status === 'ready' && !matchSentence(snapshot, texts) && Boolean(picture?.labels.length);
}
