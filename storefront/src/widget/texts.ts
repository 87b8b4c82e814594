import type { FailureKind, ImageSearchMatch } from '../types.js';

/** Texts that the widget shows or announces; replace any of them. */
export interface Texts {
  open: string;
  title: string;
  drop: string;
  dropHere: string;
  choose: string;
  camera: string;
  paste: string;
  privacy: string;
  close: string;
  cancel: string;
  retry: string;
  preparing: string;
  sending: (percent: number) => string;
  looking: string;
  ready: (labels: readonly string[]) => string;
  cleared: string;
  yourPhoto: string;
  product: string;
  labels: string;
  remove: (label: string) => string;
  keep: (label: string) => string;
  clear: string;
  crop: string;
  cropTitle: string;
  cropHelp: string;
  cropApply: string;
  cropWhole: string;
  edge: Readonly<Record<'left' | 'top' | 'right' | 'bottom', string>>;
  match: Readonly<Record<Exclude<ImageSearchMatch, 'unknown' | 'like'>, string>>;
  failure: Readonly<Record<FailureKind, string>>;
  retryAfter: (seconds: number) => string;
  limited: string;
}

export const english: Texts = {
  open: 'Search with a picture',
  title: 'Search with a picture',
  drop: 'Drop a photo here, or paste one',
  dropHere: 'Drop the photo to search with it',
  choose: 'Choose a photo',
  camera: 'Take a photo',
  paste: 'Paste with Ctrl+V or ⌘V',
  privacy: 'Your photo is made small, used for this search, and not kept.',
  close: 'Close',
  cancel: 'Cancel',
  retry: 'Try again',
  preparing: 'Making your photo ready …',
  sending: (percent) => `Sending your photo, ${percent} % …`,
  looking: 'Looking at your photo …',
  ready: (labels) =>
    labels.length ? `Sorted by your picture: ${labels.join(', ')}.` : 'Sorted by your picture.',
  cleared: 'The picture is no longer used.',
  yourPhoto: 'Your photo',
  product: 'The product you started from',
  labels: 'Seen in the picture',
  remove: (label) => `Remove ${label}`,
  keep: (label) => `Use ${label} again`,
  clear: 'Stop using the picture',
  crop: 'Choose a part',
  cropTitle: 'Which part of the photo?',
  cropHelp: 'Drag the frame or its edges, or focus an edge and use the arrow keys.',
  cropApply: 'Search for this part',
  cropWhole: 'Use the whole photo',
  edge: { left: 'Left edge', top: 'Top edge', right: 'Right edge', bottom: 'Bottom edge' },
  match: {
    unlike: 'Nothing here looks much like your picture. These come closest.',
    'nothing-seen': 'We could not make anything out in your picture. Try another one, or a part of it.',
    'no-hits':
      'No product goes with your words and filters. Remove some of them to see what looks like your picture.',
  },
  failure: {
    offline: 'You seem to be offline. Your photo was not sent.',
    timeout: 'That took too long. Try again.',
    'out-of-reach': "We can't take that picture from the other page. Save it, then choose it here.",
    'too-large': 'That file is too large. Choose a smaller photo.',
    'not-a-picture': 'That is no picture we can open. Try a JPEG or PNG.',
    'rate-limited': 'Too many searches with pictures at once.',
    busy: 'Searching with pictures is busy right now.',
    'unknown-product': 'That product is no longer there.',
    broken: 'Searching with pictures does not work right now.',
  },
  retryAfter: (seconds) => `Try again in ${seconds} s.`,
  limited: "This shop's search can't use your picture right now.",
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
