// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { loadParts } from '../../src/onDemand.js';
import type { Picture } from '../../src/types.js';
import { english } from '../../src/widget/texts.js';
import { photo } from './browser.js';
import { pictureOf, readyWith, rendered } from './rendered.js';

const crop = { x: 0.1, y: 0.2, width: 0.5, height: 0.5 };
const shoe = { description: 'Shoe', box: { x: 0.1, y: 0.6, width: 0.3, height: 0.2 } };
const bag = { description: 'Bag', box: { x: 0.5, y: 0.1, width: 0.4, height: 0.4 } };

await loadParts();

/** Opens the dialog of a photo in use. */
async function opened(picture: Partial<Picture> = {}, texts = english) {
  const rendering = rendered({ texts });
  rendering.view.update(readyWith(pictureOf([], picture)));
  rendering.button('Crop').click();
  await expect.poll(() => rendering.shown('.ais-ImageSearch-crop').length).toBe(1);
  const { one } = rendering;
  const edges = () =>
    ['left', 'top', 'right', 'bottom'].map((edge) => one(`[data-edge=${edge}]`).ariaValueNow);
  return { ...rendering, edges };
}

test('it shows the photo, with the part that is in use framed', async () => {
  const { one, button, asked, shown, edges } = await opened({ crop });
  expect(one('dialog').ariaLabel).toBe('Your photo');
  expect(one('dialog img').getAttribute('src')).toBe('blob:photo');
  expect(edges()).toEqual(['10', '20', '60', '70']);
  button('Search this part').click();
  expect(asked).toEqual([['crop', crop]]);
  expect(shown('.ais-ImageSearch-panel')).toEqual([]);
});

test('the whole photo can be searched for again, and nothing at all', async () => {
  const { button, asked, shown } = await opened({ crop });
  button('Close').click();
  expect(asked).toEqual([]);
  button('Crop').click();
  await expect.poll(() => shown('.ais-ImageSearch-crop').length).toBe(1);
  button('Whole photo').click();
  expect(asked).toEqual([['crop', undefined]]);
});

test('another photo can be chosen, and what becomes of it is said', async () => {
  const { one, asked, shown } = await opened();
  expect(one('.ais-ImageSearch-crop .ais-ImageSearch-note').textContent).toBe(english.privacy);
  const input = one('.ais-ImageSearch-another input');
  Object.defineProperty(input, 'files', { value: [photo] });
  input.dispatchEvent(new Event('change'));
  expect(asked).toEqual([['search', photo]]);
  expect(shown('.ais-ImageSearch-panel')).toEqual([]);
});

test('each thing in the photo is a button by its name in the words of the shop, which searches for it', async () => {
  const texts = { ...english, label: (description: string) => `${description}!` };
  const { button, shown, asked, edges } = await opened({ spots: [shoe, bag] }, texts);
  expect(shown('.ais-ImageSearch-spot').map((spot) => spot.ariaLabel)).toEqual(['Shoe!', 'Bag!']);
  expect(edges()).toEqual(['0', '0', '100', '100']);
  button('Bag!').click();
  expect(asked).toEqual([['crop', bag.box]]);
  expect(shown('.ais-ImageSearch-panel')).toEqual([]);
});

test('things stay while a part is in use', async () => {
  const { button, edges } = await opened({ spots: [shoe], crop });
  expect(button('Shoe')).toBeDefined();
  expect(edges()).toEqual(['10', '20', '60', '70']);
});

test('of a photo of which nothing is known the middle is framed', async () => {
  const { edges } = await opened();
  expect(edges()).toEqual(['10', '10', '90', '90']);
});

test('it closes when its photo is no longer in use', async () => {
  const { view, shown } = await opened();
  view.update(readyWith());
  expect(shown('.ais-ImageSearch-crop')).toHaveLength(1);
  view.update(readyWith(pictureOf([], { preview: 'blob:other' })));
  expect(shown('.ais-ImageSearch-crop')).toEqual([]);
});

test('the last pictures are there to use again, where a photo is chosen and where one is shown', async () => {
  const recent = [
    { id: '2', source: 'photo', preview: 'blob:shoe', name: 'Shoe' },
    { id: '1', source: 'product', preview: '/tent.jpg', name: 'Tent' },
  ] as const;
  const texts = { ...english, label: (description: string) => `${description}!` };
  const { view, button, buttons, asked, shown } = rendered({ texts });
  view.update(readyWith(pictureOf(), { recent }));
  for (const opener of ['Search by photo', 'Crop']) {
    button(opener).click();
    await expect.poll(() => buttons()).toContain('Shoe!');
    button(opener === 'Crop' ? 'Tent' : 'Shoe!').click();
    expect(shown('.ais-ImageSearch-panel')).toEqual([]);
  }
  expect(asked).toEqual([
    ['again', '2'],
    ['again', '1'],
  ]);
});
