import { bestLabels } from '../search/bestLabels.js';
import type { InUse } from '../session.js';
import type { RecentPicture } from '../types.js';
import { fromBase64, toBase64 } from './base64.js';
import { type Kept, keptOf, queryOf } from './kept.js';
import { linkIn, linkTo, unpacked } from './link.js';
import { PictureMemory } from './pictureMemory.js';

/** The collaborators of a keeper. */
export interface KeeperPorts {
  /** The tab's storage; undefined where nothing is to be kept, or can be. */
  readonly storage: Storage | undefined;
  /** The name of what is stored. */
  readonly key: string;
  /** Makes a JPEG of at most so many bytes and pixels a side. Rejects where this browser can't. */
  readonly thumbnail: (photo: Blob, bytes: number, side: number) => Promise<Blob>;
  /** Makes an address at which a picture can be shown, and releases it. */
  readonly previews: { readonly make: (photo: Blob) => string; readonly release: (preview: string) => void };
}

const THUMBNAIL_BYTES = 5_000;
const THUMBNAIL_SIDE = 128;

/** The pictures of a tab that can be used again, in this page with their photos, and after a reload without. */
export class Keeper {
  readonly #memory: PictureMemory;
  /** The id of what is kept of a photo, or of an origin without one. */
  readonly #ids = new WeakMap<object, string>();
  readonly #photos = new Map<string, Blob>();
  readonly #previews = new Map<string, string>();

  constructor(private readonly ports: KeeperPorts) {
    this.#memory = new PictureMemory(ports.storage, ports.key);
  }

  /** The last pictures, the newest first. */
  get recent(): RecentPicture[] {
    return this.#memory.pictures.map((kept) => ({
      id: kept.id,
      source: kept.source,
      preview: this.#previewOf(kept),
      name: kept.name ?? bestLabels(kept.answer.labels)[0]?.description ?? '',
    }));
  }

  /** The picture that was in use when the page was left. */
  get current(): InUse | undefined {
    const { current } = this.#memory;
    return current && this.#inUse(current);
  }

  /** The picture of the link that brought the shopper here, which is taken from the page's address. */
  async arrived(): Promise<InUse | undefined> {
    const link = linkIn(location.href);
    if (!link) return undefined;
    history.replaceState(history.state, '', link.rest);
    const kept = await unpacked(link.packed);
    if (!kept) console.warn('imageSearch: the link to this page carries no picture that can be used');
    return kept && this.#inUse({ ...kept, id: newId() });
  }

  /** A picture that was used before; undefined for one that is no longer kept. */
  again(id: string): InUse | undefined {
    const kept = this.#memory.pictures.find((picture) => picture.id === id);
    return kept && this.#inUse(kept);
  }

  /** Keeps a picture that is in use, at once, and again with its thumbnail once that is made. */
  async keep(inUse: InUse): Promise<void> {
    const id = this.#idOf(inUse.origin);
    const shown = inUse.origin.source === 'product' ? inUse.preview : this.#kept(id)?.preview;
    this.#store(keptOf(inUse, id, shown));
    const { photo } = inUse.origin as { photo?: Blob };
    if (!photo) return;
    this.#photos.set(id, photo);
    if (shown) return;
    const thumbnail = await this.#thumbnail(photo);
    if (thumbnail) this.#memory.addPreview(id, thumbnail);
  }

  /** Forgets the picture in use. */
  forget(): void {
    this.#memory.forgetCurrent();
    this.#tidy();
  }

  /** The address of a page on which the picture in use is used. */
  link(inUse: InUse, page: string): Promise<string> {
    return linkTo(page, keptOf(inUse, ''));
  }

  #kept(id: string): Kept | undefined {
    return this.#memory.pictures.find((picture) => picture.id === id);
  }

  #store(kept: Kept): void {
    this.#memory.keep(kept);
    this.#tidy();
  }

  #idOf(origin: InUse['origin']): string {
    if (origin.source === 'product') return `product ${origin.product}`;
    const holder = origin.photo ?? origin;
    const id = this.#ids.get(holder) ?? newId();
    this.#ids.set(holder, id);
    return id;
  }

  #inUse(kept: Kept): InUse {
    const origin = this.#originOf(kept);
    const photo = origin.source === 'photo' ? (origin.photo ?? blobOf(kept)) : undefined;
    const preview = photo
      ? this.ports.previews.make(photo)
      : (kept.source === 'product' && kept.preview) || '';
    return { origin, preview, query: queryOf(kept), spots: kept.spots };
  }

  #originOf({ id, source, product = '', name, preview = '', crop }: Kept): InUse['origin'] {
    if (source === 'product') return { source, product, previewOf: () => preview, ...(name ? { name } : {}) };
    const photo = this.#photos.get(id);
    const origin = { source, ...(photo ? { photo } : {}), ...(crop ? { crop } : {}) } as InUse['origin'];
    this.#ids.set(photo ?? origin, id);
    return origin;
  }

  #previewOf(kept: Kept): string {
    if (kept.source === 'product') return kept.preview ?? '';
    const before = this.#previews.get(kept.id);
    if (before) return before;
    const thumbnail = blobOf(kept);
    if (!thumbnail) return '';
    const preview = this.ports.previews.make(thumbnail);
    this.#previews.set(kept.id, preview);
    return preview;
  }

  /** Lets go of photos and previews of pictures that are no longer kept. */
  #tidy(): void {
    const ids = new Set(this.#memory.pictures.map(({ id }) => id));
    for (const id of this.#photos.keys()) if (!ids.has(id)) this.#photos.delete(id);
    for (const [id, preview] of this.#previews) {
      if (ids.has(id)) continue;
      this.ports.previews.release(preview);
      this.#previews.delete(id);
    }
  }

  async #thumbnail(photo: Blob): Promise<string | undefined> {
    try {
      const small = await this.ports.thumbnail(photo, THUMBNAIL_BYTES, THUMBNAIL_SIDE);
      if (small.size > THUMBNAIL_BYTES) return undefined;
      return toBase64(new Uint8Array(await small.arrayBuffer()));
    } catch {
      return undefined;
    }
  }
}

const newId = () => Math.random().toString(36).slice(2);

/** The thumbnail of a photo. */
function blobOf({ source, preview }: Kept): Blob | undefined {
  if (source !== 'photo' || !preview) return undefined;
  return new Blob([fromBase64(preview)], { type: 'image/jpeg' });
}
