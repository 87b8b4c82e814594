import type { Texts } from './texts.js';
import type { Snapshot } from './ui.js';

/** The step of the picture on its way; empty without one. */
export function busySentence({ status }: Snapshot, texts: Texts): string {
  return status === 'preparing' || status === 'sending' || status === 'looking' ? texts[status] : '';
}

/** The relation of the hits to the picture, where that needs saying; else empty. */
export function matchSentence({ match }: Snapshot, texts: Texts): string {
  return match === 'unknown' || match === 'like' ? '' : texts.match[match];
}

/** The message that the picture in use ranks nothing, because Algolia takes no part of it; empty otherwise. */
export function limitedSentence({ status, limited }: Snapshot, texts: Texts): string {
  return status === 'ready' && limited === 'all' ? texts.limited : '';
}

/** The announcement that a picture is in use, with its labels or its product; empty where it ranks nothing. */
export function readySentence(snapshot: Snapshot, texts: Texts): string {
  if (limitedSentence(snapshot, texts)) return '';
  const { picture, sorted } = snapshot;
  if (sorted) return texts.sorted();
  if (picture?.source === 'product') return picture.name ? texts.similarTo(picture.name) : texts.similar;
  const kept = picture?.labels.filter((label) => label.kept) ?? [];
  return texts.ready(kept.map(({ description }) => texts.label(description)));
}

/** The message of a failure, and when to try again; empty without one. */
export function failureSentence({ failure }: Snapshot, texts: Texts): string {
  if (!failure) return '';
  const { kind, retryAfter } = failure;
  const again = retryAfter ? ` ${texts.retryAfter(Math.max(2, Math.ceil(retryAfter)))}` : '';
  return texts.failure[kind] + again;
}
