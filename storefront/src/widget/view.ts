import { createAlert } from './alert.js';
import { createBar } from './bar.js';
import { createPicker } from './chooser.js';
import { button, element } from './dom.js';
import { listenForDrops, listenForPastes, type PhotoListener } from './dropAndPaste.js';
import { followInResults } from './following.js';
import { icon } from './icons.js';
import { createOverlay } from './overlay.js';
import { createPanel, type Panel } from './panel.js';
import { createStatus } from './status.js';
import type { Texts } from './texts.js';
import { type Actions, type CssClasses, cssOf, hasRecent, type Snapshot, type Ui } from './ui.js';

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
  /** Whether the tab remembers pictures. */
  readonly remember: boolean;
  /** Called when a photo is about to come, which what it needs can come before. */
  readonly onExpecting: () => void;
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
  const { texts, cssClasses, remember } = options;
  const privacy = remember ? texts.remembered : texts.privacy;
  const ui: Ui = { texts, privacy, css: cssOf(cssClasses), actions, signal };
  const onPhoto = (photo: Blob) => {
    panel.close();
    actions.search(photo);
  };
  const panel = createPanel(ui, onPhoto);
  let latest: Snapshot | undefined;
  const opener = options.parts.includes('opener')
    ? createOpener(ui, () => opens(latest), panel.open, onPhoto, options.onExpecting)
    : undefined;
  const bar = createBar(ui, panel.openPhoto);
  const status = createStatus(ui);
  const hasBar = options.parts.includes('bar');
  const components = [...(hasBar ? [createAlert(ui), bar, status] : []), panel];
  const root = element('div', { class: ui.css('root') });
  root.append(...(opener ? [opener.node, opener.picker] : []), ...components.map(({ node }) => node));
  container.append(root);
  if (options.sticky && hasBar) container.classList.add(...ui.css('place--sticky').split(' '));
  if (opener) listen(root, ui, dropTargets(options.dropTarget, panel), { signal, onPhoto }, options);
  // Where the bar had the focus and goes, the focus stays at its place in the page.
  else status.node.tabIndex = -1;

  const results = hasBar ? followInResults(ui, options.results, bar.node) : undefined;

  return {
    update(snapshot, searching = false) {
      latest = snapshot;
      keepFocus(root, [bar.node, opener?.node ?? status.node], () => {
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

/**
 * Makes the button, and the input of the picker that it opens where it does not open the dialog.
 *
 * @param opensDialog whether it opens the dialog
 * @param onExpecting called when a photo is about to come
 */
function createOpener(
  { css, texts }: Ui,
  opensDialog: () => boolean,
  openDialog: () => void,
  onPhoto: (photo: Blob) => void,
  onExpecting: () => void,
) {
  const attributes = {
    class: css('button'),
    'aria-label': texts.open,
    'aria-haspopup': 'dialog',
    title: texts.open,
  };
  const picker = createPicker({ hidden: true }, onPhoto);
  const open = () => {
    // Only within the press itself does a browser open a picker.
    if (opensDialog()) openDialog();
    else picker.click();
    onExpecting();
  };
  return { node: button(attributes, open, icon('camera')), picker };
}

/**
 * Whether the button opens the dialog. To a finger it has nothing to offer that the phone's own picker has not, with
 * camera and pictures, a tap sooner; but for pictures that were used before.
 */
function opens(snapshot: Snapshot | undefined): boolean {
  return !matchMedia('(pointer: coarse)').matches || (snapshot !== undefined && hasRecent(snapshot));
}

function listen(
  root: HTMLElement,
  ui: Ui,
  targets: readonly HTMLElement[],
  listener: PhotoListener,
  { onExpecting }: ViewOptions,
): void {
  const overlay = createOverlay(ui);
  root.append(overlay.node);
  const onDragging = (dragging: boolean) => {
    overlay.show(dragging);
    if (dragging) onExpecting();
  };
  for (const target of targets) listenForDrops(target, listener, onDragging);
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
