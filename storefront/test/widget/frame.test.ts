// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { createCropFrame } from '../../src/widget/frame.js';
import { type Edge, frameOf } from '../../src/widget/geometry.js';
import { point, press } from './browser.js';
import { englishUi } from './rendered.js';

const START = { x: 0.2, y: 0.2, width: 0.5, height: 0.5 };

test('each edge is a slider that says where it is and how far it can go', () => {
  const { edge } = framed();
  const { role, ariaLabel, ariaOrientation, ariaValueMin, ariaValueMax, ariaValueNow, ariaValueText } =
    edge('left');
  expect([role, ariaLabel, ariaOrientation]).toEqual(['slider', 'Left edge', 'horizontal']);
  expect([ariaValueMin, ariaValueMax, ariaValueNow, ariaValueText]).toEqual(['0', '65', '20', '20 %']);
  expect(edge('bottom').ariaOrientation).toBe('vertical');
  expect([edge('bottom').ariaValueMin, edge('bottom').ariaValueMax]).toEqual(['25', '100']);
});

test.each([
  ['ArrowRight', {}, 0.21],
  ['ArrowLeft', {}, 0.19],
  ['ArrowDown', {}, 0.21],
  ['ArrowUp', {}, 0.19],
  ['ArrowRight', { shiftKey: true }, 0.3],
  ['PageDown', {}, 0.3],
  ['PageUp', {}, 0.1],
  ['Home', {}, 0],
  ['End', {}, 0.65],
])('%s %o moves the left edge to %d', (key, more, to) => {
  const { frame, edge } = framed();
  expect(press(edge('left'), key, more).defaultPrevented).toBe(true);
  expect(frame.value()).toEqual({ ...frameOf(START), left: expect.closeTo(to) });
});

test('keys that move nothing, and the browser’s own, are left alone', () => {
  const { frame, edge } = framed();
  expect(press(edge('left'), 'Tab').defaultPrevented).toBe(false);
  expect(press(edge('left'), 'ArrowLeft', { altKey: true }).defaultPrevented).toBe(false);
  expect(frame.value()).toEqual(frameOf(START));
});

test('dragging the inside moves the frame', () => {
  const { frame, part, drag } = framed();
  drag(part('.ais-ImageSearch-frame'), 20, 10);
  expect(frame.value()).toEqual({
    left: expect.closeTo(0.3),
    top: expect.closeTo(0.3),
    right: expect.closeTo(0.8),
    bottom: expect.closeTo(0.8),
  });
});

test('dragging a corner moves both of its edges', () => {
  const { frame, part, drag } = framed();
  drag(part('[data-corner="right top"]'), 20, -10);
  expect(frame.value()).toMatchObject({ right: expect.closeTo(0.8), top: expect.closeTo(0.1) });
  expect(frame.value()).toMatchObject({ left: 0.2, bottom: 0.7 });
});

test('a pointer that goes too far and comes back finds its handle again', () => {
  const { frame, edge, drag } = framed();
  drag(edge('left'), 1000, 0, 20, 0);
  expect(frame.value().left).toBeCloseTo(0.3);
});

test('nothing moves after the pointer is up, for another button, or for a second finger', () => {
  const { frame, edge, drag } = framed();
  drag(edge('left'), 0, 0);
  point(edge('left'), 'pointermove', 20, 0);
  point(edge('left'), 'pointerdown', 0, 0, { button: 2 });
  point(edge('left'), 'pointermove', 20, 0);
  point(edge('left'), 'pointerdown', 0, 0, { isPrimary: false });
  point(edge('left'), 'pointermove', 20, 0);
  expect(frame.value()).toEqual(frameOf(START));
});

/** A frame over a picture of 200 by 100 pixels. */
function framed() {
  const frame = createCropFrame(englishUi(), document.createElement('img'));
  frame.node.getBoundingClientRect = () => new DOMRect(0, 0, 200, 100);
  frame.show(frameOf(START));
  const part = (selector: string) => {
    const found = frame.node.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`no ${selector}`);
    return found;
  };
  const drag = (target: HTMLElement, ...places: number[]) => {
    point(target, 'pointerdown');
    for (let at = 0; at < places.length; at += 2) point(target, 'pointermove', places[at], places[at + 1]);
    point(target, 'pointerup');
  };
  return { frame, part, drag, edge: (edge: Edge) => part(`[data-edge=${edge}]`) };
}
