import { passes, scoreOf, valuesAt } from './filters.js';

export type Product = Readonly<Record<string, unknown>> & { readonly objectID: string };
export type Params = Readonly<Record<string, unknown>>;

/** A request that reached Algolia. */
export interface Asked {
  readonly kind: 'search' | 'facet' | 'composition' | 'recommend';
  readonly indexName: string;
  readonly params: Params;
}

/** Settings of the index and of the key. */
interface Settings {
  readonly hitsPerPage: number;
  readonly paginationLimitedTo: number;
  /** The most hits that the key gets with one query. */
  readonly maxHitsPerQuery: number;
  /** Products of one `model` that count as one hit; 0 where each counts. */
  readonly distinct: number;
  /** Places, from 0 on, at which a rule pins products. */
  readonly promoted: Readonly<Record<string, number>>;
  /** Why a search is refused with status 400, if it is. */
  readonly refusal: (params: Params) => string | undefined;
}

const DEFAULTS: Settings = {
  hitsPerPage: 20,
  paginationLimitedTo: 1000,
  maxHitsPerQuery: 1000,
  distinct: 0,
  promoted: {},
  refusal: () => undefined,
};

/** An Algolia whose indices all have the same products; those whose names end in `_cheap` are sorted by price. */
export class FakeAlgolia {
  readonly asked: Asked[] = [];
  readonly settings: Settings;

  constructor(
    readonly products: readonly Product[],
    settings: Partial<Settings> = {},
  ) {
    this.settings = { ...DEFAULTS, ...settings };
  }

  /** The parameters of the last request, or of the last one to an index. */
  last(indexName?: string): Params {
    return this.asked.findLast((asked) => !indexName || asked.indexName === indexName)?.params ?? {};
  }

  search(indexName: string, params: Params, kind: Asked['kind'] = 'search') {
    this.#ask({ kind, indexName, params });
    const { paginationLimitedTo, maxHitsPerQuery } = this.settings;
    const groups = this.#groups(indexName, params);
    const size = Math.min(Number(params.hitsPerPage ?? this.settings.hitsPerPage), maxHitsPerQuery);
    const page = Number(params.page ?? 0);
    const reachable = groups.slice(0, paginationLimitedTo);
    const hits = reachable.slice(page * size, (page + 1) * size).flat();
    return {
      index: indexName,
      hits: hits.map((hit) => shown(hit, params)),
      nbHits: groups.length,
      page,
      hitsPerPage: size,
      nbPages: size && Math.ceil(reachable.length / size),
      query: params.query ?? '',
      params: '',
      exhaustiveNbHits: true,
      processingTimeMS: 1,
      facets: this.#facets(params),
      renderingContent: { facetOrdering: { facets: { order: ['brand'] }, values: {} } },
    };
  }

  facet(indexName: string, facet: string, params: Params) {
    this.#ask({ kind: 'facet', indexName, params });
    const counts = Object.entries(this.#counts(facet, params));
    const wanted = counts.filter(([value]) => value.startsWith(String(params.facetQuery ?? '')));
    const facetHits = wanted.map(([value, count]) => ({ value, highlighted: value, count }));
    return { facetHits, exhaustiveFacetsCount: true, processingTimeMS: 1 };
  }

  recommend(indexName: string) {
    this.#ask({ kind: 'recommend', indexName, params: {} });
    const hits = this.products.slice(0, 2);
    return { index: indexName, hits, nbHits: 2, page: 0, hitsPerPage: 2, nbPages: 1, processingTimeMS: 1 };
  }

  #ask(asked: Asked): void {
    this.asked.push(asked);
    const refusal = this.settings.refusal(asked.params);
    if (refusal) throw Object.assign(new Error(refusal), { name: 'ApiError', status: 400 });
  }

  #found({ query = '', ...params }: Params): Product[] {
    const words = String(query).split(' ');
    return this.products.filter(
      (product) => passes(product, params) && words.every((word) => `${product.name}`.includes(word)),
    );
  }

  /** What is found, best first, each entry one that counts as a hit. */
  #groups(indexName: string, params: Params): Ranked[][] {
    const { distinct, promoted } = this.settings;
    const sorted = indexName.endsWith('_cheap');
    const ranked = this.#found(params).map((product) => ({
      product,
      points: scoreOf(product, params.optionalFilters),
      rank: sorted ? Number(product.price) : -scoreOf(product, params.optionalFilters),
    }));
    ranked.sort((one, other) => one.rank - other.rank);
    if (distinct) return grouped(ranked, distinct);
    const pinned = ranked.filter(({ product }) => product.objectID in promoted);
    const free = ranked.filter((each) => !pinned.includes(each)).map((each): Ranked[] => [each]);
    for (const each of pinned) {
      free.splice(promoted[each.product.objectID] ?? 0, 0, [{ ...each, extra: { promoted: true } }]);
    }
    return free;
  }

  #facets({ facets, ...params }: Params) {
    const wanted = [facets ?? []].flat().flatMap((facet) => (facet === '*' ? ['brand'] : String(facet)));
    return Object.fromEntries(wanted.map((facet) => [facet, this.#counts(facet, params)]));
  }

  #counts(facet: string, params: Params): Record<string, number> {
    const values = this.#found(params).flatMap((product) => valuesAt(product, facet));
    return Object.fromEntries(
      [...new Set(values)].map((value) => [value, values.filter((each) => each === value).length]),
    );
  }
}

interface Ranked {
  readonly product: Product;
  readonly points: number;
  readonly sequence?: number;
  readonly extra?: object;
}

function grouped(ranked: readonly Ranked[], distinct: number): Ranked[][] {
  const models = new Map<unknown, Ranked[]>();
  for (const each of ranked) {
    const group = models.get(each.product.model) ?? [];
    if (group.length < distinct) group.push({ ...each, sequence: group.length });
    models.set(each.product.model, group);
  }
  return [...models.values()];
}

/** A hit with the attributes, highlights and explanations that were asked for. */
function shown({ product, points, sequence, extra }: Ranked, params: Params): object {
  const retrieved = (params.attributesToRetrieve as readonly string[] | undefined) ?? ['*'];
  const wanted = (name: string) =>
    !retrieved.includes(`-${name}`) && (retrieved.includes('*') || retrieved.includes(name));
  const attributes = Object.entries(product).filter(([name]) => name === 'objectID' || wanted(name));
  const texts = attributes.filter(([name, value]) => name !== 'objectID' && typeof value === 'string');
  const highlights =
    (params.attributesToHighlight as readonly string[] | undefined) ?? texts.map(([name]) => name);
  const highlighted = texts.filter(([name]) => highlights.includes(name) || highlights.includes('*'));
  return {
    ...Object.fromEntries(attributes),
    ...(highlighted.length
      ? { _highlightResult: Object.fromEntries(highlighted.map(([name, value]) => [name, unmatched(value)])) }
      : {}),
    ...(sequence === undefined ? {} : { _distinctSeqID: sequence }),
    ...(params.getRankingInfo ? { _rankingInfo: { nbTypos: 0, filters: points, ...extra } } : {}),
  };
}

const unmatched = (value: unknown) => ({ value, matchLevel: 'none', matchedWords: [] });
