import { element, setAttributes } from './dom.js';
import {
  drag,
  EDGES,
  type Edge,
  type Frame,
  frameOf,
  type Handle,
  isUpright,
  limitsOf,
  moveEdge,
} from './geometry.js';
import type { Ui } from './ui.js';

/** A frame over a picture that shoppers move with a pointer or with keys. */
export interface CropFrame {
  /** The picture's element and the frame over it. */
  readonly node: HTMLElement;
  readonly value: () => Frame;
  readonly show: (frame: Frame) => void;
  readonly focus: () => void;
}

const CORNERS = [
  ['left', 'top'],
  ['right', 'top'],
  ['left', 'bottom'],
  ['right', 'bottom'],
] as const satisfies readonly (readonly Edge[])[];

/** Steps in percent by key: an edge moves the way the key points, since a photo has no reading direction. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowUp: -1,
  ArrowRight: 1,
  ArrowDown: 1,
  PageUp: -10,
  PageDown: 10,
  Home: -100,
  End: 100,
};

/** @param photo the picture, which keeps its own width and height */
export function createCropFrame(ui: Ui, photo: HTMLImageElement): CropFrame {
  const edges = new Map(EDGES.map((edge) => [edge, createEdge(ui, edge)]));
  const handles = handlesOf(ui, edges);
  const stage = createStage(ui, photo, handles);
  let frame = frameOf();

  const show = (next: Frame) => {
    frame = next;
    for (const [edge, slider] of edges) {
      stage.style.setProperty(`--image-search-${edge}`, `${frame[edge] * 100}%`);
      setAttributes(slider, valuesOf(frame, edge));
    }
  };
  for (const [edge, slider] of edges) {
    listenForKeys(slider, (step) => show(moveEdge(frame, edge, frame[edge] + step)));
  }
  listenForPointers(stage, handles, () => frame, show);
  return { node: stage, value: () => frame, show, focus: () => edges.get('left')?.focus() };
}

function createEdge({ css, texts }: Ui, edge: Edge): HTMLElement {
  return element('div', {
    class: css('edge'),
    role: 'slider',
    tabindex: '0',
    'data-edge': edge,
    'aria-label': texts.edge[edge],
    'aria-orientation': isUpright(edge) ? 'horizontal' : 'vertical',
  });
}

/** Everything that a pointer can drag; what comes later is on top. */
function handlesOf({ css }: Ui, edges: ReadonlyMap<Edge, HTMLElement>): Map<HTMLElement, Handle> {
  const handles = new Map<HTMLElement, Handle>([[element('div', { class: css('frame') }), 'frame']]);
  for (const [edge, slider] of edges) handles.set(slider, [edge]);
  for (const corner of CORNERS) {
    handles.set(element('div', { class: css('corner'), 'data-corner': corner.join(' ') }), corner);
  }
  return handles;
}

function createStage(
  { css }: Ui,
  photo: HTMLImageElement,
  handles: ReadonlyMap<HTMLElement, Handle>,
): HTMLElement {
  return element(
    'div',
    { class: css('stage') },
    photo,
    element('div', { class: css('shade') }),
    ...handles.keys(),
  );
}

function valuesOf(frame: Frame, edge: Edge) {
  const { min, max } = limitsOf(frame, edge);
  const now = percent(frame[edge]);
  return {
    'aria-valuemin': percent(min),
    'aria-valuemax': percent(max),
    'aria-valuenow': now,
    'aria-valuetext': `${now} %`,
  };
}

function percent(fraction: number): string {
  return String(Math.round(fraction * 100));
}

function listenForKeys(slider: HTMLElement, move: (step: number) => void): void {
  slider.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    move((step * (event.shiftKey ? 10 : 1)) / 100);
  });
}

/** Drags handles, counted from where a drag began: a pointer that went too far finds its handle again. */
function listenForPointers(
  stage: HTMLElement,
  handles: ReadonlyMap<EventTarget | null, Handle>,
  value: () => Frame,
  show: (frame: Frame) => void,
): void {
  let move: ((event: PointerEvent) => void) | undefined;
  stage.addEventListener('pointerdown', (start) => {
    const handle = handles.get(start.target);
    if (!handle || !start.isPrimary || start.button !== 0) return;
    stage.setPointerCapture(start.pointerId);
    const from = value();
    const { width, height } = stage.getBoundingClientRect();
    move = ({ clientX, clientY }) =>
      show(drag(from, handle, (clientX - start.clientX) / width, (clientY - start.clientY) / height));
  });
  stage.addEventListener('pointermove', (event) => event.isPrimary && move?.(event));
  for (const end of ['pointerup', 'pointercancel'] as const) {
    stage.addEventListener(end, (event) => {
      if (event.isPrimary) move = undefined;
    });
  }
}
