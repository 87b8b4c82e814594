// @vitest-environment jsdom
import { expect, onTestFinished, test } from 'vitest';
import type { FailureKind, ImageSearchMatch } from '../../src/types.js';
import { english } from '../../src/widget/texts.js';
import { dragFiles, paste, photo, point, pointWith, press } from './browser.js';
import { label, pictureOf, readyWith, rendered, snapshot } from './rendered.js';

const labeled = pictureOf([label('Shoe'), label('Leather')]);

test('at first there is a button and a live region that says nothing', () => {
  const { view, buttons, status, alerts } = rendered();
  view.update(snapshot());
  expect(buttons()).toEqual(['Search by photo']);
  expect(status()).toBe('');
  expect(alerts()).toEqual([]);
});

test('texts and classes of a shop replace and join the widget’s own', () => {
  const { view, one, button } = rendered({
    texts: { ...english, open: 'Mit Bild suchen', remove: (name) => `${name} entfernen` },
    cssClasses: { root: 'shop photo', chip: ['tag', 'small'], 'chip--removed': 'tag-off' },
  });
  view.update(readyWith(pictureOf([label('Shoe'), label('Leather', false)])));
  expect(one('.ais-ImageSearch-button').ariaLabel).toBe('Mit Bild suchen');
  expect(one('.ais-ImageSearch').className).toBe('ais-ImageSearch shop photo');
  expect(button('Shoe entfernen').className).toBe('ais-ImageSearch-chip tag small');
  expect(one('.ais-ImageSearch-chip--removed').className).toContain('tag-off');
});

test('each label is a button whose name says what it does, and that stays when the label is removed', () => {
  const { view, button, asked } = rendered();
  view.update(readyWith(labeled));
  button('Remove Leather').click();
  expect(asked).toEqual([['toggle', 'Leather']]);
  view.update(readyWith(pictureOf([label('Shoe'), label('Leather', false)])));
  expect(button('Remove Shoe').className).not.toContain('removed');
  expect(button('Use Leather again').className).toContain('ais-ImageSearch-chip--removed');
});

test('a label that has the focus keeps it while others come, go and change places', () => {
  const { view, button } = rendered();
  view.update(readyWith(labeled));
  const leather = button('Remove Leather');
  leather.focus();
  view.update(readyWith(pictureOf([label('Leather', false), label('Boot'), label('Shoe')])));
  expect(document.activeElement).toBe(leather);
  expect(leather.ariaLabel).toBe('Use Leather again');
});

test.each([
  [['Shoe', 'Boot'], 'Remove Boot'],
  [['Shoe'], 'Remove Shoe'],
])('where a label with the focus goes and %j stay, the next has it, or the last', (left, name) => {
  const { view, button } = rendered();
  view.update(readyWith(pictureOf(['Shoe', 'Leather', 'Boot'].map((each) => label(each)))));
  button('Remove Leather').focus();
  view.update(readyWith(pictureOf(left.map((each) => label(each)))));
  expect(document.activeElement).toBe(button(name));
});

test('an update with nothing new takes no node out and puts none in', () => {
  const { view, container } = rendered();
  view.update(readyWith(labeled));
  const watcher = new MutationObserver(() => {});
  watcher.observe(container, { childList: true, characterData: true, subtree: true });
  view.update(readyWith(pictureOf([label('Shoe'), label('Leather')])));
  expect(watcher.takeRecords()).toEqual([]);
});

test('labels show in the order they are given, each once', () => {
  const { view, shown } = rendered();
  view.update(readyWith(labeled));
  view.update(readyWith(pictureOf([label('Boot'), label('Leather')])));
  expect(shown('.ais-ImageSearch-chip').map((chip) => chip.textContent)).toEqual(['Boot', 'Leather']);
});

test('what had the focus and goes hands it to the bar, and to the first button when the bar goes', () => {
  const { view, button, one } = rendered();
  view.update(snapshot({ status: 'looking' }));
  button('Cancel').focus();
  view.update(readyWith());
  expect(document.activeElement).toBe(one('section'));
  view.update(snapshot());
  expect(document.activeElement).toBe(button('Search by photo'));
});

test('a bar that stands alone takes nothing that is dropped or pasted, and keeps the focus at its place when it goes', () => {
  const { view, one, button, buttons, asked } = rendered({ parts: ['bar'] });
  expect(buttons()).toEqual([]);
  view.update(readyWith());
  button('Remove photo').focus();
  view.update(snapshot());
  expect(document.activeElement).toBe(one('.ais-ImageSearch-message'));
  dragFiles(document.body, 'drop', [photo]);
  paste(document.body, ['Files'], [photo]);
  expect(asked).toEqual([]);
});

