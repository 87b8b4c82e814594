import type { InitOptions } from 'instantsearch.js';
import { allOf, listed } from './filters.js';
import { type Additions, additions, type PictureQuery } from './query.js';

export type SearchParameters = InitOptions['state'];
type Values = Record<string, unknown>;

/** What was added to the shop's own parameters, and what they were before. */
interface Applied {
  readonly lists: Readonly<Record<string, ReadonlySet<unknown>>>;
  readonly values: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
}

const NOTHING: Applied = { lists: {}, values: {} };

/**
 * Applies a picture's parameters to a search state of the page, and removes them again: what the shop asks for
 * itself, optional filters and `filters` above all, stays in force whichever widget sets it and when.
 */
export class PictureParameters {
  #applied = NOTHING;

  /** @param index the one whose order is by relevance; another one's hits are sorted by something else */
  constructor(private readonly index: string) {}

  /** The state with the picture's parameters, and no other picture's; the same object when it has them already. */
  withPicture(state: SearchParameters, query: PictureQuery): SearchParameters {
    const original = this.#original(state as unknown as Values);
    const own: Values = { ...state, ...original };
    const added = additions(query, own.optionalFilters, own.index !== this.index);
    const { next, applied } = joined(own, added);
    this.#applied = applied;
    return changed(state, { ...original, ...next });
  }

  /** The state without any picture's parameters. */
  withoutPicture(state: SearchParameters): SearchParameters {
    return changed(state, this.#original(state as unknown as Values));
  }

  /** The changed parameters without what was added to them; what another widget replaced stays as it is. */
  #original(now: Values): Values {
    const lists = mapped(this.#applied.lists, (name, ours) => without(now[name], ours));
    const values = mapped(this.#applied.values, (name, { before, after }) =>
      now[name] === after ? before : now[name],
    );
    return { ...lists, ...values };
  }
}

/** The parameters to set, and what of them is the picture's. */
function joined(own: Values, { lists, clauses, values }: Additions): { next: Values; applied: Applied } {
  const ours = mapped(lists, (name, wanted) => wanted.filter((each) => !listed(own[name]).includes(each)));
  const single: Values = {
    ...values,
    ...(clauses.length ? { filters: allOf(own.filters as string, clauses) } : {}),
  };
  return {
    next: { ...mapped(ours, (name, added) => merged(own[name], added)), ...single },
    applied: {
      lists: mapped(ours, (_, added) => new Set<unknown>(added)),
      values: mapped(single, (name, after) => ({ before: own[name], after })),
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
