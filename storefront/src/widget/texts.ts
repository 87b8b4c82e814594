import type { FailureKind, ImageSearchMatch } from '../types.js';

/** Texts that the widget shows or announces; replace any of them. */
export interface Texts {
  open: string;
  title: string;
  drop: string;
  dropHere: string;
  choose: string;
  another: string;
  camera: string;
  paste: string;
  /** What happens to a photo; `remembered` instead where the tab remembers it. */
  privacy: string;
  remembered: string;
  link: string;
  linkCopied: string;
  linkFailed: string;
  recent: string;
  close: string;
  cancel: string;
  retry: string;
  preparing: string;
  sending: string;
  looking: string;
  ready: (labels: readonly string[]) => string;
  /** Instead of `ready` where the page has another order than that of similarity; only the shop knows its name. */
  sorted: () => string;
  cleared: string;
  yourPhoto: string;
  similar: string;
  similarTo: (product: string) => string;
  labels: string;
  /** What shoppers read for a label: the recognizer's labels are in its own language. */
  label: (description: string) => string;
  remove: (label: string) => string;
  keep: (label: string) => string;
  clear: string;
  clearProduct: string;
  crop: string;
  cropTitle: string;
  cropHelp: string;
  spotsHelp: string;
  cropApply: string;
  cropWhole: string;
  edge: Readonly<Record<'left' | 'top' | 'right' | 'bottom', string>>;
  match: Readonly<Record<Exclude<ImageSearchMatch, 'unknown' | 'like'>, string>>;
  withoutWords: (words: string) => string;
  clearFilters: string;
  failure: Readonly<Record<FailureKind, string>>;
  retryAfter: (seconds: number) => string;
  limited: string;
}

export const english: Texts = {
  open: 'Search by photo',
  title: 'Search by photo',
  drop: 'Drop a photo here',
  dropHere: 'Drop your photo to search',
  choose: 'Choose a photo',
  another: 'Choose another photo',
  camera: 'Take a photo',
  paste: 'Or paste one with Ctrl+V or ⌘V',
  privacy: "We use your photo for this search only and don't keep it.",
  remembered:
    'We use your photo for this search only. A small copy stays in this tab until you remove it or close the tab.',
  link: 'Copy link',
  linkCopied: 'Link copied',
  linkFailed: "We can't copy the link",
  recent: 'Recent',
  close: 'Close',
  cancel: 'Cancel',
  retry: 'Try again',
  preparing: 'Preparing…',
  sending: 'Uploading…',
  looking: 'Searching…',
  ready: (labels) =>
    labels.length ? `Most similar first. In your photo: ${labels.join(', ')}.` : 'Most similar first.',
  sorted: () => 'Similar products, in the order you chose.',
  cleared: 'Photo removed.',
  yourPhoto: 'Your photo',
  similar: 'Similar products',
  similarTo: (product) => `Similar to ${product}`,
  labels: 'In your photo',
  label: (description) => description,
  remove: (label) => `Remove ${label}`,
  keep: (label) => `Use ${label} again`,
  clear: 'Remove photo',
  clearProduct: 'Show all products',
  crop: 'Crop',
  cropTitle: 'Your photo',
  cropHelp: 'Drag the frame around what you want to find.',
  spotsHelp: 'Tap a dot, or drag the frame around what you want to find.',
  cropApply: 'Search this part',
  cropWhole: 'Whole photo',
  edge: { left: 'Left edge', top: 'Top edge', right: 'Right edge', bottom: 'Bottom edge' },
  match: {
    unlike: "No close match. Here's what comes closest.",
    'nothing-seen': "We can't make out anything in your photo. Try another, or crop it.",
    'no-hits': 'No products match your search.',
  },
  withoutWords: (words) => `Search without “${words}”`,
  clearFilters: 'Clear filters',
  failure: {
    offline: "You're offline. Check your connection.",
    timeout: 'This is taking too long.',
    'out-of-reach': "We can't load this photo from another site. Save it, then choose it here.",
    'too-large': 'This photo is too large. Choose a smaller one.',
    'not-a-picture': "We can't open this file. Choose a JPEG or PNG.",
    'rate-limited': 'Too many photo searches right now.',
    busy: 'Photo search is busy right now.',
    'unknown-product': 'This product is no longer available.',
    broken: "Photo search isn't available right now.",
  },
  retryAfter: (seconds) => `Try again ${seconds > 99 ? 'later' : `in ${seconds} seconds`}.`,
  limited: "We can't use your photo right now.",
};

/** Texts of a shop's own, any of them, and any within a group. */
export type OwnTexts = {
  readonly [Name in keyof Texts]?: Texts[Name] extends object
    ? Texts[Name] extends (...words: never[]) => string
      ? Texts[Name]
      : Partial<Texts[Name]>
    : Texts[Name];
};

/** The shop's own texts, and the English ones for the rest. */
export const withDefaults = (own: OwnTexts = {}): Texts => ({
  ...english,
  ...own,
  edge: { ...english.edge, ...own.edge },
  match: { ...english.match, ...own.match },
  failure: { ...english.failure, ...own.failure },
});
