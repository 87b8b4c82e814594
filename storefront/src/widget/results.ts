import { setAttributes } from './dom.js';
import { isBusy, type Snapshot, type Ui } from './ui.js';

/** The shop's own list of hits, while a picture changes its order. */
export interface Results {
  /**
   * @param searching whether the page waits for hits
   * @param place how far the page is scrolled; where it is now if left out
   */
  readonly update: (snapshot: Snapshot, searching: boolean, place?: number) => void;
  /** Leaves the list as it was found. */
  readonly release: () => void;
}

/** The way of a picture: on its way itself, then the hits in its order. */
type Phase = 'none' | 'picture' | 'hits';

/**
 * Marks the list as busy while a picture is on its way, and brings it into view in its new order.
 *
 * @param find the list, where the shop tells and the page has it yet
 * @param bar comes into view where there is no list
 */
export function createResults(ui: Ui, find: () => HTMLElement | undefined, bar: HTMLElement): Results {
  let phase: Phase = 'none';
  let start = 0;
  let list: HTMLElement | undefined;

  return {
    update(snapshot, searching, place = scrollY) {
      const before = phase;
      phase = nextPhase(before, snapshot, searching);
      if (before === 'none') start = place;
      list = find() ?? list;
      if (list) mark(list, ui, phase !== 'none');
      const arrived = before === 'hits' && phase === 'none' && snapshot.status === 'ready';
      if (arrived && !hasMovedOn(start, bar)) requestAnimationFrame(() => show(list, bar));
    },
    release() {
      for (const name of [...namesOf(ui, 'results'), ...namesOf(ui, 'results--waiting')])
        list?.classList.remove(name);
      list?.removeAttribute('aria-busy');
    },
  };
}

function nextPhase(phase: Phase, { status }: Snapshot, searching: boolean): Phase {
  if (isBusy(status)) return 'picture';
  // A picture that was canceled or failed leaves nothing to wait for.
  return phase !== 'none' && status === 'ready' && searching ? 'hits' : 'none';
}

const namesOf = ({ css }: Ui, part: 'results' | 'results--waiting') => css(part).split(' ');

function mark(list: HTMLElement, ui: Ui, waiting: boolean): void {
  list.classList.add(...namesOf(ui, 'results'));
  for (const name of namesOf(ui, 'results--waiting')) list.classList.toggle(name, waiting);
  setAttributes(list, { 'aria-busy': waiting && 'true' });
}

/** Whether the shopper has scrolled; the bar that comes or goes moves the page by no more than itself and a margin. */
const hasMovedOn = (start: number, bar: HTMLElement): boolean =>
  Math.abs(scrollY - start) > 2 * bar.offsetHeight;

/** Brings the list into view, unless it begins where it is seen already, or else the bar. */
function show(list: HTMLElement | undefined, bar: HTMLElement): void {
  const top = list?.getBoundingClientRect().top ?? -1;
  if (top >= 0 && top < innerHeight / 2) return;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  (list ?? bar).scrollIntoView({ block: 'start', behavior: still ? 'instant' : 'smooth' });
}
