// @vitest-environment jsdom
import { expect, onTestFinished, test } from 'vitest';
import { firstImage, listenForDrops, listenForPastes } from '../../src/widget/dropAndPaste.js';
import { dragFiles, dragText, otherPhoto, paste, photo, sheet } from './browser.js';

test('the first picture among files wins', () => {
  expect(firstImage([sheet, photo, otherPhoto])).toBe(photo);
  expect(firstImage([sheet])).toBeUndefined();
});

test('of dropped files the first picture is taken, and the browser opens none', () => {
  const { zone, taken } = page();
  expect(dragFiles(zone, 'drop', [sheet, photo, otherPhoto]).defaultPrevented).toBe(true);
  expect(taken).toEqual([photo]);
});

test('a dropped file that is no picture is handed over all the same', () => {
  const { zone, taken } = page();
  dragFiles(zone, 'drop', [sheet]);
  expect(taken).toEqual([sheet]);
});

test('a dragged text is left alone', () => {
  const { zone, taken, dragging } = page();
  for (const type of ['dragenter', 'dragover', 'drop'] as const) {
    expect(dragText(zone, type).defaultPrevented).toBe(false);
  }
  expect(taken).toEqual([]);
  expect(dragging).not.toContain(true);
});

test('dragging over files tells the browser that they may be dropped', () => {
  expect(dragFiles(page().zone, 'dragover', []).defaultPrevented).toBe(true);
});

test('going from one element into another is still dragging; leaving the last is not', () => {
  const { zone, inner, dragging } = page();
  dragFiles(zone, 'dragenter', []);
  dragFiles(inner, 'dragenter', []);
  dragFiles(zone, 'dragleave', []);
  expect(dragging.at(-1)).toBe(true);
  dragFiles(inner, 'dragleave', []);
  expect(dragging.at(-1)).toBe(false);
});

test('a drop ends the dragging', () => {
  const { zone, dragging } = page();
  dragFiles(zone, 'dragenter', []);
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

test('a file copied with its name is a picture for the search, in a field too', () => {
  const { field, taken } = page();
  paste(field, ['text/plain', 'Files'], [photo]);
  expect(taken).toEqual([photo]);
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
  const [taken, dragging]: [File[], boolean[]] = [[], []];
  const listening = new AbortController();
  const listener = { signal: listening.signal, onPhoto: (file: File) => taken.push(file) };
  listenForDrops(zone, listener, (now) => dragging.push(now));
  listenForPastes(document, listener);
  const end = () => listening.abort();
  onTestFinished(end);
  return { zone, inner, field, taken, dragging, end };
}
