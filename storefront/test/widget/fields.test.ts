// @vitest-environment jsdom
import { describe, expect, onTestFinished, test } from 'vitest';
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

describe.each(Object.entries(TEXT_FIELDS))('a field for text: %s', (_, field) => {
  test('keeps a text with its picture', () => {
    const { taken } = listening();
    expect(paste(field(), OFFICE, [photo]).defaultPrevented).toBe(false);
    expect(taken).toEqual([]);
  });

  test.each([[['Files']], [['text/plain', 'Files']], [['text/html', 'Files']]])(
    'cannot take a picture alone, here %j: the search does',
    (types) => {
      const { taken } = listening();
      expect(paste(field(), types, [photo]).defaultPrevented).toBe(true);
      expect(taken).toEqual([photo]);
    },
  );

  test('is no place that keeps a link away, but cannot take a dragged picture: the search does', () => {
    const { taken } = listening();
    const place = field();
    for (const type of ['dragenter', 'dragover', 'drop'] as const)
      expect(dragFromPage(place, type, LINK).defaultPrevented).toBe(false);
    expect(taken).toEqual([]);
    expect(dragFromPage(place, 'drop', PICTURE).defaultPrevented).toBe(true);
    expect(taken).toMatchObject([{ address: 'https://other.example/a' }]);
  });
});

describe.each(Object.entries(EDITORS))('an editor: %s', (_, editor) => {
  test.each([[OFFICE], [['Files']], [['text/html', 'Files']]])('keeps whatever is pasted: %j', (types) => {
    const { taken } = listening();
    expect(paste(editor(), types, [photo]).defaultPrevented).toBe(false);
    expect(taken).toEqual([]);
  });

  test('keeps whatever is dropped', () => {
    const { taken } = listening();
    const place = editor();
    expect(dragFiles(place, 'drop', [photo]).defaultPrevented).toBe(false);
    expect(dragFromPage(place, 'drop', PICTURE).defaultPrevented).toBe(false);
    expect(taken).toEqual([]);
  });
});

describe.each(Object.entries(NO_FIELDS))('no field: %s', (_, place) => {
  test.each([[OFFICE], [['Files']]])('what is pasted there is for the search: %j', (types) => {
    const { taken } = listening();
    expect(paste(place(), types, [photo]).defaultPrevented).toBe(true);
    expect(taken).toEqual([photo]);
  });
});
