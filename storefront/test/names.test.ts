// @vitest-environment jsdom
import type { BaseHit, InstantSearch } from 'instantsearch.js';
import instantsearch from 'instantsearch.js';
import { connectConfigure, connectHits } from 'instantsearch.js/es/connectors';
import { afterEach, describe, expect, test } from 'vitest';
import { connectImageSearch } from '../src/connectImageSearch.js';
import type { ImageSearchConnectorParams, ImageSearchRenderState } from '../src/connectorTypes.js';
import { DEFAULT_NAMES } from '../src/search/record.js';
import type { Answer, AttributeNames, VisualHit } from '../src/types.js';
import { fakeAlgolia } from './fakes/algolia.js';
import { type FakeFunction, fakeFunction } from './fakes/function.js';
import { answerIn, code, labeled, otherNames, shoeIn, stepsAt } from './fixtures.js';
import { settled } from './waiting.js';

type Coded = Omit<Answer, 'attributes'> & { attributes?: unknown };
const coded = (names: AttributeNames): Coded => ({
  ...answerIn(names),
  code: { code_1a: code(100, 0) },
  steps: stepsAt(0.5, 0.9),
});

let remote: FakeFunction;
let search: InstantSearch;

afterEach(() => {
  search.dispose();
  remote.close();
});

/** A page on which a function that answers so is asked, and Algolia finds these. */
async function open(
  answered: object,
  found: readonly object[],
  params: Partial<ImageSearchConnectorParams> = {},
) {
  remote = await fakeFunction(answered);
  const algolia = fakeAlgolia(...found);
  const states: ImageSearchRenderState[] = [];
  let hits: readonly VisualHit[] = [];
  search = instantsearch({ indexName: 'shop', searchClient: algolia.client });
  search.addWidgets([
    connectImageSearch((state) => void states.push(state))({ url: remote.url, ...params }),
    connectConfigure(() => {})({ searchParameters: { hitsPerPage: 20 } }),
    connectHits(({ items }) => {
      hits = items as unknown as VisualHit[];
    })({}),
  ]);
  search.start();
  await settled();
  const state = () => states.at(-1) as ImageSearchRenderState;
  return { algolia, states, state, hits: () => hits };
}

describe.each<[string, Coded, AttributeNames]>([
  ['all others', coded(otherNames), otherNames],
  ['none', coded(DEFAULT_NAMES), DEFAULT_NAMES],
  ['nonsense', { ...coded(DEFAULT_NAMES), attributes: { labels: 5, imageURL: [] } }, DEFAULT_NAMES],
])('where an answer names %s', (_, answered, names) => {
  const shoe = shoeIn(names);
  const far = { ...shoe, objectID: 'far', code_1a: code(50, 100) };
  const near = { ...shoe, objectID: 'near', code_1a: code(100, 1) };
  const bag = { objectID: 'bag', [names.labels]: labeled('Bag'), code_1a: code(100, 30) };

  test('hits say what they share, the closest first, and a removed label no longer counts', async () => {
    const { algolia, state, hits } = await open(answered, [far, bag, near]);
    const filters = () =>
      algolia.asked.findLast(({ params }) => params.optionalFilters)?.params.optionalFilters;
    const verdicts = () => hits().map(({ objectID, _visual }) => [objectID, _visual?.verdict]);
    state().similar(shoe as unknown as BaseHit);
    await settled();
    expect(filters()).toEqual(answered.params.optionalFilters);
    const shown = [
      ['near', 'verySimilar'],
      ['bag', 'verySimilar'],
      ['far', 'lessSimilar'],
    ];
    expect(verdicts()).toEqual(shown);
    expect(hits()[0]?._visual?.matched).toEqual([{ description: 'Shoe', points: 800 }]);
    expect(state()).toMatchObject({ match: 'like', picture: { preview: shoe[names.imageURL] } });
    state().toggle('Shoe');
    await settled();
    expect(filters()).not.toContainEqual(expect.stringContaining('Shoe'));
    expect(verdicts()).toEqual(shown);
    expect(hits()[0]?._visual?.matched).toEqual([]);
  });
});

describe('the preview of a hit', () => {
  const hit = { objectID: 'shoe', imageURL: '/usual.jpg', photo: '/chosen.jpg', __position: 1 };
  const similar = async (states: ImageSearchRenderState[]) => {
    const before = states.length;
    states.at(-1)?.similar(hit);
    await settled();
    return [...new Set(states.slice(before).map(({ picture }) => picture?.preview))];
  };

  test('is under the usual name until an answer tells another, and under that from then on', async () => {
    const { states, state } = await open(answerIn(otherNames), []);
    expect(await similar(states)).toEqual(['/usual.jpg', '/chosen.jpg']);
    state().clear();
    expect(await similar(states)).toEqual(['/chosen.jpg']);
  });

  test('is the shop’s own where the function writes none', async () => {
    const { imageURL: _, ...names } = otherNames;
    const { states } = await open({ ...answerIn(otherNames), attributes: names }, []);
    expect(await similar(states)).toEqual(['/usual.jpg']);
  });

  test.each(['/own.jpg', undefined])(
    'is what `imageOf` says, here %j, whatever an answer tells',
    async (own) => {
      const { states } = await open(answerIn(otherNames), [], { imageOf: () => own });
      expect(await similar(states)).toEqual([own ?? '']);
    },
  );
});
