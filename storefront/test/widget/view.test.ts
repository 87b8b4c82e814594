// @vitest-environment jsdom
import { expect, test } from 'vitest';
import type { FailureKind, ImageSearchMatch } from '../../src/types.js';
import { english } from '../../src/widget/texts.js';
import { dragFiles, paste, photo, press } from './browser.js';
import { label, pictureOf, readyWith, rendered, snapshot } from './rendered.js';

const labeled = pictureOf([label('Shoe'), label('Leather')]);
const failed = (kind: FailureKind, more: object = {}) =>
  snapshot({ status: 'failed', failure: { kind, detail: 'for developers', ...more } });

test('at first there is a button and a live region that says nothing', () => {
  const { view, buttons, status, alerts } = rendered();
  view.update(snapshot());
  expect([buttons(), status(), alerts()]).toEqual([['Search by photo'], '', []]);
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

test('each label is a button that stays, with its focus, while it is removed and others come and go', () => {
  const { view, button, shown, asked } = rendered();
  view.update(readyWith(labeled));
  const leather = button('Remove Leather');
  leather.click();
  expect(asked).toEqual([['toggle', 'Leather']]);
  leather.focus();
  view.update(readyWith(pictureOf([label('Leather', false), label('Boot'), label('Shoe')])));
  expect(document.activeElement).toBe(leather);
  expect(leather.ariaLabel).toBe('Use Leather again');
  expect(leather.className).toContain('ais-ImageSearch-chip--removed');
  expect(button('Remove Shoe').className).not.toContain('removed');
  const texts = shown('.ais-ImageSearch-chip').map((chip) => chip.textContent);
  expect(texts).toEqual(['Leather', 'Boot', 'Shoe']);
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

test('what had the focus and goes hands it to the bar, and to the first button when the bar goes', () => {
  const { view, button, one } = rendered();
  view.update(snapshot({ status: 'looking' }));
  button('Cancel').focus();
  view.update(readyWith());
  expect(document.activeElement).toBe(one('section'));
  view.update(snapshot());
  expect(document.activeElement).toBe(button('Search by photo'));
});

test('a bar that stands alone takes nothing that is dropped or pasted, and keeps the focus when it goes', () => {
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
  const field = container.appendChild(document.createElement('input'));
  field.focus();
  for (const state of [readyWith(), snapshot()]) view.update(state);
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
  const { view, status, one } = rendered();
  const said = (state: ReturnType<typeof snapshot>) => {
    view.update(state);
    return status();
  };
  expect(said(snapshot({ status: 'preparing' }))).toBe('Searching…');
  const region = one('[role=status]').firstChild;
  expect(said(snapshot({ status: 'sending', progress: 0.3 }))).toBe('Searching…');
  expect(said(snapshot({ status: 'looking' }))).toBe('Searching…');
  expect(one('[role=status]').firstChild).toBe(region);
  expect(said(readyWith(labeled))).toBe('Most similar first. In your photo: Shoe, Leather.');
  // What the chips show already is only heard.
  expect(one('[role=status]').className).toContain('quiet');
  expect(said(snapshot())).toBe('Photo removed.');
});

test.each<ImageSearchMatch & keyof typeof english.match>(['unlike', 'nothing-seen', 'no-hits'])(
  'that the hits are %s is said where it is seen',
  (match) => {
    const { view, one, status } = rendered();
    view.update(readyWith(labeled, { match }));
    expect(status()).toBe(english.match[match]);
    expect(one('[role=status]').className).not.toContain('quiet');
  },
);

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
  view.update(failed(kind));
  expect(alerts()).toEqual([english.failure[kind]]);
  expect(buttons().includes('Try again')).toBe(again);
  view.update(snapshot({ status: 'preparing' }));
  expect(alerts()).toEqual([]);
});

test('a failure says when to try again, and can be tried again or forgotten', () => {
  const { view, alerts, button, asked } = rendered();
  view.update(failed('busy', { retryAfter: 12.2 }));
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

test('a failure is told before that Algolia takes no picture, shows its photo, and leaves the one in use', () => {
  const { view, alerts, button, shown } = rendered();
  const failure = { kind: 'timeout', detail: '', preview: 'blob:failed' } as const;
  view.update(readyWith(labeled, { limited: 'all', status: 'failed', failure }));
  expect(alerts()).toEqual([english.failure.timeout]);
  expect(shown('img').map((image) => image.getAttribute('src'))).toEqual(['blob:failed', 'blob:photo']);
  expect(button('Remove Shoe')).toBeDefined();
  view.update(readyWith(labeled, { limited: 'all', status: 'looking' }));
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

test('a picture is shown once it is made ready, and one that is shown stays while its part is', () => {
  const { view, shown } = rendered();
  const images = (['preparing', 'looking', 'preparing'] as const).map((status) => {
    view.update(snapshot({ status, picture: pictureOf() }));
    return shown('section img').map((image) => image.getAttribute('src'));
  });
  expect(images).toEqual([[], ['blob:photo'], ['blob:photo']]);
});

test('labels and orders are shown, named and announced in the words of the shop', () => {
  const words = new Map([['Shoe', 'Schuh']]);
  const said = (description: string) => words.get(description) ?? description;
  const texts = { ...english, label: said, sorted: () => 'Sorted by price' };
  const { view, button, status, asked } = rendered({ texts });
  view.update(readyWith(labeled));
  expect(status()).toBe('Most similar first. In your photo: Schuh, Leather.');
  expect(button('Remove Schuh').textContent).toBe('Schuh');
  button('Remove Schuh').click();
  expect(asked).toEqual([['toggle', 'Shoe']]);
  view.update(readyWith(labeled, { sorted: true }));
  expect(status()).toBe('Sorted by price');
});

test('where nothing is found, words and filters can go, each where there are any', () => {
  const { view, buttons, button, asked } = rendered({ parts: ['bar'] });
  const offered = (more: object) => {
    view.update(readyWith(pictureOf(), { match: 'no-hits', ...more }));
    return buttons().slice(2);
  };
  const both = { words: 'zzzz', filtered: true };
  expect(offered({})).toEqual([]);
  expect(offered({ words: 'zzzz' })).toEqual(['Search without “zzzz”']);
  expect(offered({ filtered: true })).toEqual(['Clear filters']);
  expect(offered(both)).toEqual(['Search without “zzzz”', 'Clear filters']);
  button('Search without “zzzz”').click();
  button('Clear filters').click();
  expect(asked).toEqual([['clearWords'], ['clearFilters']]);
  expect(offered({ match: 'like', ...both })).toEqual([]);
});

test('Escape closes a failure, but for one that closes a dialog or is somebody else’s', () => {
  const { view, asked } = rendered();
  press(document.body, 'Escape');
  view.update(failed('timeout'));
  const dialog = document.body.appendChild(document.createElement('dialog'));
  press(dialog, 'Escape');
  dialog.remove();
  press(document.body, 'Enter');
  expect(asked).toEqual([]);
  press(document.body, 'Escape');
  expect(asked).toEqual([['cancel']]);
});
