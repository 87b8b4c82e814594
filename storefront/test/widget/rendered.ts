import { onTestFinished } from 'vitest';
import type { Picture, PictureLabel } from '../../src/types.js';
import { english } from '../../src/widget/texts.js';
import { type Actions, cssOf, type Snapshot, type Ui } from '../../src/widget/ui.js';
import { createView, PARTS, type ViewOptions } from '../../src/widget/view.js';
import './browser.js';

/** Actions that only note what they were asked. */
export function notedActions() {
  const asked: [name: string, ...given: unknown[]][] = [];
  const noting =
    (name: string) =>
    (...given: unknown[]) =>
      void asked.push([name, ...given]);
  const actions: Actions = {
    search: noting('search'),
    crop: noting('crop'),
    toggle: noting('toggle'),
    retry: noting('retry'),
    cancel: noting('cancel'),
    clear: noting('clear'),
    again: noting('again'),
    link: async () => {
      asked.push(['link']);
      return 'https://shop.example/#image-search=1';
    },
    clearWords: noting('clearWords'),
    clearFilters: noting('clearFilters'),
  };
  return { asked, actions };
}

export function englishUi(): Ui {
  return {
    texts: english,
    privacy: english.privacy,
    css: cssOf({}),
    actions: notedActions().actions,
    signal: new AbortController().signal,
  };
}

export function label(description: string, kept = true): PictureLabel {
  return { description, score: 0.9, points: 800, kept };
}

export function pictureOf(labels: readonly PictureLabel[] = [], more: Partial<Picture> = {}): Picture {
  return { source: 'photo', preview: 'blob:photo', labels, spots: [], croppable: true, ...more };
}

export function snapshot(more: Partial<Snapshot> = {}): Snapshot {
  return {
    status: 'idle',
    progress: 0,
    match: 'unknown',
    sorted: false,
    words: '',
    filtered: false,
    recent: [],
    ...more,
  };
}

export function readyWith(picture: Picture = pictureOf(), more: Partial<Snapshot> = {}): Snapshot {
  return snapshot({ status: 'ready', match: 'like', picture, ...more });
}

/** A page with the view on it, which is taken down when the test ends. */
export function rendered(options: Partial<ViewOptions> = {}) {
  const container = document.createElement('div');
  document.body.append(container);
  const { asked, actions } = notedActions();
  const all = {
    parts: PARTS,
    texts: english,
    cssClasses: {},
    dropTarget: document.body,
    sticky: false,
    results: () => undefined,
    remember: false,
    onExpecting: () => {},
    ...options,
  };
  const view = createView(container, all, actions);
  onTestFinished(() => {
    view.destroy();
    container.remove();
  });
  return { container, view, asked, ...lookup(container) };
}

/** Finds what a shopper would find, by its role or name, where it shows. */
export function lookup(container: HTMLElement) {
  const shown = (selector: string) =>
    [...container.querySelectorAll<HTMLElement>(selector)].filter(
      (node) => !node.closest('[hidden], dialog:not([open])'),
    );
  const one = (selector: string, matches: (node: HTMLElement) => boolean = () => true) => {
    const found = shown(selector).find(matches);
    if (!found) throw new Error(`nothing shows as ${selector}`);
    return found;
  };
  return {
    shown,
    one,
    button: (name: string) => one('button', (node) => nameOf(node) === name),
    buttons: () => shown('button').map(nameOf),
    status: () => one('[role=status]').textContent,
    alerts: () => shown('[role=alert]').map((node) => node.textContent),
  };
}

function nameOf(node: HTMLElement): string | null {
  return node.getAttribute('aria-label') ?? node.textContent;
}
