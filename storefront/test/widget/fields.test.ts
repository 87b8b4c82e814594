// @vitest-environment jsdom
import { expect, onTestFinished, test } from 'vitest';
import { listenForDrops, listenForPastes } from '../../src/widget/dropAndPaste.js';
import { dragFiles, dragFromPage, paste, photo } from './browser.js';

/** An element in the page, made of markup; the innermost is what is typed into. */
function inPage(markup: string): HTMLElement {
  const host = document.createElement('div');
  host.innerHTML = markup;
  document.body.append(host);
  onTestFinished(() => host.remove());
  return innermost(host);
}

function inShadow(markup: string): HTMLElement {
  const root = inPage('<div></div>').attachShadow({ mode: 'open' });
  root.innerHTML = markup;
  return innermost(root);
}

const innermost = (root: ParentNode) => [...root.querySelectorAll<HTMLElement>('*')].at(-1) as HTMLElement;

function editedByItself(): HTMLElement {
  return Object.assign(inPage('<p></p>'), { isContentEditable: true });
}

function inEditedDocument(): HTMLElement {
  Object.assign(document, { designMode: 'on' });
  onTestFinished(() => void Object.assign(document, { designMode: 'off' }));
  return inPage('<p></p>');
}

function listening(): { readonly taken: Blob[] } {
  const taken: Blob[] = [];
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const listener = { signal: stop.signal, onPhoto: (each: Blob) => taken.push(each) };
  listenForPastes(document, listener);
  listenForDrops(document.body, listener, () => {});
  return { taken };
}

const TEXT_FIELDS: Record<string, () => HTMLElement> = {
  input: () => inPage('<input>'),
  'search box': () => inPage('<input type=search>'),
  textarea: () => inPage('<textarea></textarea>'),
  'editable for text alone': () => inPage('<p contenteditable=plaintext-only></p>'),
  'within what is editable for text alone': () => inPage('<p contenteditable=PLAINTEXT-ONLY><b></b></p>'),
  'role=textbox': () => inPage('<div role=textbox tabindex=0></div>'),
  'within role=combobox': () => inPage('<div role=combobox><span></span></div>'),
  'input in a shadow tree': () => inShadow('<input>'),
  'text alone in a shadow tree': () => inShadow('<p contenteditable=plaintext-only></p>'),
  'input within an editor': () => inPage('<div contenteditable><p contenteditable=false><input></p></div>'),
};

const EDITORS: Record<string, () => HTMLElement> = {
  'editable element': () => inPage('<div contenteditable></div>'),
  'editable as a word': () => inPage('<div contenteditable=TRUE><p></p></div>'),
  'editable textbox': () => inPage('<div contenteditable role=textbox></div>'),
  'invalid value within an editor': () => inPage('<div contenteditable><p contenteditable=no></p></div>'),
  'editable in a shadow tree': () => inShadow('<div contenteditable><p></p></div>'),
  'isContentEditable by itself': editedByItself,
  'document in design mode': inEditedDocument,
};

const NO_FIELDS: Record<string, () => HTMLElement> = {
  'plain element': () => inPage('<p></p>'),
  'not editable': () => inPage('<p contenteditable=false></p>'),
  'not editable within an editor': () => inPage('<div contenteditable><p contenteditable=false></p></div>'),
  button: () => inPage('<button></button>'),
  'invalid value': () => inPage('<p contenteditable=no></p>'),
};

const OFFICE = ['text/plain', 'text/html', 'text/rtf', 'Files'];
const PICTURE = {
  'text/uri-list': 'https://other.example/a',
  'text/html': '<img src="https://other.example/a">',
};
const LINK = {
  'text/uri-list': 'https://other.example/',
  'text/html': '<a href="https://other.example/">a</a>',
};

const pasted = (place: HTMLElement, types: readonly string[]) =>
  paste(place, types, [photo]).defaultPrevented;

test.each(Object.entries(TEXT_FIELDS))(
  'a field for text keeps texts and links, and no pictures alone: %s',
  (_, field) => {
    const { taken } = listening();
    const place = field();
    expect(pasted(place, OFFICE)).toBe(false);
    for (const type of ['dragenter', 'dragover', 'drop'] as const)
      expect(dragFromPage(place, type, LINK).defaultPrevented).toBe(false);
    expect(taken).toEqual([]);
    for (const types of [['Files'], ['text/plain', 'Files'], ['text/html', 'Files']])
      expect(pasted(place, types), types.join()).toBe(true);
    expect(taken).toEqual([photo, photo, photo]);
    expect(dragFromPage(place, 'drop', PICTURE).defaultPrevented).toBe(true);
    expect(taken[3]).toMatchObject({ address: 'https://other.example/a' });
  },
);

test.each(Object.entries(EDITORS))('an editor keeps whatever is pasted or dropped: %s', (_, editor) => {
  const { taken } = listening();
  const place = editor();
  for (const types of [OFFICE, ['Files'], ['text/html', 'Files']])
    expect(pasted(place, types), types.join()).toBe(false);
  expect(dragFiles(place, 'drop', [photo]).defaultPrevented).toBe(false);
  expect(dragFromPage(place, 'drop', PICTURE).defaultPrevented).toBe(false);
  expect(taken).toEqual([]);
});

test.each(Object.entries(NO_FIELDS))('what is pasted into no field is for the search: %s', (_, place) => {
  const { taken } = listening();
  for (const types of [OFFICE, ['Files']]) expect(pasted(place(), types), types.join()).toBe(true);
  expect(taken).toEqual([photo, photo]);
});
