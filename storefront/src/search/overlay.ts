import type { InitOptions } from 'instantsearch.js';
import { allOf, listed } from './filters.js';
import { type Additions, additions, type Look } from './look.js';

export type SearchParameters = InitOptions['state'];
type Values = Record<string, unknown>;

/** What was put over the shop's own parameters, and what stood there before. */
interface Worn {
  readonly lists: Readonly<Record<string, ReadonlySet<unknown>>>;
  readonly values: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
}

const NOTHING: Worn = { lists: {}, values: {} };

/**
 * Puts a picture's parameters over those of the page's other widgets, and takes them off again: what the shop
 * asks for itself, optional filters and `filters` above all, stays in force whichever widget sets it and when.
 */
export class Overlay {
  #worn = NOTHING;

  /** `index` is the one whose order is by relevance; another one's hits are sorted by something else. */
  constructor(private readonly index: string) {}

  /** The state with the look, and only with this one; the same object when it has it already. */
  lay(state: SearchParameters, look: Look): SearchParameters {
    const lifted = this.#lifted(state as unknown as Values);
    const bare: Values = { ...state, ...lifted };
    const added = additions(look, bare.optionalFilters, bare.index !== this.index);
    const { next, worn } = dressed(bare, added);
    this.#worn = worn;
    return changed(state, { ...lifted, ...next });
  }

  /** The state without any look. */
  lift(state: SearchParameters): SearchParameters {
    return changed(state, this.#lifted(state as unknown as Values));
  }

  /** What the worn parameters are without what was put over them; what somebody replaced is theirs. */
  #lifted(now: Values): Values {
    const lists = mapped(this.#worn.lists, (name, ours) => without(now[name], ours));
    const values = mapped(this.#worn.values, (name, { before, after }) =>
      now[name] === after ? before : now[name],
    );
    return { ...lists, ...values };
  }
}

function dressed(bare: Values, { lists, clauses, values }: Additions): { next: Values; worn: Worn } {
  const ours = mapped(lists, (name, wanted) => wanted.filter((each) => !listed(bare[name]).includes(each)));
  const single: Values = {
    ...values,
    ...(clauses.length ? { filters: allOf(bare.filters as string, clauses) } : {}),
  };
  return {
    next: { ...mapped(ours, (name, added) => merged(bare[name], added)), ...single },
    worn: {
      lists: mapped(ours, (_, added) => new Set<unknown>(added)),
      values: mapped(single, (name, after) => ({ before: bare[name], after })),
    },
  };
}

const merged = (own: unknown, added: readonly unknown[]) => orNothing([...listed(own), ...added]);

const without = (values: unknown, ours: ReadonlySet<unknown>) =>
  orNothing(listed(values).filter((each) => !ours.has(each)));

const orNothing = (values: readonly unknown[]) => (values.length ? values : undefined);

/** Sets what differs; a state that would not change stays the same object. */
function changed(state: SearchParameters, next: Values): SearchParameters {
  const now = state as unknown as Values;
  const different = Object.entries(next).filter(([name, value]) => !same(now[name], value));
  return different.length ? state.setQueryParameters(Object.fromEntries(different)) : state;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

function mapped<From, To>(values: Readonly<Record<string, From>>, map: (name: string, value: From) => To) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(name, value)]));
}
