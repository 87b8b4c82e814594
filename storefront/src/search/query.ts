import type { Answer } from '../types.js';
import { bestLabels } from './bestLabels.js';
import { listed, parsed, quoted } from './filters.js';
import { isWordFacet, namesIn, sourceFacet } from './record.js';

/** A search by picture: what was recognized in it, the labels that the shopper removed, the product it is of. */
export interface PictureQuery {
  readonly answer: Answer;
  readonly removed: ReadonlySet<string>;
  /** The `objectID` of a product that is not to be found itself. */
  readonly product?: string;
}

/**
 * How much of a picture Algolia takes: all of it, with half of the visual words, its labels alone, or nothing. A
 * plan or a key may allow fewer filters than we ask for.
 */
export const LEVELS = ['all', 'fewer', 'labels', 'none'] as const;
export type Level = (typeof LEVELS)[number];

/** Parameters that a search by picture adds to those of the page's own search. */
export interface Additions {
  /** Values of list parameters, to be joined to the shop's own. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  /** Groups of `facetFilters`, of each of which a product must satisfy one. */
  readonly groups: readonly (readonly string[])[];
  /** Clauses of `filters`, to be joined by AND to the shop's own. */
  readonly clauses: readonly string[];
  /** Parameters that have one value. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** The filters of a query that a hit may match, each with the label it stands for, if any. */
export function filtersOf(query: PictureQuery): { text: string; label?: string }[] {
  return filtersIn(query.answer)
    .filter((text) => isKept(text, query))
    .map((text) => ({ text, ...labeled(text, query.answer) }));
}

/** Every filter of an answer, whether it is to match or only preferred. */
const filtersIn = ({ params }: Answer): string[] => [
  ...strings(params.optionalFilters),
  ...strings(listed(params.facetFilters).flat()),
];

/** The points of all labels and words of an answer. */
export function pointsIn(answer: Answer): number {
  const source = sourceFacet(namesIn(answer.attributes));
  const filters = filtersIn(answer).map(parsed);
  return filters.reduce((sum, { attribute, points }) => sum + (attribute === source ? 0 : points), 0);
}

/** The attribute of every visual word of an answer. */
export function wordFacetsOf(answer: Answer): string[] {
  const names = namesIn(answer.attributes);
  return filtersIn(answer)
    .map((text) => parsed(text).attribute)
    .filter((attribute) => isWordFacet(attribute, names));
}

/**
 * The additions to a search.
 *
 * @param sorted whether hits come in another order than by relevance: then a picture can only choose, not rank,
 * and products qualify that share one of its main labels
 */
export function additions(query: PictureQuery, sorted: boolean, level: Level): Additions {
  if (level === 'none') return { lists: {}, groups: [], clauses: [], values: {} };
  const { optionalFilters, facetFilters, ...others } = query.answer.params;
  const kept = allowed(strings(optionalFilters), query.answer, level).filter((each) => isKept(each, query));
  const groups = listed(facetFilters)
    .map((group) => strings(group).filter((filter) => isKept(filter, query)))
    .filter((group) => group.length > 0);
  const lists = Object.entries(others).filter(([, value]) => Array.isArray(value));
  return {
    lists: {
      ...Object.fromEntries(lists.map(([name, value]) => [name, strings(value)])),
      optionalFilters: kept,
    },
    groups: [...groups, ...(sorted ? mainLabels(query) : [])],
    clauses: exclusion(query),
    values: Object.fromEntries(Object.entries(others).filter(([, value]) => !Array.isArray(value))),
  };
}

/** The filters that a level leaves: of the visual words all, the first half, or none. */
function allowed(filters: readonly string[], answer: Answer, level: Level): readonly string[] {
  if (level === 'all') return filters;
  const facets = new Set(wordFacetsOf(answer));
  const words = filters.filter((filter) => facets.has(parsed(filter).attribute));
  const left = new Set(level === 'fewer' ? words.slice(0, Math.floor(words.length / 2)) : []);
  return filters.filter((filter) => !facets.has(parsed(filter).attribute) || left.has(filter));
}

const HALF = 0.5;

/** One group of the best of the labels that are kept, but for those that give less than half the points of another. */
function mainLabels(query: PictureQuery): string[][] {
  const best = bestLabels(query.answer.labels.filter(({ description }) => !query.removed.has(description)));
  const names = new Set(best.map(({ description }) => description));
  const filters = filtersOf(query).filter(({ label = '' }) => names.has(label));
  const points = filters.map(({ text }) => parsed(text).points);
  const least = HALF * Math.max(0, ...points);
  const chosen = filters.filter((_, at) => (points[at] ?? 0) >= least);
  return chosen.length ? [chosen.map(({ text }) => withoutScore(text))] : [];
}

const withoutScore = (filter: string) => filter.replace(/<score=\d+>$/, '');

const exclusion = ({ product }: PictureQuery) =>
  product === undefined ? [] : [quoted(`objectID:-${product}`)];

const isKept = (filter: string, query: PictureQuery) => {
  const { label } = labeled(filter, query.answer);
  return label === undefined || !query.removed.has(label);
};

/** The label that a filter stands for: its value is the label's name. */
function labeled(filter: string, answer: Answer): { label?: string } {
  const { value } = parsed(filter);
  const label = answer.labels.find(({ description }) => value === description);
  return label ? { label: label.description } : {};
}

const strings = (values: unknown): string[] => listed(values).filter((value) => typeof value === 'string');
