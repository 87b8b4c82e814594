import type { InitOptions, SearchClient } from 'instantsearch.js';
import { pictureClient } from './client.js';
import { PictureParameters, type SearchParameters } from './parameters.js';
import type { PictureQuery } from './query.js';

type Helper = InitOptions['helper'];

/** The part of InstantSearch that an attachment works on. */
export interface AttachmentTarget {
  readonly helper: Helper;
  /** The helper that searches for the whole page. */
  readonly mainHelper: Helper;
  readonly index: string;
}

/** The picture in use on one index of a page: its parameters stay applied whatever other widgets set. */
export class Attachment {
  readonly #parameters: PictureParameters;
  readonly #client: SearchClient;
  readonly #pictureClient: SearchClient;
  #query: PictureQuery | undefined;

  constructor(
    private readonly target: AttachmentTarget,
    rerank: boolean,
  ) {
    const { index, mainHelper, helper } = target;
    this.#parameters = new PictureParameters(index);
    this.#client = mainHelper.getClient() as SearchClient;
    this.#pictureClient = pictureClient(this.#client, { query: () => this.#query, index, rerank });
    mainHelper.setClient(this.#pictureClient as Parameters<Helper['setClient']>[0]);
    helper.on('change', this.#reapply);
  }

  /** The state with the parameters of the picture in use, or without any; the same object if it is so already. */
  applied(state: SearchParameters): SearchParameters {
    return this.#query
      ? this.#parameters.withPicture(state, this.#query)
      : this.#parameters.withoutPicture(state);
  }

  /** Searches with a picture, or without one, from the first page on. */
  search(query: PictureQuery | undefined, fresh: boolean): void {
    const { helper } = this.target;
    this.#query = query;
    const state = query && fresh ? this.#firstState(query) : helper.state;
    helper.setState(this.applied(state).resetPage()).search();
  }

  /**
   * The state in which a fresh picture is searched for: by relevance, whatever the order was before, and for a
   * product without the words that brought it, which what is similar need not have.
   */
  #firstState({ product }: PictureQuery): SearchParameters {
    const { helper, index } = this.target;
    const byRelevance = helper.state.setQueryParameter('index', index);
    return product === undefined ? byRelevance : byRelevance.setQueryParameter('query', '');
  }

  /** Removes the listener and the client; returns the state without the picture's parameters. */
  detach(): SearchParameters {
    const { helper, mainHelper } = this.target;
    helper.removeListener('change', this.#reapply);
    if (mainHelper.getClient() === this.#pictureClient) {
      mainHelper.setClient(this.#client as Parameters<Helper['setClient']>[0]);
    }
    this.#query = undefined;
    return this.#parameters.withoutPicture(helper.state);
  }

  /**
   * Applies the parameters again before anybody searches with a state that another widget has set: some, such
   * as `configure`, replace a list as a whole.
   */
  readonly #reapply = ({ state }: { state: SearchParameters }): void => {
    const applied = this.applied(state);
    if (applied !== state) this.target.helper.setState(applied);
  };
}
