import { act, StrictMode } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import * as core from 'react-instantsearch-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ImageSearchRenderState, VisualHit } from '../../src/index.js';
import { useImageSearch } from '../../src/react.js';
import { settled } from '../waiting.js';
import { FakeAlgolia } from './algolia.js';
import { majors } from './clients.js';
import { opposite, shoes } from './fixtures.js';
import { answers, PATIENCE, url } from './page.js';
import { expectDocumented } from './parameters.js';

const { getServerState, InstantSearch, InstantSearchSSRProvider, useHits, useInstantSearch } = core;
type ServerState = Parameters<typeof InstantSearchSSRProvider>[0];

let algolia: FakeAlgolia;
let root: Root | undefined;
let states: ImageSearchRenderState[];
let hits: VisualHit<{ objectID: string }>[];
let client: ReturnType<typeof majors.v5>;
const container = document.createElement('div');

function Photo({ place }: { place: number }) {
  const state = useImageSearch({ url });
  states[place] = state;
  return <p>{state.status}</p>;
}

function Hits() {
  hits = useHits<VisualHit<{ objectID: string }>>().hits as typeof hits;
  useInstantSearch();
  return <p>{hits.map(({ objectID }) => objectID).join()}</p>;
}

function Related() {
  const { items } = core.useRelatedProducts({ objectIDs: ['1'] });
  return <p>{`related: ${items.length}`}</p>;
}

const Shop = ({ photos = 1, recommends = false, ...serverState }: Partial<ServerState> & ShopProps) => (
  <StrictMode>
    <InstantSearchSSRProvider {...(serverState as ServerState)}>
      <InstantSearch indexName="shop" searchClient={client} future={{ preserveSharedStateOnUnmount: true }}>
        {[0, 1].slice(0, photos).map((place) => (
          <Photo key={place} place={place} />
        ))}
        <core.Configure hitsPerPage={20} />
        <Hits />
        {recommends && <Related />}
      </InstantSearch>
    </InstantSearchSSRProvider>
  </StrictMode>
);
interface ShopProps {
  readonly photos?: number;
  readonly recommends?: boolean;
}

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  algolia = new FakeAlgolia(shoes(130));
  client = majors.v5(algolia);
  states = [];
  container.innerHTML = '';
});

afterEach(async () => {
  act(() => root?.unmount());
  root = undefined;
  sessionStorage.clear();
  await settled();
  expectDocumented(algolia.asked);
});

const wait = () => act(() => settled());
const render = async (shop = <Shop />) => {
  root ??= createRoot(container);
  act(() => root?.render(shop));
  await wait();
};
const perform = async (action: () => void) => {
  act(action);
  await wait();
};
const use = async (place = 0, product = 'origin') => {
  await perform(() => states[place]?.similar({ objectID: product, __position: 1 }));
  await act(() => vi.waitFor(() => expect(states[place]?.status).toBe('ready'), PATIENCE));
  await wait();
};

test('a picture comes and goes under strict mode', async () => {
  await render();
  expect(hits[0]?.objectID).toBe('0');
  await use();
  expect(hits[0]).toMatchObject({ objectID: '99', _visual: { verdict: 'verySimilar' } });
  await perform(() => states[0]?.clear());
  expect([hits[0]?.objectID, states[0]?.status]).toEqual(['0', 'idle']);
  expect(hits[0]).not.toHaveProperty('_visual');
});

test('two hooks share a picture, which a component that goes leaves to the other', async () => {
  answers.set('second', opposite);
  await render(<Shop photos={2} />);
  await use(1);
  expect(states.map(({ status, match }) => [status, match])).toEqual([
    ['ready', 'like'],
    ['ready', 'like'],
  ]);
  await use(0, 'second');
  expect(states[1]?.picture).toEqual(states[0]?.picture);
  expect(hits[0]?.objectID).toBe('0');
  await render(<Shop photos={1} />);
  expect(states[0]?.status).toBe('ready');
  expect(hits[0]?._visual?.verdict).toBe('verySimilar');
});

test('a component that joins shows the picture in use', async () => {
  await render();
  await use();
  await render(<Shop photos={2} />);
  expect(states[1]).toMatchObject({ status: 'ready', match: 'like' });
});

test('another client is asked from then on, with the picture', async () => {
  await render();
  await use();
  const next = new FakeAlgolia(shoes(60));
  client = majors.v4(next);
  await render(<Shop />);
  expect(next.asked).toHaveLength(1);
  expect(hits[0]).toMatchObject({ objectID: '59', _visual: { verdict: 'similar' } });
});

describe.each([
  { page: 'a page', recommends: false },
  { page: 'a page with recommendations', recommends: true },
])('$page that the server renders', ({ recommends }) => {
  // The oldest hooks know no recommendations.
  const testKnown = test.skipIf(recommends && !('useRelatedProducts' in core));

  testKnown('has its hits, and a picture in the browser', async () => {
    const state = await getServerState(<Shop recommends={recommends} />, { renderToString });
    const html = renderToString(<Shop recommends={recommends} {...state} />);
    expect(html).toContain('0,1,2');
    expect(html).toContain('idle');
    if (recommends) expect(html).toContain('related: 2');
    container.innerHTML = html;
    const asked = algolia.asked.length;
    client = majors.v5(algolia);
    act(() => {
      root = hydrateRoot(container, <Shop recommends={recommends} {...state} />);
    });
    await wait();
    expect(algolia.asked.filter(({ kind }) => kind === 'search').length).toBeLessThanOrEqual(asked);
    await use();
    expect(hits[0]).toMatchObject({ objectID: '99', _visual: { verdict: 'verySimilar' } });
    await perform(() => states[0]?.clear());
    expect(hits[0]?.objectID).toBe('0');
  });
});
