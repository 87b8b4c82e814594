import { type Kept, keptIn } from './kept.js';
import { holderIn, listIn, textIn } from './readAnswer.js';

/** Pictures that can be chosen again. */
const MOST = 5;

/**
 * The last pictures of a tab, in its own storage, which ends with it: what the search function answered, and of a
 * photo a thumbnail. Without storage it lasts as long as the page, and a full one keeps less.
 */
export class PictureMemory {
  #pictures: readonly Kept[];
  #current: string | undefined;

  constructor(
    private readonly storage: Storage | undefined,
    private readonly key: string,
  ) {
    const { current, pictures } = holderIn(this.#stored());
    this.#pictures = listIn(pictures, MOST, (picture) => keptIn(picture, 'tab'));
    this.#current = textIn(current, /^./s, 512);
  }

  /** The newest first. */
  get pictures(): readonly Kept[] {
    return this.#pictures;
  }

  /** The picture that is in use. */
  get current(): Kept | undefined {
    return this.#pictures.find(({ id }) => id === this.#current);
  }

  /** Keeps a picture, which is in use from now on. */
  keep(kept: Kept): void {
    this.#pictures = [kept, ...this.#pictures.filter(({ id }) => id !== kept.id)].slice(0, MOST);
    this.#current = kept.id;
    this.#store();
  }

  /** Gives a picture that is kept its preview; which one is in use may have changed meanwhile. */
  addPreview(id: string, preview: string): void {
    this.#pictures = this.#pictures.map((kept) => (kept.id === id ? { ...kept, preview } : kept));
    this.#store();
  }

  /** Forgets the picture in use. */
  forgetCurrent(): void {
    this.#pictures = this.#pictures.filter(({ id }) => id !== this.#current);
    this.#current = undefined;
    this.#store();
  }

  #stored(): unknown {
    try {
      return JSON.parse(this.storage?.getItem(this.key) ?? '');
    } catch {
      return undefined;
    }
  }

  /** Stores what fits, the oldest left out first. `current` stands first: see `Remembering`. */
  #store(): void {
    let most = this.#pictures.length;
    while (most > 0 && !this.#fits(this.#pictures.slice(0, most))) most -= 1;
    if (most === 0) this.storage?.removeItem(this.key);
  }

  #fits(pictures: readonly Kept[]): boolean {
    try {
      this.storage?.setItem(this.key, JSON.stringify({ current: this.#current, pictures }));
      return true;
    } catch {
      return false;
    }
  }
}
