import type { Texts } from './texts.js';
import type { Snapshot } from './ui.js';

/** What is being done about the picture on its way; empty without one. Percents come in quarters, not to chatter. */
export function busySentence({ status, progress }: Snapshot, texts: Texts): string {
  if (status === 'sending') return texts.sending(Math.floor(progress * 4) * 25);
  return status === 'preparing' || status === 'looking' ? texts[status] : '';
}

/** How the hits relate to the picture, where that needs saying; else empty. */
export function matchSentence({ match }: Snapshot, texts: Texts): string {
  return match === 'unknown' || match === 'like' ? '' : texts.match[match];
}

/** That a picture is in use, and what counts of it. */
export function readySentence({ picture }: Snapshot, texts: Texts): string {
  const kept = picture?.labels.filter((label) => label.kept) ?? [];
  return texts.ready(kept.map((label) => label.description));
}

/** What went wrong and when to try again; empty if nothing did. */
export function failureSentence({ failure }: Snapshot, texts: Texts): string {
  if (!failure) return '';
  const { kind, retryAfter } = failure;
  const sentence = texts.failure[kind];
  return retryAfter === undefined ? sentence : `${sentence} ${texts.retryAfter(Math.ceil(retryAfter))}`;
}