test('an opener that stands alone shows nothing of the picture', () => {
  const { view, buttons, shown } = rendered({ parts: ['opener'] });
  view.update(readyWith(labeled));
  expect(buttons()).toEqual(['Search by photo']);
  expect(shown('[role=alert], [role=status], section')).toEqual([]);
});

test('an update leaves the focus of the page outside alone', () => {
  const { view, container } = rendered();
  const field = document.createElement('input');
  container.append(field);
  field.focus();
  view.update(readyWith());
  view.update(snapshot());
  expect(document.activeElement).toBe(field);
});

test('progress is a share while sending, and open before and after', () => {
  const { view, one, button, asked } = rendered();
  for (const status of ['preparing', 'looking'] as const) {
    view.update(snapshot({ status, progress: 0.5 }));
    expect(one('progress').hasAttribute('value')).toBe(false);
  }
  view.update(snapshot({ status: 'sending', progress: 0.4 }));
  expect(one('progress').getAttribute('value')).toBe('0.4');
  button('Cancel').click();
  expect(asked).toEqual([['cancel']]);
});

test('the live region says once that a search is on, and what came of it', () => {
  const { view, status } = rendered();
  const told = [
    snapshot({ status: 'preparing' }),
    snapshot({ status: 'sending', progress: 0.3 }),
    snapshot({ status: 'looking' }),
    readyWith(labeled),
    snapshot(),
  ].map((state) => {
    view.update(state);
    return status();
  });
  expect(told).toEqual([
    'Searching…',
    'Searching…',
    'Searching…',
    'Most similar first. In your photo: Shoe, Leather.',
    'Photo removed.',
  ]);
});

test.each<[ImageSearchMatch, string]>([
  ['unlike', english.match.unlike],
  ['nothing-seen', english.match['nothing-seen']],
  ['no-hits', english.match['no-hits']],
])('that the hits are %s is said where it is seen', (match, sentence) => {
  const { view, one, status } = rendered();
  view.update(readyWith(labeled, { match }));
  expect(status()).toBe(sentence);
  expect(one('[role=status]').className).not.toContain('quiet');
});

test('what the chips show already is only heard', () => {
  const { view, one } = rendered();
  view.update(readyWith(labeled));
  expect(one('[role=status]').className).toContain('quiet');
});

test.each<[FailureKind, boolean]>([
  ['offline', true],
  ['timeout', true],
  ['rate-limited', true],
  ['busy', true],
  ['broken', true],
  ['too-large', false],
  ['not-a-picture', false],
  ['out-of-reach', false],
  ['unknown-product', false],
])('a failure of kind %s has words of its own; trying again offered: %s', (kind, again) => {
  const { view, alerts, buttons } = rendered();
  view.update(snapshot({ status: 'failed', failure: { kind, detail: 'for developers' } }));
  expect(alerts()).toEqual([english.failure[kind]]);
  expect(buttons().includes('Try again')).toBe(again);
});

test('a failure says when to try again, and can be tried again or forgotten', () => {
  const { view, alerts, button, asked } = rendered();
  view.update(snapshot({ status: 'failed', failure: { kind: 'busy', detail: '', retryAfter: 12.2 } }));
  expect(alerts()).toEqual([`${english.failure.busy} Try again in 13 seconds.`]);
  button('Try again').click();
  button('Close').click();
  expect(asked).toEqual([['retry'], ['cancel']]);
});

test.each([
  ['all', [english.limited], ''],
  ['labels', [], 'Most similar first.'],
  ['fewer', [], 'Most similar first.'],
  [undefined, [], 'Most similar first.'],
] as const)('where Algolia refuses %s of a picture, the alerts are %j', (limited, alerts, status) => {
  const rendering = rendered();
  rendering.view.update(readyWith(pictureOf(), limited ? { limited } : {}));
  expect(rendering.alerts()).toEqual(alerts);
  expect(rendering.status()).toBe(status);
  expect(rendering.buttons()).toEqual(['Search by photo', 'Crop', 'Remove photo']);
});

test('a failure is told before that Algolia takes no picture, and neither while one is on its way', () => {
  const { view, alerts } = rendered();
  const failure = { kind: 'timeout', detail: '' } as const;
  view.update(readyWith(labeled, { limited: 'all', status: 'failed', failure }));
  expect(alerts()).toEqual([english.failure.timeout]);
  view.update(readyWith(labeled, { limited: 'all', status: 'looking' }));
  expect(alerts()).toEqual([]);
});

