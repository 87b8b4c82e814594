/** Attributes by name: a string as it is, `true` as one without a value, `false` as none. */
export type Attributes = Readonly<Record<string, string | boolean>>;

/** Makes an element of HTML with attributes and children; text is never read as markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  setAttributes(node, attributes);
  node.append(...children);
  return node;
}

/** Makes a button that never submits the form it may stand in. */
export function button(
  attributes: Attributes,
  onClick: () => void,
  ...children: readonly (Node | string)[]
): HTMLButtonElement {
  const node = element('button', { type: 'button', ...attributes }, ...children);
  node.addEventListener('click', onClick);
  return node;
}

export function setAttributes(node: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string') node.setAttribute(name, value);
    else node.toggleAttribute(name, value);
  }
}

/** Writes a text only where it differs: a live region would say the same again. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
