// @vitest-environment jsdom
import { beforeEach, expect, test } from 'vitest';
import { createDetails } from '../../shop/details.js';
import page from '../../shop/index.html?raw';
import { part } from '../../shop/page.js';
import type { ProductHit } from '../../shop/product.js';
import { DEFAULT_NAMES } from '../../src/search/record.js';
import '../widget/browser.js';

const none = () => document.querySelector<HTMLElement>('#details .no-picture');
const picture = () => document.querySelector<HTMLImageElement>('#details img');
const open = (record: object, names = DEFAULT_NAMES) =>
  createDetails(part('details', HTMLDialogElement), names)({ objectID: 'tent', ...record } as ProductHit, {
    add: () => {},
    similar: () => {},
  });

beforeEach(() => {
  document.documentElement.innerHTML = page;
});

test.each([DEFAULT_NAMES, { ...DEFAULT_NAMES, imageURL: 'photo' }])(
  'the picture is shown from the attribute $imageURL',
  (names) => {
    open({ [names.imageURL]: '/tent.jpg' }, names);
    expect(picture()).toMatchObject({ hidden: false, alt: 'tent' });
    expect(picture()?.getAttribute('src')).toBe('/tent.jpg');
    expect(none()?.hidden).toBe(true);
  },
);

test.each([undefined, null, '', 5])('after another’s picture, %j is shown as none', (imageURL) => {
  open({ imageURL: '/boot.jpg' });
  open({ imageURL });
  expect(picture()?.hidden).toBe(true);
  expect(picture()?.hasAttribute('src')).toBe(false);
  expect(none()?.hidden).toBe(false);
});
