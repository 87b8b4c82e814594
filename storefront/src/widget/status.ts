import { element, setText } from './dom.js';
import { busySentence, matchSentence, readySentence } from './sentences.js';
import { isBusy, type Piece, type Snapshot, type Ui } from './ui.js';

/**
 * The one place from which progress is announced, there from the start: screen readers don't hear a live region
 * that comes with its text. It is only heard, not seen, where the bar shows the same.
 */
export function createStatus(ui: Ui): Piece {
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

/** The chips say as much, and a bar that goes away says it, too. */
function isQuiet(snapshot: Snapshot, { texts }: Ui): boolean {
  const { status, picture } = snapshot;
  if (status === 'idle') return true;
  return status === 'ready' && !matchSentence(snapshot, texts) && Boolean(picture?.labels.length);
}
