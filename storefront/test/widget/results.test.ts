// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createResults } from '../../src/widget/results.js';
import { englishUi, readyWith, snapshot } from './rendered.js';

let list: HTMLElement;
let bar: HTMLElement;

const shown = vi.fn();

beforeEach(() => {
  [list, bar] = [document.createElement('ul'), document.createElement('section')];
  for (const [name, node] of Object.entries({ list, bar }))
    node.scrollIntoView = (options) => shown(name, options);
  Object.assign(list, { getBoundingClientRect: () => new DOMRect(0, 600, 300, 2000) });
  Object.assign(globalThis, { innerHeight: 740, scrollY: 0 });
});

afterEach(() => shown.mockClear());

const looking = snapshot({ status: 'looking' });
const frame = () => new Promise(requestAnimationFrame);

/** A picture comes, and hits in its order. */
async function come(results: ReturnType<typeof createResults>, meanwhile = () => {}) {
  results.update(looking, false);
  results.update(readyWith(), true);
  meanwhile();
  results.update(readyWith(), false);
  await frame();
}

const results = () => createResults(englishUi(), () => list, bar);

test('the list is busy from the picture on its way to the hits in its order', async () => {
  const busy = results();
  const expected = [
    [snapshot(), false, null],
    [looking, false, 'true'],
    [readyWith(), true, 'true'],
    [readyWith(), false, null],
    [readyWith(), true, null],
  ] as const;
  for (const [state, searching, told] of expected) {
    busy.update(state, searching);
    expect(list.ariaBusy).toBe(told);
    expect(list.classList.contains('ais-ImageSearch-results--waiting')).toBe(told === 'true');
  }
  await frame();
});

test.each([
  ['smooth', false],
  ['instant', true],
])('it comes into view when its new order is there, %s as the shopper wishes', async (behavior, matches) => {
  vi.stubGlobal('matchMedia', () => ({ matches }));
  await come(results());
  vi.unstubAllGlobals();
  expect(shown.mock.calls).toEqual([['list', { block: 'start', behavior }]]);
});

test('a list that begins in the upper half of the window stays where it is', async () => {
  Object.assign(list, { getBoundingClientRect: () => new DOMRect(0, 300, 300, 2000) });
  await come(results());
  expect(shown).not.toHaveBeenCalled();
});

test('without a list the bar comes into view', async () => {
  await come(createResults(englishUi(), () => undefined, bar));
  expect(shown.mock.calls.map(([name]) => name)).toEqual(['bar']);
});

test('a shopper who has scrolled on is left there', async () => {
  await come(results(), () => Object.assign(globalThis, { scrollY: 500 }));
  expect(shown).not.toHaveBeenCalled();
});

test.each([
  ['canceled', readyWith()],
  ['failed', snapshot({ status: 'failed', failure: { kind: 'timeout', detail: '' } })],
])('a picture that was %s moves nothing', async (_, state) => {
  const moved = results();
  for (const each of [looking, state]) moved.update(each, false);
  await frame();
  expect(shown).not.toHaveBeenCalled();
  expect(list.ariaBusy).toBeNull();
});

test('in the end the list is as it was', () => {
  list.className = 'hits';
  const moved = results();
  moved.update(looking, false);
  moved.release();
  expect(list.outerHTML).toBe('<ul class="hits"></ul>');
});