test('a failure leaves the picture that is in use', () => {
  const { view, one, button } = rendered();
  view.update(readyWith(labeled, { status: 'failed', failure: { kind: 'timeout', detail: '' } }));
  expect(one('img').getAttribute('src')).toBe('blob:photo');
  expect(button('Remove Shoe')).toBeDefined();
});

test('a failure goes when the next picture is on its way', () => {
  const { view, alerts } = rendered();
  view.update(snapshot({ status: 'failed', failure: { kind: 'timeout', detail: '' } }));
  view.update(snapshot({ status: 'preparing' }));
  expect(alerts()).toEqual([]);
});

test('a product is shown by its name and has no parts to choose', () => {
  const { view, one, buttons, button, status, asked } = rendered();
  view.update(snapshot());
  view.update(readyWith(pictureOf([], { source: 'product', croppable: false, name: 'RunX' })));
  expect(one('[role=img]:not([aria-hidden])').ariaLabel).toBe('RunX');
  expect(one('.ais-ImageSearch-caption').textContent).toBe('Similar to RunX');
  expect(status()).toBe('Similar to RunX');
  expect(buttons()).not.toContain('Crop');
  button('Show all products').click();
  expect(asked).toEqual([['clear']]);
});

test('a product without a name or an image shows neither', () => {
  const { view, shown, one } = rendered();
  view.update(readyWith(pictureOf([], { source: 'product', croppable: false, preview: '' })));
  expect(shown('img')).toEqual([]);
  expect(one('.ais-ImageSearch-caption').textContent).toBe('Similar products');
});

test('a photo that the browser cannot show gives way to a tile, and has no parts to choose', () => {
  const { view, one, shown, buttons } = rendered();
  view.update(readyWith());
  for (const image of document.querySelectorAll('img')) image.dispatchEvent(new Event('error'));
  view.update(readyWith());
  expect(shown('img')).toEqual([]);
  expect(one('[role=img]').ariaLabel).toBe('Your photo');
  expect(buttons()).not.toContain('Crop');
  view.update(readyWith(pictureOf([], { preview: 'blob:other' })));
  expect(one('img').getAttribute('src')).toBe('blob:other');
  expect(buttons()).toContain('Crop');
});

test('a new photo is not decoded for the eye while it is made ready', () => {
  const { view, shown, one } = rendered();
  view.update(snapshot({ status: 'preparing', picture: pictureOf() }));
  expect(shown('img')).toEqual([]);
  view.update(snapshot({ status: 'sending', picture: pictureOf() }));
  view.update(snapshot({ status: 'preparing', picture: pictureOf() }));
  expect(one('img').getAttribute('src')).toBe('blob:photo');
});

test('an order that the shopper chose is said by the name that the shop gives it', () => {
  const { view, status } = rendered({ texts: { ...english, sorted: () => 'Sorted by price' } });
  view.update(readyWith(labeled, { sorted: true }));
  expect(status()).toBe('Sorted by price');
});

test('labels are shown, named and announced in the words of the shop', () => {
  const words = new Map([['Shoe', 'Schuh']]);
  const texts = { ...english, label: (description: string) => words.get(description) ?? description };
  const { view, button, status, asked } = rendered({ texts });
  view.update(readyWith(labeled));
  expect(status()).toBe('Most similar first. In your photo: Schuh, Leather.');
  expect(button('Remove Schuh').textContent).toBe('Schuh');
  button('Remove Schuh').click();
  expect(asked).toEqual([['toggle', 'Shoe']]);
});

test('where nothing is found, words and filters can go, each where there are any', () => {
  const { view, buttons, button, asked } = rendered({ parts: ['bar'] });
  const none = (more: object) => {
    view.update(readyWith(pictureOf(), { match: 'no-hits', ...more }));
    return buttons().slice(2);
  };
  expect(none({})).toEqual([]);
  expect(none({ words: 'zzzz' })).toEqual(['Search without “zzzz”']);
  expect(none({ filtered: true })).toEqual(['Clear filters']);
  expect(none({ words: 'zzzz', filtered: true })).toEqual(['Search without “zzzz”', 'Clear filters']);
  button('Search without “zzzz”').click();
  button('Clear filters').click();
  expect(asked).toEqual([['clearWords'], ['clearFilters']]);
  view.update(readyWith(pictureOf(), { match: 'like', words: 'zzzz', filtered: true }));
  expect(buttons().slice(2)).toEqual([]);
});

