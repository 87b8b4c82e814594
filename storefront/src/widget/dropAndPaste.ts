import { elsewhere } from '../photo/elsewhere.js';
import { fieldAt } from './fields.js';

/** A listener for photos that are dropped or pasted. */
export interface PhotoListener {
  /** Ends all listening. */
  readonly signal: AbortSignal;
  readonly onPhoto: (photo: Blob) => void;
}

/** Names of pictures whose type some systems don't know. */
const PICTURES = /\.(hei[cf]|avif|tiff?)$/i;

/** The first picture of some files, by the type that the browser gives them, or by its name where it gives none. */
export function firstImage(files: Iterable<File>): File | undefined {
  return [...files].find(({ type, name }) => type.startsWith('image/') || (!type && PICTURES.test(name)));
}

/**
 * Takes the first picture that is dropped on an element, or without one the first file: whoever drops something
 * is told what is wrong with it. The browser doesn't open it. A picture that is dragged out of a page is taken by
 * its address. What another listener has taken is left to it, links and texts to the browser, and whatever is
 * dropped into an editor to the editor.
 *
 * @param onDragging called with `true` while files are dragged over the element, `false` when they left or were dropped
 */
export function listenForDrops(
  target: HTMLElement,
  { signal, onPhoto }: PhotoListener,
  onDragging: (dragging: boolean) => void,
): void {
  let entered: EventTarget | null = null;
  const enter = (event: DragEvent) => {
    if (!accept(event)?.types.includes('Files')) return;
    entered = event.target;
    onDragging(true);
  };
  const leave = (event: DragEvent) => {
    // The next element is entered before the last one is left: leaving what was entered last means leaving all.
    if (event.target === entered) onDragging(false);
  };
  const drop = (event: DragEvent) => {
    onDragging(false);
    const data = accept(event);
    const photo = data && (firstImage(data.files) ?? data.files[0] ?? pictureIn(data));
    if (photo) onPhoto(photo);
  };
  target.addEventListener('dragenter', enter, { signal });
  target.addEventListener('dragover', accept, { signal });
  target.addEventListener('dragleave', leave, { signal });
  target.addEventListener('drop', drop, { signal });
}

/**
 * Takes a picture that is pasted anywhere in a document. Text for a field goes into the field, and everything into an
 * editor that may take pictures itself.
 */
export function listenForPastes(target: Document, { signal, onPhoto }: PhotoListener): void {
  const paste = (event: ClipboardEvent) => {
    const data = event.clipboardData;
    if (!data || event.defaultPrevented || isForField(event, data)) return;
    const photo = firstImage(data.files);
    if (!photo) return;
    event.preventDefault();
    onPhoto(photo);
  };
  target.addEventListener('paste', paste, { signal });
}

/** Claims a drag from the browser, where it is or may be one of a picture. `undefined` for other drags. */
function accept(event: DragEvent): DataTransfer | undefined {
  const data = event.dataTransfer;
  if (!data || event.defaultPrevented || !mayBePicture(event, data)) return undefined;
  event.preventDefault();
  return data;
}

/** Before the drop a browser tells no more than the types, which a link and a picture on a page have in common. */
function mayBePicture(event: DragEvent, data: DataTransfer): boolean {
  const field = fieldAt(event);
  if (field === 'editor') return false;
  if (data.types.includes('Files')) return true;
  const isFromPage = ['text/uri-list', 'text/html'].some((type) => data.types.includes(type));
  if (!isFromPage) return false;
  if (event.type === 'drop' || markupOf(data)) return pictureIn(data) !== undefined;
  return field === undefined && !isSelection(data);
}

/** A text that is selected on a page, of which links and pictures may be a part. */
const isSelection = ({ types }: DataTransfer) =>
  types.includes('text/plain') && !types.includes('text/uri-list');

const markupOf = (data: DataTransfer) => data.getData('text/html') || data.getData('text/uri-list');

/** The picture that is dragged out of a page, by its markup, or else by its address. */
function pictureIn(data: DataTransfer): Blob | undefined {
  const { body } = new DOMParser().parseFromString(data.getData('text/html'), 'text/html');
  const image = isSelection(data) && body.textContent?.trim() ? null : body.querySelector('img');
  const [link = ''] = data.getData('text/uri-list').split(/[\r\n]+/);
  const address = image ? image.src : PICTURE_ADDRESS.test(link) ? link : '';
  return /^(https?:|blob:|data:image\/)/i.test(address) ? elsewhere(address) : undefined;
}

const PICTURE_ADDRESS = /^(data:image\/|[^?#]+\.(jpe?g|png|webp|gif|avif|hei[cf]|bmp|tiff?)([?#]|$))/i;

/** Text for a field: office programs put a picture of the copied text beside the text. */
function isForField(event: ClipboardEvent, { types }: DataTransfer): boolean {
  const field = fieldAt(event);
  if (field === 'editor') return true;
  return field === 'text' && types.includes('text/plain') && types.includes('text/html');
}
