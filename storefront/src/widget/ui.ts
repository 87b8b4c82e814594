import type { ImageSearchRenderState } from '../connectorTypes.js';
import type { ImageSearchStatus } from '../types.js';
import type { Texts } from './texts.js';

/** A part of the widget, named as the end of its class: `chip--removed` is `ais-ImageSearch-chip--removed`. */
export type Part =
  | 'root'
  | 'place--sticky'
  | 'results'
  | 'results--waiting'
  | 'button'
  | 'overlay'
  | 'dialog'
  | 'panel'
  | 'header'
  | 'title'
  | 'close'
  | 'drop'
  | 'choose'
  | 'camera'
  | 'input'
  | 'hint'
  | 'note'
  | 'link'
  | 'action'
  | 'action--primary'
  | 'actions'
  | 'crop'
  | 'footer'
  | 'another'
  | 'recent'
  | 'stage'
  | 'photo'
  | 'shade'
  | 'frame'
  | 'edge'
  | 'corner'
  | 'spot'
  | 'bar'
  | 'thumb'
  | 'preview'
  | 'details'
  | 'caption'
  | 'progress'
  | 'chips'
  | 'chip'
  | 'chip--removed'
  | 'alert'
  | 'message'
  | 'status'
  | 'status--quiet';

/** A shop's own classes, put behind the widget's: of a part one, several with spaces between them, or a list. */
export type CssClasses = Readonly<Partial<Record<Part, string | readonly string[]>>>;

/** The state that the view shows: the connector's state without its functions. */
export type Snapshot = Pick<
  ImageSearchRenderState,
  | 'status'
  | 'progress'
  | 'failure'
  | 'picture'
  | 'match'
  | 'limited'
  | 'sorted'
  | 'words'
  | 'filtered'
  | 'recent'
>;

/** Actions of the shopper, as the connector offers them. */
export type Actions = Pick<
  ImageSearchRenderState,
  | 'search'
  | 'crop'
  | 'toggle'
  | 'retry'
  | 'cancel'
  | 'clear'
  | 'clearWords'
  | 'clearFilters'
  | 'again'
  | 'link'
>;

/** Collaborators of every component of the view. */
export interface Ui {
  readonly texts: Texts;
  /** What happens to a photo, said where one is chosen. */
  readonly privacy: string;
  /** The value of `class` for one part, or for a part and its modifiers. */
  readonly css: (...parts: readonly Part[]) => string;
  readonly actions: Actions;
  /** Ends all listening to the page around the view. */
  readonly signal: AbortSignal;
}

/** A component of the view: one node, of which `update` changes no more than what differs. */
export interface Component {
  readonly node: HTMLElement;
  readonly update: (snapshot: Snapshot) => void;
}

export function cssOf(classes: CssClasses): Ui['css'] {
  return (...parts) => parts.flatMap((part) => [className(part), classes[part] ?? []].flat()).join(' ');
}

/** Whether a picture is on its way. */
export function isBusy(status: ImageSearchStatus): boolean {
  return status === 'preparing' || status === 'sending' || status === 'looking';
}

/** Whether pictures were used before; the first is the one in use. */
export const hasRecent = ({ recent, picture }: Snapshot): boolean => recent.length > (picture ? 1 : 0);

function className(part: Part): string {
  return part === 'root' ? 'ais-ImageSearch' : `ais-ImageSearch-${part}`;
}
