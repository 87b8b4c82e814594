// @vitest-environment jsdom
import { expect, onTestFinished, test } from 'vitest';
import { firstImage, listenForDrops, listenForPastes } from '../../src/widget/dropAndPaste.js';
import { dragFiles, dragFromPage, dragText, otherPhoto, paste, photo, sheet } from './browser.js';

test('of dropped files the first picture is taken, or else the first, and the browser opens none', () => {
  const { zone, taken } = page();
  expect(dragFiles(zone, 'drop', [sheet, photo, otherPhoto]).defaultPrevented).toBe(true);
  dragFiles(zone, 'drop', [sheet]);
  expect(taken).toEqual([photo, sheet]);
  expect(firstImage([sheet])).toBeUndefined();
});

test('a dragged text is left alone', () => {
  const { zone, taken, dragging } = page();
  for (const type of ['dragenter', 'dragover', 'drop'] as const) {
    expect(dragText(zone, type).defaultPrevented).toBe(false);
    const selected = { 'text/plain': 'a', 'text/html': '<b>a</b>' };
    expect(dragFromPage(zone, type, selected).defaultPrevented).toBe(false);
  }
  expect(taken).toEqual([]);
  expect(dragging).not.toContain(true);
});

test.each<[boolean, string, string]>([
  ...['IMG_1.HEIC', 'a.heif', 'a.avif', 'scan.tif', 'scan.tiff'].map(
    (name) => [true, name, ''] as [boolean, string, string],
  ),
  [false, 'words.txt', ''],
  [false, 'heic', ''],
  [false, 'a.heic', 'text/plain'],
])('that a file without a type is a picture, its name tells: %s, %s %s', (isImage, name, type) => {
  const file = new File(['photo'], name, { type });
  expect(firstImage([sheet, file])).toBe(isImage ? file : undefined);
});

const link = '<a href="https://other.example/page">the page</a>';
const picture = '<meta charset="utf-8"><img src="https://other.example/a.png?b=1" alt="a">';

const other = 'https://other.example/';

test.each<[string, Record<string, string>, string]>([
  ['a picture', { 'text/uri-list': other, 'text/html': picture }, `${other}a.png?b=1`],
  ['a picture of which there is the markup alone', { 'text/html': picture }, `${other}a.png?b=1`],
  [
    'a picture that is a link',
    { 'text/plain': 'x', 'text/uri-list': other, 'text/html': `<a href="/p">${picture}</a>` },
    `${other}a.png?b=1`,
  ],
  [
    'a picture in its address',
    { 'text/html': '<img src="data:image/png;base64,AA==">' },
    'data:image/png;base64,AA==',
  ],
  ['a picture that the page made', { 'text/html': '<img src="blob:https://a/b">' }, 'blob:https://a/b'],
  ['the address of a picture', { 'text/uri-list': `${other}a.JPG?b#c\r\n` }, `${other}a.JPG?b#c`],
])('%s of a page that is dropped is taken by its address', (_, content, address) => {
  const { zone, taken, dragging } = page();
  for (const type of ['dragenter', 'dragover', 'drop'] as const)
    expect(dragFromPage(zone, type, content).defaultPrevented).toBe(true);
  expect(taken).toMatchObject([{ address }]);
  expect(dragging).not.toContain(true);
});

test.each<[string, Record<string, string>]>([
  ['a link', { 'text/plain': 'x', 'text/uri-list': 'https://other.example/page', 'text/html': link }],
  ['a link without markup', { 'text/uri-list': 'https://other.example/page.html?picture=a.png' }],
  ['a text with a picture in it', { 'text/plain': 'words', 'text/html': `<p>words ${picture}</p>` }],
  [
    'a picture in a file of somebody’s',
    { 'text/uri-list': 'file:///a.png', 'text/html': '<img src="file:///a.png">' },
  ],
  ['a script', { 'text/html': '<img src="javascript:alert(1)">' }],
  ['a page in its own address', { 'text/html': '<img src="data:text/html,<p>">' }],
])('%s of a page that is dropped is left to the browser', (_, content) => {
  const { zone, taken } = page();
  expect(dragFromPage(zone, 'drop', content).defaultPrevented).toBe(false);
  expect(taken).toEqual([]);
});

test('going from one element into another is still dragging; leaving the last, and a drop, end it', () => {
  const { zone, inner, dragging } = page();
  dragFiles(zone, 'dragenter', []);
  dragFiles(inner, 'dragenter', []);
  dragFiles(zone, 'dragleave', []);
  expect(dragging.at(-1)).toBe(true);
  dragFiles(inner, 'dragleave', []);
  expect(dragging.at(-1)).toBe(false);
  dragFiles(zone, 'dragenter', []);
  expect(dragFiles(zone, 'dragover', []).defaultPrevented).toBe(true);
  expect(dragging.at(-1)).toBe(true);
  dragFiles(zone, 'drop', [photo]);
  expect(dragging.at(-1)).toBe(false);
});

test('what another part of the page takes is left to it', () => {
  const { inner, taken } = page();
  for (const type of ['drop', 'paste']) inner.addEventListener(type, (event) => event.preventDefault());
  dragFiles(inner, 'drop', [photo]);
  paste(inner, ['Files'], [photo]);
  expect(taken).toEqual([]);
});

test('a pasted picture is taken wherever the focus is', () => {
  const { zone, field, taken } = page();
  expect(paste(zone, ['Files'], [photo]).defaultPrevented).toBe(true);
  expect(paste(field, ['text/html', 'Files'], [sheet, otherPhoto]).defaultPrevented).toBe(true);
  expect(taken).toEqual([photo, otherPhoto]);
});

test.each([
  ['a text', ['text/plain'], []],
  ['a file that is no picture', ['Files'], [sheet]],
  ['a text of an office program with its picture', ['text/plain', 'text/html', 'Files'], [photo]],
])('%s that is pasted into a field goes into the field', (_, types, files) => {
  const { field, taken } = page();
  expect(paste(field, types, files).defaultPrevented).toBe(false);
  expect(taken).toEqual([]);
});

test('nothing is taken any more after the end', () => {
  const { zone, taken, end } = page();
  end();
  expect(dragFiles(zone, 'drop', [photo]).defaultPrevented).toBe(false);
  expect(paste(zone, ['Files'], [photo]).defaultPrevented).toBe(false);
  expect(taken).toEqual([]);
});

function page() {
  const [zone, inner, field] = ['div', 'p', 'input'].map((tag) => document.createElement(tag)) as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ];
  zone.append(inner, field);
  document.body.append(zone);
  const [taken, dragging]: [Blob[], boolean[]] = [[], []];
  const listening = new AbortController();
  const listener = { signal: listening.signal, onPhoto: (file: Blob) => taken.push(file) };
  listenForDrops(zone, listener, (now) => dragging.push(now));
  listenForPastes(document, listener);
  const end = () => listening.abort();
  onTestFinished(end);
  return { zone, inner, field, taken, dragging, end };
}
