/** Algolia's JavaScript client, unmodified but for the host. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { adminClient, fill, searchClient } from './engine.js';

const indexName = 'js_client';
const objects = Array.from({ length: 25 }, (_, number) => ({
  objectID: String(number),
  name: `bag ${number}`,
  price: number,
  labels: [{ description: `L${number % 3}`, score: 0.9 }],
}));

before(() =>
  fill(indexName, objects, {
    attributesForFaceting: ['searchable(labels.description)'],
    customRanking: ['asc(price)'],
  }),
);

test('searchSingleIndex ranks by scored optionalFilters', async () => {
  const { hits, queryID, facets } = await searchClient().searchSingleIndex({
    indexName,
    searchParams: {
      query: 'bag',
      optionalFilters: ['labels.description:L2<score=87>', 'labels.description:L1<score=40>'],
      facets: ['labels.description'],
      getRankingInfo: true,
      clickAnalytics: true,
      hitsPerPage: 10,
    },
  });
  assert.deepEqual(
    hits.map((hit) => hit._rankingInfo.filters),
    [...Array(8).fill(87), 40, 40],
  );
  assert.deepEqual(facets, { 'labels.description': { L0: 9, L1: 8, L2: 8 } });
  assert.match(queryID, /^[0-9a-f]{32}$/);
});

test('search answers several queries in order', async () => {
  const { results } = await searchClient().search({
    requests: [
      { indexName, filters: 'price < 2', hitsPerPage: 1 },
      { indexName, type: 'facet', facet: 'labels.description', facetQuery: 'l1' },
    ],
  });
  assert.equal(results[0].nbHits, 2);
  assert.deepEqual(results[1].facetHits, [{ value: 'L1', highlighted: '<em>L1</em>', count: 8 }]);
});

test('browseObjects visits every record once', async () => {
  const seen = [];
  await adminClient().browseObjects({
    indexName,
    browseParams: { hitsPerPage: 10 },
    aggregator: ({ hits }) => seen.push(...hits.map((hit) => hit.objectID)),
  });
  assert.deepEqual(
    seen,
    objects.map((each) => each.objectID),
  );
});

test('waitForTask waits until a guarded update is visible, and an older one changes nothing', async () => {
  const client = adminClient();
  for (const version of [2, 1]) {
    const { taskID } = await client.partialUpdateObject({
      indexName,
      objectID: '3',
      attributesToUpdate: { state: `of ${version}`, version: { _operation: 'IncrementSet', value: version } },
      createIfNotExists: false,
    });
    await client.waitForTask({ indexName, taskID });
  }
  const { state, version } = await client.getObject({ indexName, objectID: '3' });
  assert.deepEqual({ state, version }, { state: 'of 2', version: 2 });
});

test('a search key may not write', async () => {
  await assert.rejects(searchClient().saveObject({ indexName, body: { objectID: 'x' } }), {
    status: 403,
    message: 'Method not allowed with this API key',
  });
});
