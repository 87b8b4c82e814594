/** A listener for photos that are dropped or pasted. */
export interface PhotoListener {
  /** Ends all listening. */
  readonly signal: AbortSignal;
  readonly onPhoto: (photo: File) => void;
}

/** The first picture of some files, by the type that the browser gives them. */
export function firstImage(files: Iterable<File>): File | undefined {
  return [...files].find((file) => file.type.startsWith('image/'));
}

/**
 * Takes the first picture that is dropped on an element, or without one the first file: whoever drops something
 * is told what is wrong with it. The browser doesn't open it. What another listener has taken is left to it.
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
    if (!accept(event)) return;
    entered = event.target;
    onDragging(true);
  };
  const leave = (event: DragEvent) => {
    // The next element is entered before the last one is left: leaving what was entered last means leaving all.
    if (event.target === entered) onDragging(false);
  };
  const drop = (event: DragEvent) => {
    onDragging(false);
    const files = accept(event);
    const photo = files && (firstImage(files) ?? files[0]);
    if (photo) onPhoto(photo);
  };
  target.addEventListener('dragenter', enter, { signal });
  target.addEventListener('dragover', accept, { signal });
  target.addEventListener('dragleave', leave, { signal });
  target.addEventListener('drop', drop, { signal });
}

/** Takes a picture that is pasted anywhere in a document; a text that is pasted goes where it was meant to. */
export function listenForPastes(target: Document, { signal, onPhoto }: PhotoListener): void {
  const paste = (event: ClipboardEvent) => {
    const data = event.clipboardData;
    if (!data || event.defaultPrevented || isTextForField(event.target, data)) return;
    const photo = firstImage(data.files);
    if (!photo) return;
    event.preventDefault();
    onPhoto(photo);
  };
  target.addEventListener('paste', paste, { signal });
}

/** Claims a drag of files from the browser; their list is empty before the drop. `undefined` for other drags. */
function accept(event: DragEvent): FileList | undefined {
  if (!event.dataTransfer?.types.includes('Files') || event.defaultPrevented) return undefined;
  event.preventDefault();
  return event.dataTransfer.files;
}

/** Whether a paste is text for a field: office programs put a picture of the copied text beside the text. */
function isTextForField(target: EventTarget | null, { types }: DataTransfer): boolean {
  const field = 'input, textarea, [contenteditable]:not([contenteditable="false"])';
  const isField = target instanceof Element && target.closest(field) !== null;
  return isField && types.includes('text/plain') && types.includes('text/html');
}