test('the photo that failed is shown beside the one in use', () => {
  const { view, shown } = rendered();
  const failure = { kind: 'timeout', detail: '', preview: 'blob:failed' } as const;
  view.update(readyWith(labeled, { status: 'failed', failure }));
  expect(shown('img').map((image) => image.getAttribute('src'))).toEqual(['blob:failed', 'blob:photo']);
});

test('Escape closes a failure, but for one that closes a dialog or is somebody else’s', () => {
  const { view, asked } = rendered();
  press(document.body, 'Escape');
  view.update(snapshot({ status: 'failed', failure: { kind: 'timeout', detail: '' } }));
  const dialog = document.body.appendChild(document.createElement('dialog'));
  press(dialog, 'Escape');
  dialog.remove();
  press(document.body, 'Enter');
  expect(asked).toEqual([]);
  press(document.body, 'Escape');
  expect(asked).toEqual([['cancel']]);
});

test('the button opens the dialog, whose button closes it', () => {
  const { button, one, shown } = rendered();
  button('Search by photo').click();
  expect(one('dialog').ariaLabel).toBe('Search by photo');
  button('Close').click();
  expect(shown('.ais-ImageSearch-panel')).toEqual([]);
});

test('a press and release on the backdrop closes the dialog, a drag that ends there does not', () => {
  const { button, one } = rendered();
  button('Search by photo').click();
  const dialog = one('dialog') as HTMLDialogElement;
  point(button('Close'), 'pointerdown');
  dialog.click();
  expect(dialog.open).toBe(true);
  point(dialog, 'pointerdown');
  dialog.click();
  expect(dialog.open).toBe(false);
});

test('a chosen photo closes the dialog and is searched with', () => {
  const { button, one, asked, shown } = rendered();
  button('Search by photo').click();
  const input = one('input[type=file]:not([capture])');
  Object.defineProperty(input, 'files', { value: [photo] });
  input.dispatchEvent(new Event('change'));
  expect(asked).toEqual([['search', photo]]);
  expect(shown('.ais-ImageSearch-panel')).toEqual([]);
});

test('the same photo can be chosen again', () => {
  const { button, one } = rendered();
  button('Search by photo').click();
  const input = one('input[type=file]') as HTMLInputElement;
  Object.defineProperty(input, 'value', { value: 'photo.jpg', writable: true });
  input.dispatchEvent(new Event('change'));
  expect(input.value).toBe('');
});

test('the camera’s input asks for the camera at the back', () => {
  const { button, one } = rendered();
  button('Search by photo').click();
  expect(one('[capture]').getAttribute('capture')).toBe('environment');
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
  Object.defineProperty(picker, 'files', { value: [photo] });
  picker.dispatchEvent(new Event('change'));
  expect(asked).toEqual([['search', photo]]);
});

test('the dialog’s input lets files be chosen that a system may not know to be pictures', () => {
  const { button, one } = rendered();
  button('Search by photo').click();
  expect(one('input[type=file]:not([capture])').getAttribute('accept')).toBe('image/*,.heic,.heif,.avif');
});

test('a photo is expected when the button is pressed, and when one is dragged over the page', () => {
  let expected = 0;
  const onExpecting = () => {
    expected += 1;
  };
  const { button } = rendered({ onExpecting });
  button('Search by photo').click();
  expect(expected).toBe(1);
  dragFiles(document.body, 'dragenter', []);
  expect(expected).toBe(2);
});

test('a picture is shown once it is made ready, and one that is shown stays while its part is', () => {
  const { view, shown } = rendered();
  const images = () => shown('section img').map((image) => image.getAttribute('src'));
  const picture = pictureOf();
  view.update(snapshot({ status: 'preparing', picture }));
  expect(images()).toEqual([]);
  view.update(snapshot({ status: 'looking', picture }));
  expect(images()).toEqual(['blob:photo']);
  view.update(snapshot({ status: 'preparing', picture }));
  expect(images()).toEqual(['blob:photo']);
});

test('a photo dragged over the page is awaited, and dropped anywhere it is searched with', () => {
  const { shown, asked } = rendered();
  dragFiles(document.body, 'dragenter', []);
  expect(shown('.ais-ImageSearch-overlay')).toHaveLength(1);
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
  expect(dialog.open).toBe(false);
  expect(container.childNodes).toHaveLength(0);
  expect(dragFiles(document.body, 'drop', [photo]).defaultPrevented).toBe(false);
  expect(paste(document.body, ['Files'], [photo]).defaultPrevented).toBe(false);
  expect(asked).toEqual([]);
});
