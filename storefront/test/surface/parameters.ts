import { expect } from 'vitest';
import type { Asked } from './algolia.js';

/** Every parameter of a search that Algolia documents: it answers 400 to any other. */
const DOCUMENTED = new Set(
  `advancedSyntax advancedSyntaxFeatures allowTyposOnNumericTokens alternativesAsExact analytics analyticsTags
  aroundLatLng aroundLatLngViaIP aroundPrecision aroundRadius attributeCriteriaComputedByMinProximity
  attributesToHighlight attributesToRetrieve attributesToSnippet clickAnalytics customRanking decompoundQuery
  disableExactOnAttributes disableTypoToleranceOnAttributes distinct enableABTest enablePersonalization
  enableReRanking enableRules exactOnSingleWordQuery facetFilters facetQuery facetingAfterDistinct facets filters
  getRankingInfo highlightPostTag highlightPreTag hitsPerPage ignorePlurals insideBoundingBox insidePolygon
  length maxFacetHits maxValuesPerFacet minProximity minWordSizefor1Typo minWordSizefor2Typos
  minimumAroundRadius mode naturalLanguages numericFilters offset optionalFilters optionalWords page
  percentileComputation personalizationImpact query queryLanguages queryType ranking reRankingApplyFilter
  relevancyStrictness removeStopWords removeWordsIfNoResults renderingContent replaceSynonymsInHighlight
  responseFields restrictHighlightAndSnippetArrays restrictSearchableAttributes ruleContexts semanticSearch
  similarQuery snippetEllipsisText sortFacetValuesBy sumOrFiltersScores synonyms tagFilters typoTolerance
  userToken`.split(/\s+/),
);

/** Fails on a parameter that Algolia does not know. */
export function expectDocumented(asked: readonly Asked[]): void {
  const names = new Set(asked.flatMap(({ params }) => Object.keys(params)));
  expect([...names].filter((name) => !DOCUMENTED.has(name))).toEqual([]);
}
