import type { Answer, Visual } from '../types.js';
import { parsed, type ScoredFilter } from './filters.js';
import { filtersOf, type PictureQuery } from './query.js';
import { codeIn, facetOf, isWordFacet, labelNamesOf, namesIn, recognizerOf, sourceFacet } from './record.js';

type Hit = Readonly<Record<string, unknown>>;

/** A hit, what it has in common with the picture, and whether it carries a label that the shopper removed. */
export interface ComparedHit {
  readonly hit: Hit;
  readonly visual: Visual;
  readonly unwanted: boolean;
}

/** A filter of a query that a hit may match. */
type QueryFilter = ScoredFilter & { readonly label: string | undefined; readonly isWord: boolean };

/** Makes a comparison of hits with a picture. Hits need the attributes that the picture's filters name. */
export function createComparison(query: PictureQuery): (hit: Hit) => ComparedHit {
  const names = namesIn(query.answer.attributes);
  const all = filtersOf(query).map(({ text, label }): QueryFilter => {
    const filter = parsed(text);
    return { ...filter, label, isWord: isWordFacet(filter.attribute, names) };
  });
  const source = sourceFacet(names);
  const filters = all.filter(({ attribute }) => attribute !== source);
  const recognizer = all.find(({ attribute }) => attribute === source)?.value;
  const facets = [...new Set(filters.map(({ attribute }) => attribute))];
  return (hit) => {
    const held = new Map(facets.map((facet) => [facet, new Set(facetOf(hit, facet, names))]));
    // Names that another recognizer gave are no match, whatever they are called.
    const isForeign = recognizer !== undefined && (recognizerOf(hit, names) ?? recognizer) !== recognizer;
    const shared = filters.filter(
      ({ attribute, value, label }) => held.get(attribute)?.has(value) && !(isForeign && label !== undefined),
    );
    const unwanted = labelNamesOf(hit, names).some((name) => query.removed.has(name));
    return { hit, visual: visualOf(shared, hit, query, unwanted), unwanted };
  };
}

function visualOf(
  shared: readonly QueryFilter[],
  hit: Hit,
  { answer }: PictureQuery,
  unwanted: boolean,
): Visual {
  const points = shared.reduce((sum, filter) => sum + filter.points, 0);
  const words = shared.filter(({ isWord }) => isWord).length;
  const closeness = closenessOf(hit, answer.code);
  const like =
    closeness === undefined ? points >= answer.leastPoints : closeness >= (answer.leastCloseness ?? -1);
  return {
    points,
    match: like && !unwanted,
    matched: matchedLabels(
      shared.filter(({ isWord }) => !isWord),
      answer,
    ),
    ...(words ? { words } : {}),
    ...(closeness === undefined ? {} : { closeness }),
  };
}

/** The shared labels with their points, the most certain first: that is what people would say, too. */
function matchedLabels(shared: readonly QueryFilter[], { labels }: Answer): Visual['matched'] {
  const places = new Map(labels.map(({ description }, place) => [description, place]));
  const placeOf = ({ description }: { description: string }) => places.get(description) ?? labels.length;
  const sums = new Map<string, number>();
  for (const { label, value, points } of shared)
    sums.set(label ?? value, (sums.get(label ?? value) ?? 0) + points);
  return [...sums]
    .map(([description, points]) => ({ description, points }))
    .sort((one, other) => placeOf(one) - placeOf(other));
}

/** The cosine, -1..1, of the picture's code and the hit's; undefined where one has none or they don't compare. */
function closenessOf(hit: Hit, codes: Readonly<Record<string, string>> = {}): number | undefined {
  const [attribute] = Object.keys(codes);
  return attribute === undefined ? undefined : cosine(codeIn(codes, attribute), codeIn(hit, attribute));
}

function cosine(one: Int8Array, other: Int8Array): number | undefined {
  if (one.length !== other.length) return undefined;
  const length = Math.sqrt(dot(one, one) * dot(other, other));
  return length ? dot(one, other) / length : undefined;
}

const dot = (one: Int8Array, other: Int8Array) =>
  one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);

/**
 * The hits of a list that are one place of it: variants of a product stand together where the page groups them
 * (Algolia's `distinct`), the best of each group first.
 */
export function groupsOf(hits: readonly ComparedHit[]): ComparedHit[][] {
  const groups: ComparedHit[][] = [];
  for (const hit of hits) {
    if (hit.hit._distinctSeqID && groups.length) groups.at(-1)?.push(hit);
    else groups.push([hit]);
  }
  return groups;
}

/**
 * Groups in the order of closeness, equals as they came. One without any keeps its place and the others go round
 * it, as does one that a merchandiser pinned: that a product has no code yet says nothing about how alike it is.
 * What the shopper does not want comes last.
 */
export function closestFirst(groups: readonly ComparedHit[][]): ComparedHit[][] {
  const places = groups.map((group) => ({ group, closeness: closenessIn(group) }));
  const moving = places.filter(({ closeness }) => closeness !== undefined);
  const best = moving.sort((one, other) => (other.closeness ?? 0) - (one.closeness ?? 0)).values();
  const ordered = places.map(({ group, closeness }) =>
    closeness === undefined ? group : (best.next().value?.group ?? group),
  );
  return [...ordered.filter((group) => !isUnwanted(group)), ...ordered.filter(isUnwanted)];
}

/** The closeness of the best; undefined for what keeps its place. */
function closenessIn(group: readonly ComparedHit[]): number | undefined {
  if (group.some(({ hit }) => isPinned(hit))) return undefined;
  const known = group.flatMap(({ visual: { closeness } }) => (closeness === undefined ? [] : [closeness]));
  return known.length ? Math.max(...known) : undefined;
}

const isUnwanted = (group: readonly ComparedHit[]) => group.every(({ unwanted }) => unwanted);

const isPinned = ({ _rankingInfo }: Hit) =>
  (_rankingInfo as { promoted?: boolean } | undefined)?.promoted === true;
