import { allOf, listed, quoted } from './filters.js';
import { additions, type Level, type PictureQuery, wordFacetsOf } from './query.js';
import { namesIn } from './record.js';

/** Search parameters of one request, under Algolia's names. */
export type Params = Readonly<Record<string, unknown>>;

/** How a picture takes part in a request. */
export interface Part {
  /** Whether hits come in another order than by relevance: then a picture can only choose, not rank. */
  readonly sorted: boolean;
  readonly level: Level;
}

/** The page's parameters joined with the picture's: the page's own stay in force. */
export function withPicture(own: Params, query: PictureQuery, { sorted, level }: Part): Params {
  const { lists, groups, clauses, values } = additions(query, sorted, level);
  const joined = Object.entries(lists).map(([name, added]) => [name, joinedLists(own[name], added)]);
  return {
    ...own,
    ...values,
    ...Object.fromEntries(joined),
    ...restrictions(own, groups, clauses),
  };
}

/** Parameters for counting: of the picture's, only what leaves products out. */
export function restrictedBy(own: Params, query: PictureQuery, part: Part): Params {
  const { groups, clauses } = additions(query, part.sorted, part.level);
  return { ...own, ...restrictions(own, groups, clauses) };
}

function restrictions(own: Params, groups: readonly (readonly string[])[], clauses: readonly string[]) {
  return {
    ...(groups.length ? { facetFilters: [...listed(own.facetFilters), ...groups] } : {}),
    ...(clauses.length ? { filters: allOf(own.filters as string | undefined, clauses) } : {}),
  };
}

const joinedLists = (own: unknown, added: readonly unknown[]) => {
  const before = listed(own);
  const all = [...before, ...added.filter((each) => !before.includes(each))];
  return all.length ? all : undefined;
};

/**
 * The parameters without what nobody looks at: visual words where codes decide, and highlights of no words. What
 * hits are compared by is fetched, whatever the page retrieves itself.
 */
export function slimmed(params: Params, query: PictureQuery): Params {
  const { attributesToRetrieve: own } = params;
  const fetched = retrieved(own === undefined ? ['*'] : listed(own), query);
  return {
    ...params,
    ...(fetched ? { attributesToRetrieve: fetched } : {}),
    ...(params.query ? {} : { attributesToHighlight: [] }),
  };
}

/** Parameters that ask for the number of hits and pages alone. */
export const counting = (params: Params): Params => ({
  ...params,
  ...TEXTLESS,
  ...UNCOUNTED,
  page: 0,
  attributesToRetrieve: [],
});

/** Parameters that fetch what hits are ordered by, and no more. */
export function ranking(params: Params, { answer }: PictureQuery, withCodes: boolean): Params {
  const codes = withCodes ? Object.keys(answer.code ?? {}) : [];
  return {
    ...params,
    ...TEXTLESS,
    attributesToRetrieve: ['objectID', ...codes],
  };
}

const TEXTLESS = { attributesToHighlight: [], attributesToSnippet: [] };

/** Parameters that change which hits there are, and in which order. */
const CHOOSING = [
  'facetFilters',
  'numericFilters',
  'tagFilters',
  'optionalFilters',
  'sumOrFiltersScores',
  'ruleContexts',
  'getRankingInfo',
];

/** Parameters that fetch some of the hits as a page shows them, without the codes that they were ordered by. */
export function shown(params: Params, { answer }: PictureQuery, ids: readonly string[]): Params {
  const own = Object.entries(params).filter(([name]) => !CHOOSING.includes(name));
  const codes = Object.keys(answer.code ?? {});
  const fetched = listed(params.attributesToRetrieve ?? '*').filter((name) => !codes.includes(String(name)));
  return {
    ...Object.fromEntries(own),
    attributesToRetrieve: fetched.includes('*') ? [...fetched, ...codes.map((code) => `-${code}`)] : fetched,
    filters: ids.map((id) => quoted(`objectID:${id.replace(/^-/, '\\-')}`)).join(' OR '),
    page: 0,
    hitsPerPage: ids.length,
    distinct: false,
    enableRules: false,
    ...UNCOUNTED,
  };
}

const UNCOUNTED = { facets: [], analytics: false, clickAnalytics: false };

/** The attributes to fetch, beside those that the page fetches; undefined where that is all there is. */
function retrieved(own: readonly unknown[], { answer }: PictureQuery): readonly unknown[] | undefined {
  const names = namesIn(answer.attributes);
  const codes = Object.keys(answer.code ?? {});
  const words = [...new Set(wordFacetsOf(answer))];
  if (own.includes('*')) return codes.length ? [...own, ...words.map((word) => `-${word}`)] : undefined;
  const needed = [names.labels, names.labelNames, names.visual, ...codes, ...(codes.length ? [] : words)];
  return [...new Set([...own, ...needed])];
}
