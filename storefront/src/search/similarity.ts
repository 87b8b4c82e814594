import type { Answer, Step, Verdict, Visual } from '../types.js';
import { bestLabels } from './bestLabels.js';
import { parsed, type ScoredFilter } from './filters.js';
import { filtersOf, type PictureQuery, pointsIn } from './query.js';
import { codeIn, facetOf, labelNamesOf, namesIn, recognizerOf, sourceFacet } from './record.js';

type Hit = Readonly<Record<string, unknown>>;

/** A hit, and what it has in common with the picture. */
export interface ComparedHit {
  readonly hit: Hit;
  readonly visual: Visual;
}

/** A filter of a query that a hit may match. */
type QueryFilter = ScoredFilter & { readonly label: string | undefined };

/** Makes a comparison of hits with a picture. Hits need the attributes that the picture's filters name. */
export function createComparison(query: PictureQuery): (hit: Hit) => ComparedHit {
  const { answer, removed } = query;
  const names = namesIn(answer.attributes);
  const all = filtersOf(query).map(({ text, label }): QueryFilter => {
    const filter = parsed(text);
    return { ...filter, label };
  });
  const source = sourceFacet(names);
  const filters = all.filter(({ attribute }) => attribute !== source);
  const recognizer = all.find(({ attribute }) => attribute === source)?.value;
  const facets = [...new Set(filters.map(({ attribute }) => attribute))];
  const kept = answer.labels.filter(({ points, description }) => points > 0 && !removed.has(description));
  const sure = kept.filter((label) => label.sure).map(({ description }) => description);
  const best = new Map(bestLabels(answer.labels).map(({ description }, place) => [description, place]));
  // A removed label no longer counts, neither in a hit nor in what is asked of one.
  const share = sumOf(filters) / Math.max(1, pointsIn(answer));
  return (hit) => {
    const held = new Map(facets.map((facet) => [facet, new Set(facetOf(hit, facet, names))]));
    // Names that another recognizer gave are no match, whatever they are called.
    const isForeign = recognizer !== undefined && (recognizerOf(hit, names) ?? recognizer) !== recognizer;
    const shared = filters.filter(
      ({ attribute, value, label }) => held.get(attribute)?.has(value) && !(isForeign && label !== undefined),
    );
    const points = sumOf(shared);
    const closeness = closenessOf(hit, answer.code);
    const own = isForeign ? [] : labelNamesOf(hit, names);
    const isOther = sure.length > 0 && own.length > 0 && !own.some((name) => sure.includes(name));
    const visual = {
      points,
      verdict: isOther ? 'lessSimilar' : verdictOf(points, closeness, answer, share),
      matched: matchedLabels(shared, best),
      ...(closeness === undefined ? {} : { closeness }),
    } as const;
    return { hit, visual };
  };
}

/** The verdict by closeness or, where that is not known, by points, of which `share` (0..1) can be had. */
function verdictOf(points: number, closeness: number | undefined, { steps }: Answer, share: number): Verdict {
  const reached = (step: Step) =>
    closeness === undefined ? points >= step.points * share : closeness >= (step.closeness ?? -1);
  return (['verySimilar', 'similar'] as const).find((name) => reached(steps[name])) ?? 'lessSimilar';
}

const sumOf = (filters: readonly { readonly points: number }[]) =>
  filters.reduce((sum, { points }) => sum + points, 0);

/** The picture's best labels among the shared filters with their points, the most certain first. */
function matchedLabels(shared: readonly QueryFilter[], best: ReadonlyMap<string, number>): Visual['matched'] {
  const sums = new Map<string, number>();
  for (const { label = '', points } of shared)
    if (best.has(label)) sums.set(label, (sums.get(label) ?? 0) + points);
  return [...sums]
    .map(([description, points]) => ({ description, points }))
    .sort((one, other) => (best.get(one.description) ?? 0) - (best.get(other.description) ?? 0));
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
 */
export function closestFirst(groups: readonly ComparedHit[][]): ComparedHit[][] {
  const places = groups.map((group) => ({ group, closeness: closenessIn(group) }));
  const moving = places.filter(({ closeness }) => closeness !== undefined);
  const best = moving.sort((one, other) => (other.closeness ?? 0) - (one.closeness ?? 0)).values();
  return places.map(({ group, closeness }) =>
    closeness === undefined ? group : (best.next().value?.group ?? group),
  );
}

/** The closeness of the best; undefined for what keeps its place. */
function closenessIn(group: readonly ComparedHit[]): number | undefined {
  if (group.some(({ hit }) => isPinned(hit))) return undefined;
  const known = group.flatMap(({ visual: { closeness } }) => (closeness === undefined ? [] : [closeness]));
  return known.length ? Math.max(...known) : undefined;
}

const isPinned = ({ _rankingInfo }: Hit) =>
  (_rankingInfo as { promoted?: boolean } | undefined)?.promoted === true;
