/** The part of the page with an id; throws where index.html has no such part of that kind. */
export function part<T extends HTMLElement>(id: string, kind: new () => T): T {
  return checked(document.getElementById(id), `#${id}`, kind);
}

/** The first element inside that a selector finds; throws as `part` does. */
export function inside<T extends HTMLElement>(parent: ParentNode, selector: string, kind: new () => T): T {
  return checked(parent.querySelector(selector), selector, kind);
}

function checked<T extends HTMLElement>(found: Element | null, name: string, kind: new () => T): T {
  if (found instanceof kind) return found;
  throw new Error(`index.html has no ${name} that is a ${kind.name}`);
}
