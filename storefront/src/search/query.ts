import type { Answer } from '../types.js';
import { against, anyOf, asClauses, listed, MAX_POINTS, parsed, pointsOf, quoted } from './filters.js';

/** A picture in use: what was seen in it, the labels that the shopper removed, the product it is of. */
export interface Look {
  readonly answer: Answer;
  readonly removed: ReadonlySet<string>;
  /** The `objectID` of a product that is not to be found itself. */
  readonly product?: string;
}

/** What a search by picture adds to the parameters of the page's own search. */
export interface Additions {
  /** Values of list parameters, to be joined to the shop's own. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  /** Clauses of `filters`, to be joined by AND to the shop's own. */
  readonly clauses: readonly string[];
  /** Parameters that have one value. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** The filters of a look that a hit may match, each with the label it stands for, if any. */
export function filtersOf(look: Look): { text: string; label?: string }[] {
  return asked(look.answer)
    .filter((text) => isKept(text, look))
    .map((text) => ({ text, ...labeled(text, look.answer) }));
}

/** Every filter of an answer, whether it is to match or only preferred. */
const asked = ({ params }: Answer): string[] => [
  ...strings(params.optionalFilters),
  ...strings(listed(params.facetFilters).flat()),
];

/**
 * What to add to a search. `own` are the shop's optional filters, which take their points first; `sorted` says
 * that hits come in another order than by relevance: then a picture can only choose, not rank, and products
 * qualify that share one of its main labels.
 */
export function additions(look: Look, own: unknown, sorted: boolean): Additions {
  const { optionalFilters, facetFilters, ...others } = look.answer.params;
  const kept = strings(optionalFilters).filter((filter) => isKept(filter, look));
  const groups = listed(facetFilters).map((group) => strings(group).filter((filter) => isKept(filter, look)));
  const left = MAX_POINTS - pointsOf(kept) - pointsOf(groups) - pointsOf(own);
  const lists = Object.entries(others).filter(([, value]) => Array.isArray(value));
  return {
    lists: {
      ...Object.fromEntries(lists.map(([name, value]) => [name, strings(value)])),
      optionalFilters: [...kept, ...demotions(look, left)],
    },
    clauses: [...asClauses(groups), ...(sorted ? choice(look) : []), ...exclusion(look)],
    values: Object.fromEntries(Object.entries(others).filter(([, value]) => !Array.isArray(value))),
  };
}

/** Removed labels count against products by all the points that are left: more than looks alone can give. */
function demotions(look: Look, left: number): string[] {
  const unwanted = asked(look.answer).filter((filter) => !isKept(filter, look));
  const points = Math.max(1, Math.floor(left / unwanted.length));
  return unwanted.map((filter) => against(parsed(filter), points));
}

const HALF = 0.5;

/** The labels that the picture is about: half as sure, and half as telling, as the best of them at least. */
function choice(look: Look): string[] {
  const kept = filtersOf(look).flatMap(({ text, label }) => {
    const score = look.answer.labels.find(({ description }) => description === label)?.score;
    return score === undefined ? [] : [{ text, score, points: parsed(text).points }];
  });
  const sure = HALF * Math.max(0, ...kept.map(({ score }) => score));
  const telling = HALF * Math.max(0, ...kept.map(({ points }) => points));
  const chosen = kept.filter(({ score, points }) => score >= sure && points >= telling);
  return chosen.length ? [anyOf(chosen.map(({ text }) => quoted(withoutScore(text))))] : [];
}

const withoutScore = (filter: string) => filter.replace(/<score=\d+>$/, '');

const exclusion = ({ product }: Look) => (product === undefined ? [] : [quoted(`objectID:-${product}`)]);

const isKept = (filter: string, look: Look) => {
  const { label } = labeled(filter, look.answer);
  return label === undefined || !look.removed.has(label);
};

/** The label that a filter stands for: its value is the label's name. */
function labeled(filter: string, answer: Answer): { label?: string } {
  const { value } = parsed(filter);
  const label = answer.labels.find(({ description }) => value === description);
  return label ? { label: label.description } : {};
}

const strings = (values: unknown): string[] => listed(values).filter((value) => typeof value === 'string');
