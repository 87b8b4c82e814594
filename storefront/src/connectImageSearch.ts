import type { BaseHit, InitOptions, InstantSearch, RenderOptions } from 'instantsearch.js';
import type {
  ImageSearchConnector,
  ImageSearchConnectorParams,
  ImageSearchRenderState,
} from './connectorTypes.js';
import { IndexPicture } from './indexPicture.js';
import { clearFilters, clearWords, isFiltered } from './refinements.js';
import { pictureOf } from './search/record.js';
import type { Session } from './session.js';
import type { AttributeNames, ImageSearchMatch, VisualHit } from './types.js';
import { checkUrl, usageError } from './usage.js';

/**
 * Connects any interface to a search by picture: photos go to the search function, whose answer becomes search
 * parameters beside those of the page's other widgets. All that are added to one index share its picture. The URL
 * says nothing of it.
 *
 * Throws an `Error` that names the parameter for one that cannot work.
 */
export const connectImageSearch: ImageSearchConnector = (renderFn, unmountFn = () => {}) => {
  if (typeof renderFn !== 'function')
    throw usageError(`the render function is not valid (received type ${typeof renderFn})`);
  return (widgetParams) => {
    checkUrl(widgetParams?.url);
    let picture: IndexPicture | undefined;
    let view = () => {};
    let helper: InitOptions['helper'] | undefined;
    let match: ImageSearchMatch = 'unknown';
    const actions = {
      ...actionsOn(() => picture, widgetParams),
      clearWords: () => helper && clearWords(helper),
      clearFilters: () => helper && clearFilters(helper),
    };

    return {
      $$type: 'visual.imageSearch',
      init(options) {
        picture?.leave(view, options.state);
        view = () => this.render?.(latest(options));
        helper = options.helper;
        picture = IndexPicture.join(options, widgetParams, view);
        const { instantSearchInstance } = options;
        renderFn({ ...this.getWidgetRenderState(options), instantSearchInstance }, true);
      },
      render(options) {
        const { instantSearchInstance } = options;
        renderFn({ ...this.getWidgetRenderState(options), instantSearchInstance }, false);
      },
      dispose({ state }) {
        const left = picture?.leave(view, state) ?? state;
        picture = undefined;
        unmountFn();
        return left;
      },
      getRenderState(renderState, options) {
        return { ...renderState, imageSearch: this.getWidgetRenderState(options) };
      },
      getWidgetRenderState(options) {
        const shown = picture ?? IndexPicture.at(options.parent);
        // While the page searches, the last match is kept: the message would come and go with every key otherwise.
        if (!isSearching(options)) match = matchOf(shown?.session, options);
        return { ...stateOf(shown), ...besides(options), match, ...actions, widgetParams };
      },
      getWidgetUiState: (uiState) => uiState,
      getWidgetSearchParameters: (state) => picture?.marked(state) ?? state,
    };
  };
};

/** The search by picture of a page's index, as its widgets render it; undefined where there is none. */
export function imageSearchOf(
  search: InstantSearch,
  indexId: string = search.mainIndex.getIndexId(),
): ImageSearchRenderState | undefined {
  const state = search.renderState[indexId] as { imageSearch?: ImageSearchRenderState } | undefined;
  return state?.imageSearch;
}

type Actions = Pick<
  ImageSearchRenderState,
  'search' | 'similar' | 'crop' | 'toggle' | 'retry' | 'cancel' | 'again' | 'link' | 'clear'
>;

function actionsOn(
  picture: () => IndexPicture | undefined,
  { imageOf, nameOf = ({ name }) => name as string | undefined }: ImageSearchConnectorParams,
): Actions {
  const session = (): Session | undefined => picture()?.session;
  return {
    search(photo, crop) {
      if (photo) void session()?.start({ source: 'photo', photo, ...(crop ? { crop } : {}) });
    },
    similar(hit: BaseHit) {
      const own = imageOf?.(hit);
      const previewOf = (names: AttributeNames) => (imageOf ? own : pictureOf(hit, names)) ?? '';
      const name = nameOf(hit);
      const named = typeof name === 'string' ? { name } : {};
      void session()?.start({ source: 'product', product: hit.objectID, previewOf, ...named });
    },
    crop: (part) => session()?.crop(part),
    toggle: (label) => session()?.toggle(label),
    retry: () => session()?.retry(),
    cancel: () => session()?.cancel(),
    again: (id) => void picture()?.again(id),
    link: async () => picture()?.link(),
    clear: () => picture()?.clear(),
  };
}

/** The options that InstantSearch would render with now: the picture changes between its own renderings, too. */
function latest(options: InitOptions): RenderOptions {
  const { parent, helper, instantSearchInstance: search } = options;
  const { status, error, renderState } = search;
  const results = parent.getResults() as RenderOptions['results'];
  return {
    ...options,
    results,
    scopedResults: parent.getScopedResults(),
    state: helper.state,
    status,
    error,
    renderState,
    searchMetadata: { isSearchStalled: status === 'stalled' },
  } as RenderOptions;
}

/** What the page searches with beside a picture. */
function besides({ helper, parent, state = helper.state }: InitOptions | RenderOptions) {
  return {
    sorted: state.index !== parent.getIndexName(),
    words: state.query ?? '',
    filtered: isFiltered(state),
  };
}

type State = Omit<
  ImageSearchRenderState,
  keyof Actions | 'match' | 'clearWords' | 'clearFilters' | keyof ReturnType<typeof besides>
>;

function stateOf(shown: IndexPicture | undefined): State {
  if (!shown) return { status: 'idle', progress: 0, recent: [] };
  const { limited, recent } = shown;
  const { status, progress, failure, picture } = shown.session;
  return {
    status,
    progress,
    recent,
    ...(failure ? { failure } : {}),
    ...(picture ? { picture } : {}),
    ...(limited ? { limited } : {}),
  };
}

const isSearching = ({ instantSearchInstance: { status } }: InitOptions | RenderOptions) =>
  status === 'loading' || status === 'stalled';

function matchOf(session: Session | undefined, options: InitOptions | RenderOptions): ImageSearchMatch {
  const query = session?.query;
  if (!query) return 'unknown';
  if (!query.answer.code && query.answer.labels.length === 0) return 'nothing-seen';
  const results = 'results' in options ? options.results : undefined;
  if (!results) return 'unknown';
  const hits = results.hits as VisualHit[];
  if (hits.length === 0) return 'no-hits';
  if (!hits.some(({ _visual }) => _visual)) return 'unknown';
  return hits.some(({ _visual }) => _visual && _visual.verdict !== 'lessSimilar') ? 'like' : 'unlike';
}
