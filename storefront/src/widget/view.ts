import { createAlert } from './alert.js';
import { createBar } from './bar.js';
import { button, element } from './dom.js';
import { listenForDrops, listenForPastes, type PhotoListener } from './dropAndPaste.js';
import { icon } from './icons.js';
import { createOverlay } from './overlay.js';
import { createPanel, type Panel } from './panel.js';
import { createStatus } from './status.js';
import type { Texts } from './texts.js';
import { type Actions, type CssClasses, cssOf, type Snapshot, type Ui } from './ui.js';

/** Options of the view. */
export interface ViewOptions {
  readonly texts: Texts;
  readonly cssClasses: CssClasses;
  /** Where a photo can be dropped beside the open dialog; `null` for nowhere. */
  readonly dropTarget: HTMLElement | null;
}

/** The visible part of the search with a picture. */
export interface View {
  /** Shows a state in the nodes that are there; what has the focus keeps it. */
  readonly update: (snapshot: Snapshot) => void;
  /** Removes every node and listener, and closes the dialog. */
  readonly destroy: () => void;
}

/** Builds the view at the end of a container. A picture can be pasted anywhere in its document. */
export function createView(container: HTMLElement, options: ViewOptions, actions: Actions): View {
  const ui: Ui = { texts: options.texts, css: cssOf(options.cssClasses), actions };
  const listening = new AbortController();
  const onPhoto = (photo: File) => {
    panel.close();
    actions.search(photo);
  };
  let picture: Snapshot['picture'];
  const panel = createPanel(ui, onPhoto);
  const opener = createOpener(ui, panel);
  const bar = createBar(ui, () => picture && panel.openCropper(picture));
  const components = [createAlert(ui), bar, createStatus(ui), panel];
  const root = element('div', { class: ui.css('root') }, opener, ...components.map(({ node }) => node));
  container.append(root);
  listen(root, ui, dropTargets(options.dropTarget, panel), { signal: listening.signal, onPhoto });

  return {
    update(snapshot) {
      picture = snapshot.picture;
      keepFocus(root, [bar.node, opener], () => {
        for (const component of components) component.update(snapshot);
      });
    },
    destroy() {
      listening.abort();
      panel.close();
      root.remove();
    },
  };
}

function createOpener({ css, texts }: Ui, panel: Panel): HTMLButtonElement {
  const attributes = {
    class: css('button'),
    'aria-label': texts.open,
    'aria-haspopup': 'dialog',
    title: texts.open,
  };
  return button(attributes, panel.open, icon('camera'));
}

function listen(root: HTMLElement, ui: Ui, targets: readonly HTMLElement[], listener: PhotoListener): void {
  const overlay = createOverlay(ui);
  root.append(overlay.node);
  for (const target of targets) listenForDrops(target, listener, overlay.show);
  listenForPastes(root.ownerDocument, listener);
}

/** Elements to drop photos on: the open dialog covers the page, so it is one where nothing around it is. */
function dropTargets(target: HTMLElement | null, { node }: Panel): readonly HTMLElement[] {
  if (!target) return [node];
  return target.contains(node) ? [target] : [target, node];
}

/** Makes a change and keeps the focus: where its element is hidden, the first shown place gets it. */
function keepFocus(root: HTMLElement, places: readonly HTMLElement[], change: () => void): void {
  const before = document.activeElement;
  if (!(before instanceof HTMLElement) || !root.contains(before)) {
    change();
    return;
  }
  change();
  const now = document.activeElement;
  if (now && root.contains(now) && isShown(now)) return;
  [before, ...places].find(isShown)?.focus();
}

function isShown(node: Element): boolean {
  return node.isConnected && !node.closest('[hidden], dialog:not([open])');
}
