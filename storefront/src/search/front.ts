import type { InitOptions } from 'instantsearch.js';
import { originalOf, type Pictures, pictureClient, type Taking } from './client.js';
import { Paging } from './paging.js';

type Helper = InitOptions['helper'];
type IndexWidget = InitOptions['parent'];

/** The pictures in use behind a helper, by what their marks begin with. */
export class Front implements Pictures {
  readonly paging = new Paging();
  /** What searches wait for: a picture from before that comes back. */
  waiting: Promise<void> | undefined;
  readonly #takings = new Map<string, (index: string) => Taking | undefined>();
  #client: object;
  #ours: object;

  constructor(private readonly helper: Helper) {
    this.#client = originalOf(helper.getClient());
    this.#ours = pictureClient(this.#client, this);
    Object.defineProperty(helper, 'client', {
      configurable: true,
      enumerable: true,
      get: () => this.#ours,
      set: (client: object) => this.#use(client),
    });
  }

  /** A page may change its client, and may put one of its own before ours. */
  #use(client: object): void {
    this.#client = originalOf(client);
    this.#ours = pictureClient(this.#client, this);
  }

  taking(mark: unknown, index: string): Taking | undefined {
    return this.#takings.get(String(mark).split('.')[0] ?? '')?.(index);
  }

  wait(wanted: Promise<void>): void {
    const before = this.waiting;
    const all = Promise.all([before, wanted]).then(() => {
      if (this.waiting === all) this.waiting = undefined;
    });
    this.waiting = all;
  }

  join(name: string, taking: (index: string) => Taking | undefined): void {
    this.#takings.set(name, taking);
  }

  /** Gives the helper its own client back once nobody is left, and the indices below `root` that took ours over. */
  leave(name: string, root: IndexWidget): void {
    this.#takings.delete(name);
    if (this.#takings.size) return;
    const value = this.#client;
    Object.defineProperty(this.helper, 'client', {
      configurable: true,
      enumerable: true,
      writable: true,
      value,
    });
    fronts.delete(this.helper);
    for (const helper of helpersOf(root))
      if (!fronts.has(helper)) helper.setClient(originalOf(helper.getClient()) as never);
  }
}

function helpersOf(index: IndexWidget): Helper[] {
  const own = index.getHelper();
  const below = index.getWidgets().filter((widget): widget is IndexWidget => widget.$$type === 'ais.index');
  return [...(own ? [own] : []), ...below.flatMap(helpersOf)];
}

const fronts = new WeakMap<object, Front>();

/** What stands between a helper and its client as long as a picture may be in use. */
export function frontOf(helper: Helper): Front {
  const front = fronts.get(helper) ?? new Front(helper);
  fronts.set(helper, front);
  return front;
}

/** The helper that searches for an index: the page's, or that of an isolated index around it. */
export function searchingHelper({ parent, instantSearchInstance, helper }: InitOptions): Helper {
  for (let at: IndexWidget | null = parent; at; at = at.getParent())
    if ((at as { _isolated?: boolean })._isolated) return at.getHelper() ?? helper;
  return instantSearchInstance.mainHelper ?? helper;
}
