import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { InstantSearch, InstantSearchOptions, SearchClient } from 'instantsearch.js';
import { afterAll, afterEach, expect, vi } from 'vitest';
import {
  type Answer,
  connectImageSearch,
  type ImageSearchConnectorParams,
  type ImageSearchRenderState,
  type VisualHit,
} from '../../src/index.js';
import { settled } from '../waiting.js';
import type { FakeAlgolia } from './algolia.js';
import { majors } from './clients.js';
import { picture } from './fixtures.js';
import type { Library } from './libraries.js';
import { expectDocumented } from './parameters.js';

type Hit = { readonly objectID: string; readonly _highlightResult?: object };
type Widgets = Parameters<InstantSearch['addWidgets']>[0];

/** Answers of the search function by product; of any other product the usual one. */
export const answers = new Map<string, Answer>();

const server = createServer(({ url = '' }, response) => {
  const product = /similar\/([^?]+)/.exec(url)?.[1] ?? '';
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.end(JSON.stringify(answers.get(product) ?? picture));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

/** Address of the search function. */
export const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** A picture may take its time on a busy machine. */
export const PATIENCE = { timeout: 4000 };

const pages: Page[] = [];

afterEach(() => {
  for (const page of pages.splice(0)) {
    page.search.dispose();
    expectDocumented(page.algolia.asked);
  }
  answers.clear();
  sessionStorage.clear();
  window.history.replaceState({}, '', '/');
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What a page may be made of beside Algolia and the widgets. */
export type PageOptions = Partial<InstantSearchOptions> & { readonly client?: SearchClient };

/** A shop's page with `imageSearch` and hits, on any version of InstantSearch. */
export class Page {
  readonly search: InstantSearch;
  readonly client: SearchClient;
  readonly imageSearch = this.newImageSearch();
  /** What our connector rendered with last. */
  declare state: ImageSearchRenderState;

  constructor(
    readonly library: Library,
    readonly algolia: FakeAlgolia,
    { client = majors.v5(algolia), ...options }: PageOptions = {},
  ) {
    this.client = client;
    this.search = library.instantsearch({ indexName: 'shop', searchClient: client, ...options });
    pages.push(this);
  }

  newImageSearch(params: ImageSearchConnectorParams = { url }, onRender = (_: ImageSearchRenderState) => {}) {
    return connectImageSearch((state) => {
      this.state = state;
      onRender(state);
    })(params);
  }

  widget(
    name: 'Hits' | 'InfiniteHits' | 'Pagination' | 'RefinementList' | 'Configure' | 'SortBy' | 'SearchBox',
    params = {},
    onRender: OnRender = () => {},
  ) {
    const connect = this.library.connectors[`connect${name}`] as unknown as Connect;
    return connect(onRender)(params);
  }

  /** Starts with the usual widgets and these; twenty hits a page. */
  async start(...widgets: Widgets): Promise<this> {
    const size = this.widget('Configure', { searchParameters: { hitsPerPage: 20 } });
    return this.startWith(this.imageSearch, this.widget('Hits'), size, ...widgets);
  }

  /** Starts with a search box and these widgets. */
  async startWith(...widgets: Widgets): Promise<this> {
    this.search.addWidgets([this.widget('SearchBox'), ...widgets]);
    this.search.start();
    await settled();
    return this;
  }

  /** Brings the picture of a product into use. */
  async use(product = 'origin'): Promise<void> {
    this.state.similar({ objectID: product, __position: 1 });
    await vi.waitFor(() => {
      if (this.state.status !== 'ready') throw new Error(`the picture is ${this.state.status}`);
    }, PATIENCE);
    await settled();
  }

  async clear(): Promise<void> {
    this.state.clear();
    await settled();
  }

  /** What the widgets of an index render with. */
  // biome-ignore lint/suspicious/noExplicitAny: tests name widgets that the types know only by attribute
  rendered(indexId = this.search.mainIndex.getIndexId()): any {
    return this.search.renderState[indexId];
  }

  /** The hits of an index, under the name that every version knows. */
  hitsOf(indexId: string): VisualHit<Hit>[] {
    return this.rendered(indexId).hits.hits;
  }

  /** Searches for values of the facet `brand`; returns them with their counts. */
  async brands(words = ''): Promise<[string, number][]> {
    const { facetHits } = await this.helper.searchForFacetValues('brand', words, 10, {});
    expect(this.algolia.asked.at(-1)?.kind).toBe('facet');
    return facetHits.map(({ value, count }) => [value, count]);
  }

  /** Searches with words. */
  async type(words: string): Promise<void> {
    this.helper.setQuery(words).search();
    await settled();
  }

  get helper(): NonNullable<InstantSearch['helper']> {
    if (!this.search.helper) throw new Error('the page has not started');
    return this.search.helper;
  }

  get hits(): VisualHit<Hit>[] {
    return this.hitsOf(this.search.mainIndex.getIndexId());
  }

  get ids(): string[] {
    return this.hits.map(({ objectID }) => objectID);
  }

  get currentClient() {
    return this.search.mainHelper?.getClient();
  }
}

// biome-ignore lint/suspicious/noExplicitAny: each widget renders with something else
type OnRender = (state: any) => void;
type Connect = (render: OnRender) => (params: object) => Widgets[0];
