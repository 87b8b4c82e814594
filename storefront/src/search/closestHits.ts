import { Judge, judged } from './judge.js';
import type { Paging } from './paging.js';
import { counting, type Params, ranking, shown } from './parameters.js';
import type { PictureQuery } from './query.js';
import type { Request, Result, Steps } from './rounds.js';
import { type ComparedHit, closestFirst, groupsOf } from './similarity.js';

/** Number of hits that are put in the order of their closeness, as many as in the search function. */
const WINDOW = 100;

/** Hits on a page where an index has no setting (Algolia, `hitsPerPage`). */
const DEFAULT_SIZE = 20;

/** Codes that are kept: about 350 bytes each. */
const MOST_CODES = 5_000;

/** Bytes of JSON, of which a quarter are left when they are compressed, that are worth a request more. */
const HEAVY = 32_000;

type Hit = Readonly<Record<string, unknown>>;
type Search = Request & { readonly params: Params };
type Asking<T> = Generator<Request, T, Result>;

/**
 * Pages of the hits in the order of closeness. The first hundred are asked for at once, so that neighboring pages
 * come from the client's cache; where records are large, only with what they are ordered by, and then what is shown
 * of one page. Algolia may give fewer than a hundred (a key's `maxHitsPerQuery`): what comes after them is asked for
 * as a page of its own.
 */
export class ClosestHits {
  /** Codes by `objectID`, of each index and encoder. */
  readonly #codes = new Map<string, Map<unknown, unknown>>();

  constructor(private readonly paging: Paging) {}

  *page(asked: Search, query: PictureQuery): Steps {
    const { page = 0, hitsPerPage } = asked.params as { page?: number; hitsPerPage?: number };
    const judge = new Judge(query, asked.params);
    const wanted = hitsPerPage ?? this.paging.sizeOf(asked.indexName) ?? (yield* this.#ownSize(asked));
    const pages = Math.ceil(WINDOW / wanted);
    if (page >= pages) return yield* judged(asked, judge);
    const isWhole = this.#isLight(asked.indexName, pages * wanted, wanted);
    const window = yield* this.#window(asked, query, pages * wanted, isWhole);
    // A client that answers itself, as Algolia advises for empty words, may say 0.
    const { nbHits = 0 } = window;
    const given = window.hitsPerPage || pages * wanted;
    const groups = groupsOf((window.hits ?? []).map(judge.compare));
    const size = Math.min(wanted, given);
    const isAll = groups.length >= nbHits || (given >= pages * wanted && groups.length < given);
    const covered = isAll ? pages : Math.max(1, Math.floor(groups.length / size));
    if (page >= covered) return yield* judged(asked, judge);
    const whole = closestFirst(groups.slice(0, covered * size));
    const shownHere = whole.slice(page * size, (page + 1) * size).flat();
    const hits = isWhole ? shownHere : (yield* this.#records(asked, query, shownHere)).map(judge.compare);
    const nbPages = isAll ? Math.ceil(groups.length / size) : yield* this.#pages(asked, size, nbHits);
    return { ...window, hits: hits.map(judge.said), page, hitsPerPage: size, nbPages };
  }

  /** Whether records are so small that fetching all that is ordered costs less than asking again. */
  #isLight(index: string, ordered: number, onPage: number): boolean {
    return (Math.min(ordered, this.paging.most(index)) - onPage) * this.paging.bytesOfHit(index) < HEAVY;
  }

  /** The first hits, whole or only with what they are ordered by; without codes that are known. */
  *#window(asked: Search, query: PictureQuery, hitsPerPage: number, isWhole: boolean): Asking<Result> {
    const [attribute = ''] = Object.keys(query.answer.code ?? {});
    const codes = this.#codesOf(`${attribute} ${asked.indexName}`);
    const ask = (params: Params) => ({ ...asked, params: { ...params, page: 0, hitsPerPage } });
    const isKnown = !isWhole && codes.size >= this.paging.most(asked.indexName);
    let window = yield ask(isWhole ? asked.params : ranking(asked.params, query, !isKnown));
    if (isKnown && window.hits?.some(({ objectID }) => !codes.has(objectID)))
      window = yield ask(ranking(asked.params, query, true));
    const hits = (window.hits ?? []).map((hit) => {
      const code = hit[attribute] ?? codes.get(hit.objectID);
      codes.set(hit.objectID, code);
      return { ...hit, [attribute]: code };
    });
    return { ...window, hits };
  }

  #codesOf(encoder: string): Map<unknown, unknown> {
    const kept = this.#codes.get(encoder);
    const codes = kept && kept.size < MOST_CODES ? kept : new Map<unknown, unknown>();
    this.#codes.set(encoder, codes);
    return codes;
  }

  /** The records of compared hits, in their order, with what they were ordered by. */
  *#records(asked: Search, query: PictureQuery, compared: readonly ComparedHit[]): Asking<Hit[]> {
    const hits = compared.map(({ hit }) => hit);
    const found = yield* this.#byId(
      asked,
      query,
      hits.map(({ objectID }) => String(objectID)),
    );
    return hits.flatMap((hit) => {
      const record = found.get(String(hit.objectID));
      return record ? [{ ...hit, ...record }] : [];
    });
  }

  /**
   * Records by their `objectID`. What the words do not find, as rules may have changed them, is found without; and a
   * key may get fewer at once than there are.
   */
  *#byId(asked: Search, query: PictureQuery, ids: readonly string[]): Asking<Map<string, Hit>> {
    const found = new Map<string, Hit>();
    const ways = asked.params.query ? [asked.params.query, ''] : [''];
    for (let missing = ids; missing.length && ways.length; missing = ids.filter((id) => !found.has(id))) {
      const params = shown({ ...asked.params, query: ways[0] }, query, missing);
      const { hits = [] } = yield { ...asked, params };
      for (const hit of hits) found.set(String(hit.objectID), hit);
      if (!missing.some((id) => found.has(id))) ways.shift();
    }
    return found;
  }

  /** Hits on a page of the index, asked for where no answer has told yet. */
  *#ownSize(asked: Search): Asking<number> {
    const { hitsPerPage } = yield { ...asked, params: counting(asked.params) };
    return hitsPerPage || DEFAULT_SIZE;
  }

  *#pages(asked: Search, size: number, nbHits: number): Asking<number> {
    const known = this.paging.pages(asked.indexName, size, nbHits);
    if (known !== undefined) return known;
    const { nbPages = 0 } = yield { ...asked, params: { ...counting(asked.params), hitsPerPage: size } };
    return nbPages;
  }
}
