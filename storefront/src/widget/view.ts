import { loadParts } from '../onDemand.js';
import { createAlert } from './alert.js';
import { createBar } from './bar.js';
import { button, element } from './dom.js';
import { listenForDrops, listenForPastes, type PhotoListener } from './dropAndPaste.js';
import { followInResults } from './following.js';
import { icon } from './icons.js';
import { createOverlay } from './overlay.js';
import { createPanel, type Panel } from './panel.js';
import { createStatus } from './status.js';
import type { Texts } from './texts.js';
import { type Actions, type CssClasses, cssOf, type Snapshot, type Ui } from './ui.js';

/** What a page may have in places of their own. */
export const PARTS = ['opener', 'bar'] as const;
export type ViewPart = (typeof PARTS)[number];

/** Options of the view. */
export interface ViewOptions {
  readonly parts: readonly ViewPart[];
  readonly texts: Texts;
  readonly cssClasses: CssClasses;
  /** Where a photo can be dropped beside the open dialog; `null` for nowhere. */
  readonly dropTarget: HTMLElement | null;
  /** Whether the bar stays in view while the page around its container is scrolled. */
  readonly sticky: boolean;
  /** The shop's list of hits, where it tells and the page has it yet. */
  readonly results: () => HTMLElement | undefined;
}

/** The visible part of the search with a picture. */
export interface View {
  /**
   * Shows a state in the nodes that are there; what has the focus keeps it.
   *
   * @param searching whether the page waits for hits
   */
  readonly update: (snapshot: Snapshot, searching?: boolean) => void;
  /** Removes every node and listener, and closes the dialog. */
  readonly destroy: () => void;
}

/**
 * Builds the view at the end of a container. With the opener, a picture can be pasted anywhere in its document. Each
 * view has a dialog of its own: the opener's is for choosing a photo, the bar's for a part of it.
 */
export function createView(container: HTMLElement, options: ViewOptions, actions: Actions): View {
  const listening = new AbortController();
  const { signal } = listening;
  const ui: Ui = { texts: options.texts, css: cssOf(options.cssClasses), actions, signal };
  const onPhoto = (photo: File) => {
    panel.close();
    actions.search(photo);
  };
  const panel = createPanel(ui, onPhoto);
  const opener = options.parts.includes('opener') ? createOpener(ui, panel) : undefined;
  const bar = createBar(ui, panel.openPhoto);
  const status = createStatus(ui);
  const hasBar = options.parts.includes('bar');
  const components = [...(hasBar ? [createAlert(ui), bar, status] : []), panel];
  const root = element('div', { class: ui.css('root') });
  root.append(...(opener ? [opener] : []), ...components.map(({ node }) => node));
  container.append(root);
  if (options.sticky && hasBar) container.classList.add(...ui.css('place--sticky').split(' '));
  if (opener) listen(root, ui, dropTargets(options.dropTarget, panel), { signal, onPhoto });
  // Where the bar had the focus and goes, the focus stays at its place in the page.
  else status.node.tabIndex = -1;

  const results = hasBar ? followInResults(ui, options.results, bar.node) : undefined;

  return {
    update(snapshot, searching = false) {
      keepFocus(root, [bar.node, opener ?? status.node], () => {
        for (const component of components) component.update(snapshot);
      });
      results?.update(snapshot, searching);
    },
    destroy() {
      listening.abort();
      results?.release();
      container.classList.remove(...ui.css('place--sticky').split(' '));
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
  const open = () => {
    // What a photo needs comes while one is being chosen; what goes wrong is told when it is needed.
    loadParts().catch(() => {});
    panel.open();
  };
  return button(attributes, open, icon('camera'));
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
