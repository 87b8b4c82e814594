import type { Answer, Visual } from '../types.js';
import { parsed } from './filters.js';
import { filtersOf, type Look } from './look.js';

type Hit = Readonly<Record<string, unknown>>;

/** A hit, what it has in common with the picture, and whether it carries a label that the shopper removed. */
export interface Judged {
  readonly hit: Hit;
  readonly visual: Visual;
  readonly unwanted: boolean;
}

/** Where a record says whose labels it has. */
const SOURCE = 'visual.recognizer';

/** Names that another recogniser gave are no match, whatever they are called. */
function isForeign(hit: Hit, recogniser: string | undefined): boolean {
  const [told] = valuesAt(hit, SOURCE.split('.'));
  return recogniser !== undefined && told !== undefined && told !== recogniser;
}

/** Says of hits what they have in common with the picture. Needs the attributes that the picture asks for. */
export function judging(look: Look): (hit: Hit) => Judged {
  const asked = filtersOf(look).map(({ text, label }) => ({ ...parsed(text), label }));
  const filters = asked.filter(({ attribute }) => attribute !== SOURCE);
  const recogniser = asked.find(({ attribute }) => attribute === SOURCE)?.value;
  const attributes = [...new Set(filters.map(({ attribute }) => attribute))];
  return (hit) => {
    const held = new Map(
      attributes.map((attribute) => [attribute, new Set(valuesAt(hit, attribute.split('.')))]),
    );
    const shared = filters.filter(
      ({ attribute, value, label }) =>
        held.get(attribute)?.has(value) && !(label !== undefined && isForeign(hit, recogniser)),
    );
    const unwanted = [...look.removed].some((label) => namesOf(hit).has(label));
    return { hit, visual: visualOf(shared, hit, look, unwanted), unwanted };
  };
}

type Shared = ReadonlyArray<{ attribute: string; value: string; points: number; label: string | undefined }>;

function visualOf(shared: Shared, hit: Hit, { answer }: Look, unwanted: boolean): Visual {
  const points = shared.reduce((sum, filter) => sum + filter.points, 0);
  const words = shared.filter(isWord).length;
  const closeness = closenessOf(hit, answer.code);
  const like =
    closeness === undefined ? points >= answer.leastPoints : closeness >= (answer.leastCloseness ?? -1);
  return {
    points,
    match: like && !unwanted,
    matched: named(
      shared.filter((filter) => !isWord(filter)),
      answer,
    ),
    ...(words ? { words } : {}),
    ...(closeness === undefined ? {} : { closeness }),
  };
}

const isWord = ({ attribute }: { attribute: string }) => attribute.startsWith('visualWords');

/** The surest label first: that is what people would say, too. */
function named(shared: Shared, { labels }: Answer): Visual['matched'] {
  const places = new Map(labels.map(({ description }, place) => [description, place]));
  const placeOf = ({ description }: { description: string }) => places.get(description) ?? labels.length;
  const sums = new Map<string, number>();
  for (const { label, value, points } of shared)
    sums.set(label ?? value, (sums.get(label ?? value) ?? 0) + points);
  return [...sums]
    .map(([description, points]) => ({ description, points }))
    .sort((one, other) => placeOf(one) - placeOf(other));
}

const namesOf = (hit: Hit) =>
  new Set([...valuesAt(hit, ['labels', 'description']), ...valuesAt(hit, ['labelNames'])]);

/** The values at a path, through lists, as Algolia reads facets. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, path));
  const [name, ...rest] = path;
  if (name === undefined) return value === undefined || value === null ? [] : [value];
  return typeof value === 'object' && value !== null ? valuesAt((value as Hit)[name], rest) : [];
}

/** The cosine, -1..1, of the picture's code and the hit's; undefined where one has none or they don't compare. */
function closenessOf(hit: Hit, codes: Readonly<Record<string, string>> = {}): number | undefined {
  const [attribute, code] = Object.entries(codes)[0] ?? [];
  return attribute === undefined ? undefined : cosine(signedBytes(code), signedBytes(hit[attribute]));
}

function cosine(one: Int8Array, other: Int8Array): number | undefined {
  if (one.length !== other.length) return undefined;
  const length = Math.sqrt(dot(one, one) * dot(other, other));
  return length ? dot(one, other) / length : undefined;
}

const dot = (one: Int8Array, other: Int8Array) =>
  one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);

/** What base64 stands for; nothing for what is none: anyone may have written the record. */
function signedBytes(code: unknown): Int8Array {
  if (
    typeof code !== 'string' ||
    !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(code)
  ) {
    return new Int8Array();
  }
  return Int8Array.from(atob(code), (character) => character.charCodeAt(0));
}

/**
 * In the order of closeness, equals as they came. A hit without one keeps its place and the others go round it:
 * that a product has no code yet says nothing about its looks. What the shopper does not want comes last.
 */
export function closestFirst(hits: readonly Judged[]): Judged[] {
  return [
    ...ordered(hits.filter(({ unwanted }) => !unwanted)),
    ...ordered(hits.filter(({ unwanted }) => unwanted)),
  ];
}

function ordered(hits: readonly Judged[]): Judged[] {
  const known = hits.filter(({ visual }) => visual.closeness !== undefined);
  const best = known
    .sort((one, other) => (other.visual.closeness ?? 0) - (one.visual.closeness ?? 0))
    .values();
  return hits.map((hit) => (hit.visual.closeness === undefined ? hit : (best.next().value ?? hit)));
}
