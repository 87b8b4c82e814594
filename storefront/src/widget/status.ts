import { button, element, setText } from './dom.js';
import { matchSentence, readySentence } from './sentences.js';
import { type Component, isBusy, type Snapshot, type Ui } from './ui.js';

/**
 * Makes the live region that announces progress, and what helps where no product is left. The region is there from
 * the start, because screen readers ignore one that comes with its text, and is hidden from sight where the bar shows
 * the same.
 */
export function createStatus(ui: Ui): Component {
  const sentence = element('p', { role: 'status', class: ui.css('status', 'status--quiet') });
  const ways = createWays(ui);
  const node = element('div', { class: ui.css('message') }, sentence, ways.node);
  let used = false;

  return {
    node,
    update(snapshot) {
      used ||= snapshot.status !== 'idle';
      sentence.className = shownMatch(snapshot, ui) ? ui.css('status') : ui.css('status', 'status--quiet');
      setText(sentence, sentenceOf(snapshot, ui, used));
      ways.update(snapshot);
    },
  };
}

/** Buttons that widen a search which finds nothing. */
function createWays({ css, texts, actions }: Ui): Component {
  const words = button({ class: css('action') }, () => actions.clearWords());
  const filters = button({ class: css('action') }, () => actions.clearFilters(), texts.clearFilters);
  const node = element('div', { class: css('actions'), hidden: true }, words, filters);
  return {
    node,
    update(snapshot) {
      const nothing = !isBusy(snapshot.status) && snapshot.match === 'no-hits';
      node.hidden = !nothing || !(snapshot.words || snapshot.filtered);
      words.hidden = !snapshot.words;
      filters.hidden = !snapshot.filtered;
      setText(words, texts.withoutWords(snapshot.words));
    },
  };
}

/** One sentence for all steps of a picture on its way: they would talk over each other. */
function sentenceOf(snapshot: Snapshot, { texts }: Ui, used: boolean): string {
  if (isBusy(snapshot.status)) return texts.looking;
  if (snapshot.status === 'idle') return used ? texts.cleared : '';
  const match = matchSentence(snapshot, texts);
  return match || snapshot.status === 'failed' ? match : readySentence(snapshot, texts);
}

/** What is seen, too: the bar shows all the rest. */
const shownMatch = (snapshot: Snapshot, { texts }: Ui): string =>
  isBusy(snapshot.status) || snapshot.status === 'idle' ? '' : matchSentence(snapshot, texts);
