// @vitest-environment jsdom
import { expect, onTestFinished, test } from 'vitest';
import { dragFiles, paste, photo, point, pointWith } from './browser.js';
import { rendered } from './rendered.js';

/** Tells an input that its shopper chose a photo. */
function choose(input: HTMLElement) {
  Object.defineProperty(input, 'files', { value: [photo] });
  input.dispatchEvent(new Event('change'));
}

test('the button opens the dialog, which its own button closes, and a press on the backdrop, but no drag', () => {
  const { button, one, shown } = rendered();
  button('Search by photo').click();
  const dialog = one('dialog') as HTMLDialogElement;
  expect(dialog.ariaLabel).toBe('Search by photo');
  point(button('Close'), 'pointerdown');
  dialog.click();
  expect(dialog.open).toBe(true);
  point(dialog, 'pointerdown');
  dialog.click();
  expect(dialog.open).toBe(false);
  button('Search by photo').click();
  button('Close').click();
  expect(shown('.ais-ImageSearch-panel')).toEqual([]);
});

test('a chosen photo, of any name that pictures have or from the camera at the back, is searched with', () => {
  const { button, one, asked, shown } = rendered();
  button('Search by photo').click();
  const input = one('input[type=file]:not([capture])') as HTMLInputElement;
  expect(input.accept).toBe('image/*,.heic,.heif,.avif');
  expect(one('[capture]').getAttribute('capture')).toBe('environment');
  Object.defineProperty(input, 'value', { value: 'photo.jpg', writable: true });
  choose(input);
  expect(asked).toEqual([['search', photo]]);
  expect(shown('.ais-ImageSearch-panel')).toEqual([]);
  // The same can be chosen again.
  expect(input.value).toBe('');
});

test('to a finger the button opens the picker of the phone, with its camera, and no dialog', () => {
  pointWith('coarse');
  onTestFinished(() => pointWith('fine'));
  const { container, button, shown, asked } = rendered();
  const picker = container.querySelector('.ais-ImageSearch > input') as HTMLInputElement;
  const opened: string[] = [];
  picker.addEventListener('click', () => opened.push(picker.accept));
  button('Search by photo').click();
  // Neither a camera alone, nor HEIC, which an iPhone turns into a JPEG where it is not named.
  expect([opened, picker.hasAttribute('capture')]).toEqual([['image/*'], false]);
  expect(shown('dialog')).toEqual([]);
  choose(picker);
  expect(asked).toEqual([['search', photo]]);
});

test('a photo dragged over the page is awaited, as by the button, and dropped anywhere searched with', () => {
  let expected = 0;
  const onExpecting = () => {
    expected += 1;
  };
  const { button, shown, asked } = rendered({ onExpecting });
  button('Search by photo').click();
  button('Close').click();
  expect(expected).toBe(1);
  dragFiles(document.body, 'dragenter', []);
  expect([expected, shown('.ais-ImageSearch-overlay').length]).toEqual([2, 1]);
  dragFiles(document.body, 'drop', [photo]);
  expect(shown('.ais-ImageSearch-overlay')).toEqual([]);
  expect(asked).toEqual([['search', photo]]);
});

test('without a place to drop on, the dialog alone takes photos', () => {
  const { button, one, asked } = rendered({ dropTarget: null });
  button('Search by photo').click();
  dragFiles(document.body, 'drop', [photo]);
  expect(asked).toEqual([]);
  dragFiles(one('dialog'), 'drop', [photo]);
  expect(asked).toEqual([['search', photo]]);
});

test('after the end there is no node left and nobody listens', () => {
  const { view, container, asked, button, one } = rendered();
  button('Search by photo').click();
  const dialog = one('dialog') as HTMLDialogElement;
  view.destroy();
  expect([dialog.open, container.childNodes.length]).toEqual([false, 0]);
  expect(dragFiles(document.body, 'drop', [photo]).defaultPrevented).toBe(false);
  expect(paste(document.body, ['Files'], [photo]).defaultPrevented).toBe(false);
  expect(asked).toEqual([]);
});
