/** Elements that take text alone. */
const TEXT_FIELDS = 'input, textarea, [role=textbox], [role=searchbox], [role=combobox]';

/** Values of `contenteditable` that mean something; any other is as if it were not there. */
const EDITABLE = ['', 'true', 'false', 'plaintext-only'];

/** The kind of field where an event happens: one for text, or an editor of what may have pictures in it. */
export function fieldAt(event: Event): 'text' | 'editor' | undefined {
  // From the innermost outwards, and into open shadow trees, where `target` ends at their host.
  const path = event.composedPath().filter((node): node is HTMLElement => node instanceof HTMLElement);
  const editable = path.map(editableOf).find((value) => value !== undefined);
  if (editable === 'plaintext-only' || path.some((node) => node.matches(TEXT_FIELDS))) {
    return isRich(editable) ? 'editor' : 'text';
  }
  const isEditor = editable === undefined ? path[0] && isEditableByItself(path[0]) : isRich(editable);
  return isEditor ? 'editor' : undefined;
}

function editableOf(node: HTMLElement): string | undefined {
  const value = node.getAttribute('contenteditable')?.toLowerCase();
  return value !== undefined && EDITABLE.includes(value) ? value : undefined;
}

const isRich = (editable: string | undefined) => editable === '' || editable === 'true';

/** Whether it can be edited without any attribute, such as in a document that is edited as a whole. */
const isEditableByItself = (node: HTMLElement) =>
  node.ownerDocument.designMode === 'on' || node.isContentEditable;
