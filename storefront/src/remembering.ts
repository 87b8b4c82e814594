import type { Keeper, KeeperPorts } from './memory/keeper.js';
import { loadParts } from './onDemand.js';
import type { InUse } from './session.js';
import type { RecentPicture } from './types.js';

/** The collaborators of what remembers. */
export type RememberingPorts = Omit<KeeperPorts, 'storage'> & {
  /** Whether a tab keeps its pictures over a reload; what it kept is forgotten otherwise. */
  readonly remember: boolean;
  /** Called after every change of `recent`. */
  readonly onChange: () => void;
};

/** A link's name for a picture: see `memory/link.ts`. */
const LINKED = /[#&]image-search=/;

/** The pictures that a tab remembers. What does so is loaded once there is something to remember. */
export class Remembering {
  recent: readonly RecentPicture[] = [];
  #keeper: Promise<Keeper> | undefined;
  readonly #storage: Storage | undefined;

  constructor(private readonly ports: RememberingPorts) {
    this.#storage = tabStorage();
    if (!ports.remember) this.#storage?.removeItem(ports.key);
  }

  /** The picture that the page's address or this tab has; undefined at once where neither has any. */
  begin(): Promise<InUse | undefined> | undefined {
    const kept = this.#storage?.getItem(this.ports.key);
    const isLinked = typeof location === 'object' && LINKED.test(location.hash);
    if (!kept && !isLinked) return undefined;
    const first = this.#change((keeper) => (isLinked ? keeper.arrived() : keeper.current));
    // Where none is in use, nobody waits for the list of those that were.
    return isLinked || kept?.startsWith('{"current"') ? first : undefined;
  }

  keep(inUse: InUse): void {
    void this.#change((keeper) => keeper.keep(inUse));
  }

  forget(): void {
    void this.#change((keeper) => keeper.forget());
  }

  again(id: string): Promise<InUse | undefined> {
    return this.#change((keeper) => keeper.again(id));
  }

  async link(inUse: InUse): Promise<string | undefined> {
    return this.#change((keeper) => keeper.link(inUse, location.href));
  }

  async #change<T>(change: (keeper: Keeper) => T | Promise<T>): Promise<T | undefined> {
    try {
      this.#keeper ??= loadParts().then(
        ({ Keeper }) =>
          new Keeper({ ...this.ports, storage: this.ports.remember ? this.#storage : undefined }),
      );
      const keeper = await this.#keeper;
      const result = change(keeper);
      this.#show(keeper);
      const settled = await result;
      this.#show(keeper);
      return settled;
    } catch (error) {
      this.#keeper = undefined;
      console.warn('imageSearch: pictures are not remembered:', error);
      return undefined;
    }
  }

  #show(keeper: Keeper): void {
    this.recent = keeper.recent;
    this.ports.onChange();
  }
}

/** The tab's storage; undefined on a server, and where a page may not have it. */
function tabStorage(): Storage | undefined {
  try {
    return window.sessionStorage;
  } catch {
    return undefined;
  }
}
