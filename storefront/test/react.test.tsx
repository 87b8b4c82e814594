// @vitest-environment jsdom
import { act, StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { Configure, InstantSearch, useHits } from 'react-instantsearch-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { useImageSearch } from '../src/react.js';
import type { VisualHit } from '../src/types.js';
import { fakeAlgolia } from './fakes/algolia.js';
import { type FakeFunction, fakeFunction } from './fakes/function.js';
import { answer, labeled } from './fixtures.js';
import { settled } from './waiting.js';

let algolia: ReturnType<typeof fakeAlgolia>;
let remote: FakeFunction;
let root: Root;
const text = (id: string) => document.getElementById(id)?.textContent;
const wait = () => act(() => settled());

function Shop() {
  const { items } = useHits<VisualHit>();
  const { status, match, picture, similar, clear } = useImageSearch({ url: remote.url });
  return (
    <>
      <Configure optionalFilters={['brand:Acme']} />
      <p id="state">
        {[status, match, ...(picture?.labels ?? []).map((each) => each.description)].join(' ')}
      </p>
      <p id="why">{items.map((hit) => hit._visual?.matched[0]?.description).join()}</p>
      <button type="button" id="similar" onClick={() => similar({ objectID: 'shoe' })} />
      <button type="button" id="clear" onClick={clear} />
    </>
  );
}

beforeEach(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  algolia = fakeAlgolia({ objectID: 'boot', labels: labeled('Shoe') });
  remote = await fakeFunction();
  const container = document.body.appendChild(document.createElement('div'));
  root = createRoot(container);
  const page = (
    <StrictMode>
      <InstantSearch
        indexName="shop"
        searchClient={algolia.client}
        future={{ preserveSharedStateOnUnmount: true }}
      >
        <Shop />
      </InstantSearch>
    </StrictMode>
  );
  act(() => root.render(page));
  await wait();
});

afterEach(() => {
  act(() => root.unmount());
  remote.close();
});

async function click(id: string) {
  act(() => document.getElementById(id)?.click());
  await wait();
}

test('the hook gives an interface of one’s own what the widget has', async () => {
  expect(text('state')).toBe('idle unknown');
  await click('similar');
  expect(text('state')).toBe('ready like Shoe Leather');
  expect(text('why')).toBe('Shoe');
  expect(algolia.asked.at(-1)?.params.optionalFilters).toEqual([
    'brand:Acme',
    ...(answer.params.optionalFilters as string[]),
  ]);
  await click('clear');
  expect(text('state')).toBe('idle unknown');
  expect(algolia.asked.at(-1)?.params.optionalFilters).toEqual(['brand:Acme']);
});
