import type { InitOptions, SearchClient } from 'instantsearch.js';
import type { Look } from './look.js';
import { Overlay, type SearchParameters } from './overlay.js';
import { windowed } from './window.js';

type Helper = InitOptions['helper'];

/** The part of InstantSearch that an attachment holds on to. */
export interface AttachmentTarget {
  readonly helper: Helper;
  /** The helper that searches for the whole page. */
  readonly mainHelper: Helper;
  readonly index: string;
}

/** Keeps the look in use on one index of a page, whatever else happens to its state. */
export class Attachment {
  readonly #overlay: Overlay;
  readonly #client: SearchClient;
  readonly #windowed: SearchClient;
  #look: Look | undefined;

  constructor(
    private readonly target: AttachmentTarget,
    rerank: boolean,
  ) {
    const { index, mainHelper, helper } = target;
    this.#overlay = new Overlay(index);
    this.#client = mainHelper.getClient() as SearchClient;
    this.#windowed = windowed(this.#client, { look: () => this.#look, index, rerank });
    mainHelper.setClient(this.#windowed as Parameters<Helper['setClient']>[0]);
    helper.on('change', this.#keep);
  }

  /** The state as it should be; the same object if it is. */
  dressed(state: SearchParameters): SearchParameters {
    return this.#look ? this.#overlay.lay(state, this.#look) : this.#overlay.lift(state);
  }

  /** Searches with the look from the first page on. */
  wear(look: Look | undefined, fresh: boolean): void {
    const { helper } = this.target;
    this.#look = look;
    const state = look && fresh ? this.#cleared(look) : helper.state;
    helper.setState(this.dressed(state).resetPage()).search();
  }

  /**
   * A fresh picture is shown by relevance, whatever the order was before; and what is similar to a product need
   * not have the words that brought the product.
   */
  #cleared({ product }: Look): SearchParameters {
    const { helper, index } = this.target;
    const byRelevance = helper.state.setQueryParameter('index', index);
    return product === undefined ? byRelevance : byRelevance.setQueryParameter('query', '');
  }

  /** Lets go of everything; returns the state without the look. */
  detach(): SearchParameters {
    const { helper, mainHelper } = this.target;
    helper.removeListener('change', this.#keep);
    if (mainHelper.getClient() === this.#windowed) {
      mainHelper.setClient(this.#client as Parameters<Helper['setClient']>[0]);
    }
    this.#look = undefined;
    return this.#overlay.lift(helper.state);
  }

  /**
   * Another widget has set the state, of which some, such as `configure`, replace a list as a whole: before
   * anybody searches with it, the look is put over it again.
   */
  readonly #keep = ({ state }: { state: SearchParameters }): void => {
    const dressed = this.dressed(state);
    if (dressed !== state) this.target.helper.setState(dressed);
  };
}
