import type { InitOptions, RenderOptions } from 'instantsearch.js';
import { LIMITS, prepare } from './photo/prepare.js';
import { Attachment } from './search/attachment.js';
import { pictureOf } from './search/record.js';
import { httpService } from './service/service.js';
import { Session } from './session.js';
import type {
  AttributeNames,
  ImageSearchConnector,
  ImageSearchConnectorParams,
  ImageSearchMatch,
  ImageSearchRenderState,
  VisualHit,
} from './types.js';

const DEFAULT_TIMEOUT = 20_000;

/**
 * Connects any interface to a search by picture: photos go to the search function, whose answer becomes search
 * parameters beside those of the page's other widgets. The URL says nothing of the picture.
 *
 * Throws an `Error` that names the parameter for one that cannot work.
 */
export const connectImageSearch: ImageSearchConnector = (renderFn, unmountFn = () => {}) => {
  return (widgetParams) => {
    validate(widgetParams);
    let attachment: Attachment | undefined;
    let render = () => {};
    let match: ImageSearchMatch = 'unknown';
    const session = newSession(widgetParams, {
      onChange: () => render(),
      onQuery(query, fresh) {
        match = 'unknown';
        attachment?.search(query, fresh);
      },
    });
    const actions = actionsOn(session, widgetParams);

    return {
      $$type: 'visual.imageSearch',
      init(options) {
        attachment?.detach();
        attachment = attached(options, widgetParams.rerank ?? true);
        render = () => this.render?.(latest(options));
        renderFn(
          { ...this.getWidgetRenderState(options), instantSearchInstance: options.instantSearchInstance },
          true,
        );
      },
      render(options) {
        renderFn(
          { ...this.getWidgetRenderState(options), instantSearchInstance: options.instantSearchInstance },
          false,
        );
      },
      dispose({ state }) {
        render = () => {};
        session.close();
        const left = attachment?.detach() ?? state;
        attachment = undefined;
        unmountFn();
        return left;
      },
      getRenderState(renderState, options) {
        return { ...renderState, imageSearch: this.getWidgetRenderState(options) };
      },
      getWidgetRenderState(options) {
        // While the page searches, the last match is kept: the message would come and go with every key otherwise.
        if (!isSearching(options)) match = matchOf(session, options);
        return { ...stateOf(session), match, ...actions, widgetParams };
      },
      getWidgetUiState: (uiState) => uiState,
      getWidgetSearchParameters: (state) => attachment?.applied(state) ?? state,
    };
  };
};

function validate({ url }: ImageSearchConnectorParams): void {
  const advice = "write the address of your search function, such as url: 'https://search.example.com'";
  if (!url || !URL.canParse(url))
    throw new Error(`imageSearch: \`url\` is ${url ? 'no address' : 'missing'}: ${advice}`);
  const { protocol, hostname } = new URL(url);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && local)) {
    throw new Error(
      `imageSearch: \`url\` begins with ${protocol}, which anybody on the way could read: ${advice}`,
    );
  }
}

type Reactions = Pick<ConstructorParameters<typeof Session>[0], 'onChange' | 'onQuery'>;

function newSession(
  { url, timeout = DEFAULT_TIMEOUT, maxFileBytes }: ImageSearchConnectorParams,
  reactions: Reactions,
) {
  const limits = { ...LIMITS, ...(maxFileBytes === undefined ? {} : { maxFileBytes }) };
  return new Session({
    prepare: (photo, crop) => prepare(photo, crop, limits),
    service: httpService({
      url,
      timeout,
      newRequest: () => new XMLHttpRequest(),
      online: () => navigator.onLine,
      report: (advice) => console.error(`imageSearch: ${advice}`),
    }),
    previews: {
      make: (photo) => URL.createObjectURL(photo),
      release: (preview) => URL.revokeObjectURL(preview),
    },
    ...reactions,
  });
}

type Actions = Pick<
  ImageSearchRenderState,
  'search' | 'similar' | 'crop' | 'toggle' | 'retry' | 'cancel' | 'clear'
>;

function actionsOn(session: Session, { imageOf }: ImageSearchConnectorParams): Actions {
  return {
    search: (photo, crop) => void session.start({ source: 'photo', photo, ...(crop ? { crop } : {}) }),
    similar: (hit) => {
      const own = imageOf?.(hit);
      const previewOf = (names: AttributeNames) => (imageOf ? own : pictureOf(hit, names)) ?? '';
      void session.start({ source: 'product', product: hit.objectID, previewOf });
    },
    crop: (part) => session.crop(part),
    toggle: (label) => session.toggle(label),
    retry: () => session.retry(),
    cancel: () => session.cancel(),
    clear: () => session.clear(),
  };
}

function attached({ helper, instantSearchInstance, parent }: InitOptions, rerank: boolean): Attachment {
  const { mainHelper } = instantSearchInstance;
  return new Attachment({ helper, mainHelper: mainHelper ?? helper, index: parent.getIndexName() }, rerank);
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

type State = Omit<ImageSearchRenderState, keyof Actions | 'match'>;

function stateOf(session: Session): State {
  const { status, progress, failure, picture } = session;
  return {
    status,
    progress,
    ...(failure ? { failure: failure.plain } : {}),
    ...(picture ? { picture } : {}),
  };
}

const isSearching = ({ instantSearchInstance: { status } }: InitOptions | RenderOptions) =>
  status === 'loading' || status === 'stalled';

function matchOf({ query }: Session, options: InitOptions | RenderOptions): ImageSearchMatch {
  if (!query) return 'unknown';
  if (!query.answer.code && query.answer.labels.length === 0) return 'nothing-seen';
  const results = 'results' in options ? options.results : undefined;
  if (!results) return 'unknown';
  const hits = results.hits as VisualHit[];
  if (hits.length === 0) return 'no-hits';
  if (!hits.some(({ _visual }) => _visual)) return 'unknown';
  return hits.some(({ _visual }) => _visual?.match) ? 'like' : 'unlike';
}
