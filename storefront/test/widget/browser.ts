/** Polyfills of what jsdom lacks: modal dialogs, layout, media queries, captured pointers, drags and clipboards. */

Object.assign(HTMLDialogElement.prototype, {
  showModal(this: HTMLDialogElement) {
    this.setAttribute('open', '');
  },
  close(this: HTMLDialogElement) {
    this.removeAttribute('open');
  },
});
Object.assign(Element.prototype, { setPointerCapture() {}, scrollIntoView() {} });
Object.assign(globalThis, {
  ResizeObserver: class {
    observe() {}
  },
});

let pointer: 'fine' | 'coarse' = 'fine';
Object.assign(globalThis, {
  matchMedia: (query: string) => ({ matches: query === `(pointer: ${pointer})` }),
});

/** Gives the page a mouse, or a finger. */
export function pointWith(kind: typeof pointer): void {
  pointer = kind;
}

export const photo = new File(['photo'], 'photo.jpg', { type: 'image/jpeg' });
export const otherPhoto = new File(['other'], 'other.png', { type: 'image/png' });
export const sheet = new File(['1,2'], 'sheet.csv', { type: 'text/csv' });

/** Drags or drops files over an element; returns the event, of which `defaultPrevented` tells who took it. */
export function dragFiles(
  target: EventTarget,
  type: 'dragenter' | 'dragover' | 'dragleave' | 'drop',
  files: readonly File[],
) {
  return dispatch(target, type, { dataTransfer: { types: ['Files'], files } });
}

/** Drags a text over an element. */
export function dragText(target: EventTarget, type: 'dragenter' | 'dragover' | 'drop') {
  return dispatch(target, type, { dataTransfer: { types: ['text/plain'], files: [] } });
}

/** Drags something of a page, of which the types alone are told before the drop. */
export function dragFromPage(
  target: EventTarget,
  type: 'dragenter' | 'dragover' | 'drop',
  content: Readonly<Record<string, string>>,
) {
  const getData = (wanted: string) => (type === 'drop' && content[wanted]) || '';
  return dispatch(target, type, { dataTransfer: { types: Object.keys(content), files: [], getData } });
}

/** Pastes into an element. */
export function paste(target: EventTarget, types: readonly string[], files: readonly File[] = []) {
  return dispatch(target, 'paste', { clipboardData: { types, files } });
}

/** Presses, moves or lets go of the first pointer; places are in pixels. */
export function point(
  target: EventTarget,
  type: string,
  clientX = 0,
  clientY = 0,
  more: PointerEventInit = {},
) {
  const { isPrimary = true, pointerId = 1, ...mouse } = more;
  const event = new MouseEvent(type, { bubbles: true, cancelable: true, clientX, clientY, ...mouse });
  target.dispatchEvent(Object.assign(event, { isPrimary, pointerId }));
}

/** Presses a key on an element; returns the event, of which `defaultPrevented` tells whether it was used. */
export function press(target: EventTarget, key: string, more: KeyboardEventInit = {}) {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}

function dispatch(target: EventTarget, type: string, data: object): Event {
  const event = Object.assign(new Event(type, { bubbles: true, cancelable: true, composed: true }), data);
  target.dispatchEvent(event);
  return event;
}
