/**
 * A reader of answers that come from elsewhere than the search function: from a link, or from a tab's storage. Anyone
 * may have written them, so only what the search function says itself is taken, and only as much of it.
 */

import { parsed } from '../search/filters.js';
import { isWordFacet, namesIn, sourceFacet } from '../search/record.js';
import type { Answer, AttributeNames, Crop, SeenLabel, Step } from '../types.js';

const MOST_LABELS = 50;
const MOST_FILTERS = 300;
const MOST_POINTS = 65_535;
const LONGEST_TEXT = 100;
const LONGEST_CODE = 4_000;

/** The tag and the rule context of searches with a picture; links choose no others. */
const OUR_TAG = 'image-search';

/** A label's name: letters, a few figures, and what stands between them; no address and no telephone number. */
const NAME = /^(?!.*\.\S)(?!(?:.*\d){5})[\p{L}\p{N}][\p{L}\p{M}\p{N} &'’(),./+-]*$/u;
const ATTRIBUTE = /^[A-Za-z_][\w.-]*$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

type Holder = Readonly<Record<string, unknown>>;

export const holderIn = (value: unknown): Holder =>
  typeof value === 'object' && value !== null ? (value as Holder) : {};

/** A text that has the form, and is no longer than may be. */
export const textIn = (value: unknown, form: RegExp, longest = LONGEST_TEXT): string | undefined =>
  typeof value === 'string' && value.length <= longest && form.test(value) ? value : undefined;

/** The name of something seen in a picture. */
export const nameIn = (value: unknown): string | undefined => textIn(value, NAME);

/** Items of a list, of which a reader makes none of what it doesn't know. */
export const listIn = <T>(value: unknown, most: number, read: (item: unknown) => T | undefined): T[] =>
  (Array.isArray(value) ? value.slice(0, most) : []).flatMap((item) => {
    const one = read(item);
    return one === undefined ? [] : [one];
  });

const numberIn = (value: unknown, least: number, most: number): number | undefined =>
  typeof value === 'number' && value >= least && value <= most ? value : undefined;

/** A part of a picture that lies inside it. */
export function boxIn(value: unknown): Crop | undefined {
  const { x, y, width, height } = holderIn(value);
  const sides = [x, y, width, height].map((side) => numberIn(side, 0, 1));
  if (sides.includes(undefined)) return undefined;
  const [left = 0, top = 0, wide = 0, high = 0] = sides;
  const fits = wide > 0 && high > 0 && left + wide <= 1.001 && top + high <= 1.001;
  return fits ? { x: left, y: top, width: wide, height: high } : undefined;
}

/** The answer, as far as it is one; undefined for anything else, and where it finds products by other attributes. */
export function answerIn(value: unknown): Answer | undefined {
  const { labels, params, steps, code, attributes } = holderIn(value);
  const [read, called, bytes] = [stepsIn(steps), attributesIn(attributes), codeIn(code)];
  const filters = paramsIn(holderIn(params), namesIn(called));
  if (!read || !filters) return undefined;
  return {
    labels: listIn(labels, MOST_LABELS, labelIn),
    params: filters,
    steps: read,
    ...(bytes ? { code: bytes } : {}),
    ...(called ? { attributes: called } : {}),
  };
}

function labelIn(value: unknown): SeenLabel | undefined {
  const { description, score, points, sure, box, kind } = holderIn(value);
  const [name, certain, worth] = [
    nameIn(description),
    numberIn(score, 0, 1),
    numberIn(points, 0, MOST_POINTS),
  ];
  if (name === undefined || certain === undefined || worth === undefined) return undefined;
  const [place, sort] = [boxIn(box), nameIn(kind)];
  return {
    description: name,
    score: certain,
    points: worth,
    ...(sure === true ? { sure } : {}),
    ...(place ? { box: place } : {}),
    ...(sort ? { kind: sort } : {}),
  };
}

function stepsIn(value: unknown): Answer['steps'] | undefined {
  const { similar, verySimilar } = holderIn(value);
  const [lower, upper] = [stepIn(similar), stepIn(verySimilar)];
  return lower && upper && { similar: lower, verySimilar: upper };
}

function stepIn(value: unknown): Step | undefined {
  const { points, closeness } = holderIn(value);
  const [least, near] = [numberIn(points, 0, MOST_POINTS), numberIn(closeness, -1, 1)];
  return least === undefined
    ? undefined
    : { points: least, ...(near === undefined ? {} : { closeness: near }) };
}

function codeIn(value: unknown): Answer['code'] {
  const [[attribute, code] = []] = Object.entries(holderIn(value));
  const [name, bytes] = [textIn(attribute, ATTRIBUTE), textIn(code, BASE64, LONGEST_CODE)];
  return name && bytes ? { [name]: bytes } : undefined;
}

/** Names of attributes that could be such. */
function attributesIn(value: unknown): Answer['attributes'] {
  const names = Object.entries(holderIn(value)).filter(([, name]) => textIn(name, ATTRIBUTE));
  return names.length ? Object.fromEntries(names) : undefined;
}

/** Parameters of the search function's own; undefined where filters score more than Algolia counts. */
function paramsIn(params: Holder, names: AttributeNames): Answer['params'] | undefined {
  const facets = [`${names.labels}.description`, names.labelNames, sourceFacet(names)];
  const filterIn = (value: unknown): string | undefined => {
    const filter = textIn(value, /^[^:]+:(?!-)/, 2 * LONGEST_TEXT) ?? '';
    const { attribute } = parsed(filter);
    return facets.includes(attribute) || isWordFacet(attribute, names) ? filter : undefined;
  };
  const optionalFilters = listIn(params.optionalFilters, MOST_FILTERS, filterIn);
  const facetFilters = listIn(params.facetFilters, MOST_FILTERS, (group) =>
    listIn(group, MOST_FILTERS, filterIn),
  );
  const points = [...optionalFilters, ...facetFilters.flat()].map((filter) => parsed(filter).points);
  if (points.reduce((sum, each) => sum + each, 0) > MOST_POINTS) return undefined;
  return {
    ...(optionalFilters.length ? { optionalFilters } : {}),
    ...(facetFilters.length ? { facetFilters } : {}),
    ...switchesIn(params),
    ...Object.fromEntries(
      ['analyticsTags', 'ruleContexts']
        .map((name) => [name, listIn(params[name], 1, (tag) => (tag === OUR_TAG ? OUR_TAG : undefined))])
        .filter(([, tags]) => tags?.length),
    ),
  };
}

const SWITCHES = /^(sumOrFiltersScores|getRankingInfo|enable(ABTest|Personalization|ReRanking))$/;

const switchesIn = (params: Holder) =>
  Object.fromEntries(
    Object.entries(params).filter(([name, value]) =>
      name === 'mode' ? value === 'keywordSearch' : SWITCHES.test(name) && typeof value === 'boolean',
    ),
  );
