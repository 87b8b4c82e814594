import type { InitOptions } from 'instantsearch.js';
import type { ImageSearchConnectorParams, ImageSearchRenderState } from './connectorTypes.js';
import type { Engine } from './engine.js';
import { Failure } from './failure.js';
import { loadParts } from './onDemand.js';
import { isElsewhere } from './photo/elsewhere.js';
import { Remembering } from './remembering.js';
import { MARK, type Taking } from './search/client.js';
import { type Front, frontOf, searchingHelper } from './search/front.js';
import type { PictureSearch } from './search/pictureSearch.js';
import type { Level, PictureQuery } from './search/query.js';
import { type InUse, Session } from './session.js';
import type { RecentPicture } from './types.js';
import { usageError } from './usage.js';

type State = InitOptions['state'];
type IndexWidget = InitOptions['parent'];

/** What is different between two copies of this package on one page. */
const COPY = Math.random().toString(36).slice(2);
let made = 0;

const pictures = new WeakMap<IndexWidget, IndexPicture>();

/**
 * The picture of one index of a page: what all widgets and hooks on that index show and change. The page's state
 * holds no more of it than a mark, for which our client puts the picture's parameters when it searches.
 */
export class IndexPicture {
  readonly session: Session;
  readonly #name = `${COPY}-${++made}`;
  readonly #views = new Set<() => void>();
  readonly #front: Front;
  readonly #remembering: Remembering;
  #version = 0;
  #search: PictureSearch | undefined;
  #isRestoring = false;

  /** The picture of the index that a widget is added to, a new one where it is the first. Throws for another `url`. */
  static join(options: InitOptions, params: ImageSearchConnectorParams, view: () => void): IndexPicture {
    const { parent } = options;
    const picture = pictures.get(parent) ?? new IndexPicture(options, params);
    const { url } = picture.params;
    if (url !== params.url)
      throw usageError(
        `two widgets of the index ${parent.getIndexName()} have different \`url\`s: ${url}, ${params.url}`,
      );
    pictures.set(parent, picture);
    picture.#views.add(view);
    return picture;
  }

  static at(parent: IndexWidget): IndexPicture | undefined {
    return pictures.get(parent);
  }

