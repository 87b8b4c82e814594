import type { Crop, Spot } from '../types.js';

/** Places of dots on a photo. */

/** A place, in fractions of the photo's width and height. */
interface Place {
  readonly x: number;
  readonly y: number;
}

/** Width and height of a dot's target, in CSS pixels. */
const TARGET = 44;
const MOST = 6;
/** The share of two boxes together that both have, above which they are of one thing. */
const SAME = 0.7;
const STEPS = Array.from({ length: 41 }, (_, step) => step / 40);
const GRID = STEPS.flatMap((x) => STEPS.map((y) => ({ x, y })));

/** The first things, each once: a recognizer may see a shoe, and a sneaker at the same place. */
export function distinct(spots: readonly Spot[]): readonly Spot[] {
  const kept: Spot[] = [];
  for (const spot of spots)
    if (kept.length < MOST && !kept.some(({ box }) => overlap(box, spot.box) > SAME)) kept.push(spot);
  return kept;
}

function overlap(one: Crop, other: Crop): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  const both = Math.max(0, width) * Math.max(0, height);
  return both / (areaOf(one) + areaOf(other) - both);
}

const areaOf = ({ width, height }: Crop) => width * height;

/**
 * A place for each dot on a photo of this size in CSS pixels: where no other dot's target is, inside of the photo, and
 * as near to the middle of its thing as that goes.
 */
export function placesOf(spots: readonly Spot[], width: number, height: number): readonly Place[] {
  const [across, down] = [TARGET / width, TARGET / height];
  const free = (place: Place, taken: readonly Place[]) =>
    taken.every((each) => Math.abs(each.x - place.x) >= across || Math.abs(each.y - place.y) >= down);
  const inside = ({ x, y }: Place) =>
    x >= across / 2 && x <= 1 - across / 2 && y >= down / 2 && y <= 1 - down / 2;
  const places: Place[] = [];
  for (const { box } of spots) {
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const far = ({ x, y }: Place) => Math.hypot((x - middle.x) * width, (y - middle.y) * height);
    const open = [middle, ...GRID].filter((place) => inside(place) && free(place, places));
    places.push(open.reduce((one, other) => (far(other) < far(one) ? other : one), open[0] ?? middle));
  }
  return places;
}