  private constructor(
    private readonly options: InitOptions,
    private readonly params: ImageSearchConnectorParams,
  ) {
    this.#front = frontOf(searchingHelper(options));
    this.#front.join(this.#name, (index) => this.#taking(index));
    this.#remembering = new Remembering({
      key: `imageSearch ${options.parent.getIndexId()} ${params.url}`,
      remember: params.remember ?? true,
      previews: PREVIEWS,
      thumbnail: async (photo, maxUploadBytes, maxSide) =>
        (await (await this.#engine()).prepare(photo, undefined, { maxUploadBytes, maxSide })).photo,
      onChange: () => this.#show(),
    });
    this.session = new Session({
      engine: () => this.#engine(),
      previews: PREVIEWS,
      onChange: () => this.#show(),
      onQuery: (query, fresh) => this.#searchWith(query, fresh),
    });
    options.helper.on('change', this.#markAgain);
    const remembered = this.#remembering.begin();
    if (!remembered) return;
    this.#front.wait(this.#restore(remembered));
    options.helper.setState(this.marked(options.helper.state));
  }

  get recent(): readonly RecentPicture[] {
    return this.#remembering.recent;
  }

  /** Ends the use of the picture, and forgets it. */
  clear(): void {
    if (this.session.inUse) this.#remembering.forget();
    this.session.clear();
  }

  /** Uses a picture again that was used before. */
  async again(id: string): Promise<void> {
    const inUse = await this.#remembering.again(id);
    if (!inUse || !(await this.#isLoaded())) return;
    this.session.restore(inUse);
    this.#searchWith(inUse.query, true);
  }

  /** The address of this page with the picture in use. */
  async link(): Promise<string | undefined> {
    const { inUse } = this.session;
    return inUse && this.#remembering.link(inUse);
  }

  /** What Algolia does not take of the picture. */
  get limited(): ImageSearchRenderState['limited'] {
    return LIMITED[this.#search?.level ?? 'all'];
  }

  /** The state with the mark of the picture in use, or without any; the same object if it is so already. */
  marked(state: State): State {
    const { query } = this.session;
    return state.setQueryParameter(
      MARK as 'query',
      query || this.#isRestoring ? `${this.#name}.${this.#version}` : (undefined as never),
    );
  }

  /** Takes a view away; with the last one the picture goes, and its mark from the state. */
  leave(view: () => void, state: State): State {
    this.#views.delete(view);
    if (this.#views.size) return state;
    pictures.delete(this.options.parent);
    this.options.helper.removeListener('change', this.#markAgain);
    this.#front.leave(this.#name, this.options.instantSearchInstance.mainIndex);
    this.session.close();
    return this.marked(state);
  }

  #show(): void {
    for (const view of this.#views) view();
  }

  /** What a first picture needs, loaded when there is one. */
  async #engine(): Promise<Engine> {
    const { createEngine, PictureSearch } = await loadParts().catch((error: unknown) => {
      throw navigator.onLine ? error : new Failure('offline', 'the browser is offline');
    });
    this.#search ??= new PictureSearch(this.#front.paging, (level, why) => this.#limit(level, why));
    return createEngine(this.params);
  }

  /** Brings back the picture from before, unless the shopper was faster. Searches wait for it, a while. */
  async #restore(remembered: Promise<InUse | undefined>): Promise<void> {
    this.#isRestoring = true;
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, LONGEST_WAIT));
    const inUse = await Promise.race([remembered, late]);
    const isLoaded = inUse !== undefined && (await Promise.race([this.#isLoaded(), late]));
    this.#isRestoring = false;
    if (!isLoaded || this.session.status !== 'idle' || !this.#views.size) return;
    this.session.restore(inUse);
    this.#remembering.keep(inUse);
    // What a server rendered was found without the picture.
    const { helper, parent } = this.options;
    if (parent.getResults()) helper.setState(this.marked(helper.state)).search();
  }

  /** Whether there is what a search with a picture needs; the developer is told where it cannot be loaded. */
  #isLoaded(): Promise<boolean> {
    return this.#engine().then(
      () => true,
      (error: unknown) => {
        console.error('imageSearch:', error);
        return false;
      },
    );
  }

  #limit(level: Level, why: unknown): void {
    console.error(
      `imageSearch: Algolia refuses ${REFUSED[level]}: ${String((why as Error)?.message ?? why)}. ${ADVICE}`,
    );
    this.#show();
  }

  /** Searches with a picture, or without one, from the first page on. */
  #searchWith(query: PictureQuery | undefined, fresh: boolean): void {
    const { helper } = this.options;
    const { inUse } = this.session;
    if (inUse) this.#remembering.keep(inUse);
    this.#version += 1;
    const state = query && fresh ? this.#firstState(query) : helper.state;
    helper.setState(this.marked(state).resetPage()).search();
  }

  /**
   * The state in which a fresh picture is searched for: by relevance, whatever the order was before, and for a
   * product without the words that brought it, which what is similar need not have.
   */
  #firstState({ product }: PictureQuery): State {
    const { helper, parent } = this.options;
    const byRelevance = helper.state.setQueryParameter('index', parent.getIndexName());
    const hasWords = product !== undefined && byRelevance.query;
    return hasWords ? byRelevance.setQueryParameter('query', '') : byRelevance;
  }

  /** The picture's part in a search of this index; other indices have none, which inherit its state. */
  #taking(index: string): Taking | undefined {
    const { query } = this.session;
    const { helper, parent } = this.options;
    if (!query || !this.#search || index !== helper.state.index) return undefined;
    const use = { query, sorted: index !== parent.getIndexName(), rerank: this.params.rerank ?? true };
    return { use, search: this.#search };
  }

  /** Marks again before anybody searches with a state that another widget has set as a whole. */
  readonly #markAgain = ({ state }: { state: State }): void => {
    const marked = this.marked(state);
    if (marked !== state) this.options.helper.setState(marked);
  };
}

const PREVIEWS = {
  make: (photo: Blob) => (isElsewhere(photo) ? photo.address : URL.createObjectURL(photo)),
  release: (preview: string) => URL.revokeObjectURL(preview),
};

/** Milliseconds for which a page's first search waits for the picture from before. */
const LONGEST_WAIT = 5_000;

const REFUSED = {
  all: '',
  fewer: 'half of the visual words of a picture, which are left out from now on',
  labels: 'the visual words of a picture, which are left out from now on',
  none: 'the parameters of a picture, which is not used',
} as const;
const ADVICE = "Lower the search function's setting MAX_FILTERS, or see its other settings for your plan";

const LIMITED = { all: undefined, fewer: 'fewer', labels: 'labels', none: 'all' } as const;
