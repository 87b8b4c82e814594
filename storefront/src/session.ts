import type { Engine } from './engine.js';
import { asFailure, type Failure } from './failure.js';
import { bestLabels } from './search/bestLabels.js';
import type { PictureQuery } from './search/query.js';
import { DEFAULT_NAMES, namesIn } from './search/record.js';
import type {
  Answer,
  AttributeNames,
  Crop,
  ImageSearchFailure,
  ImageSearchStatus,
  Picture,
  Spot,
} from './types.js';

/** The origin of a picture: a photo, or a product of the catalog. */
export type Origin =
  | { readonly source: 'photo'; readonly photo: Blob; readonly crop?: Crop }
  | {
      readonly source: 'product';
      readonly product: string;
      readonly name?: string;
      readonly previewOf: (names: AttributeNames) => string;
    };

/** A picture in use; a photo from before a reload is no longer at hand. */
export interface InUse {
  readonly origin: Origin | (Omit<Origin & { source: 'photo' }, 'photo'> & { readonly photo?: undefined });
  readonly preview: string;
  readonly query: PictureQuery;
  readonly spots: readonly Spot[];
}

/** The collaborators of a session. */
export interface SessionPorts {
  /** Loads what prepares photos and asks the search function. Rejects where that cannot be loaded. */
  readonly engine: () => Promise<Engine>;
  /** Makes an address at which a photo can be shown, and releases it. */
  readonly previews: { readonly make: (photo: Blob) => string; readonly release: (preview: string) => void };
  /** Called after every change of what `Session` shows. */
  readonly onChange: () => void;
  /** Called with the query that ranks the hits now, if any; `fresh` for another picture or part, not for labels. */
  readonly onQuery: (query: PictureQuery | undefined, fresh: boolean) => void;
}

interface Pending {
  readonly origin: Origin;
  readonly preview: string;
  readonly stop: AbortController;
  readonly phase: 'preparing' | 'sending' | 'looking';
  readonly sent: number;
}

/**
 * The state of the shopper's picture, from choosing it to its use: at most one is on its way, and the one before
 * stays in use until the next has arrived.
 */
export class Session {
  #inUse: InUse | undefined;
  #pending: Pending | undefined;
  #names = DEFAULT_NAMES;
  #failed: { readonly failure: Failure; readonly origin: Origin; readonly preview: string } | undefined;

  constructor(private readonly ports: SessionPorts) {}

  get status(): ImageSearchStatus {
    return this.#pending?.phase ?? (this.#failed ? 'failed' : this.#inUse ? 'ready' : 'idle');
  }

  /** Share of the photo that is sent, 0..1. */
  get progress(): number {
    return this.#pending?.sent ?? 0;
  }

  get failure(): ImageSearchFailure | undefined {
    const { failure, preview } = this.#failed ?? {};
    return failure && { ...failure.plain, ...(preview ? { preview } : {}) };
  }

  /** The picture that ranks the hits. */
  get inUse(): InUse | undefined {
    return this.#inUse;
  }

  /** The query that ranks the hits. */
  get query(): PictureQuery | undefined {
    return this.#inUse?.query;
  }

  /** The picture on its way, or else the one in use. */
  get picture(): Picture | undefined {
    if (this.#pending) return pictureOf(this.#pending, [], []);
    return this.#inUse && pictureOf(this.#inUse, labelsOf(this.#inUse.query), this.#inUse.spots);
  }

  /** Brings a picture into use; one that is on its way is dropped. Never rejects: see `failure`. */
  async start(origin: Origin): Promise<void> {
    this.#drop();
    this.#forgive();
    const stop = new AbortController();
    this.#pending = { origin, preview: this.#previewOf(origin), stop, phase: 'preparing', sent: 0 };
    this.ports.onChange();
    try {
      const answer = await this.#ask(origin, stop.signal);
      if (!stop.signal.aborted) this.#use(origin, answer);
    } catch (error) {
      if (!stop.signal.aborted) this.#fail(origin, asFailure(error));
    }
  }

  /** Brings a picture into use about which the search function has been asked before. */
  restore(inUse: InUse): void {
    this.close();
    this.#inUse = inUse;
    this.#names = namesIn(inUse.query.answer.attributes);
    this.ports.onChange();
  }

  /** Looks for another part of the photo in use; does nothing without one. */
  crop(part: Crop | undefined): void {
    const origin = this.#inUse?.origin;
    if (origin?.source !== 'photo' || !origin.photo) return;
    const { photo } = origin;
    void this.start({ source: 'photo', photo, ...(part ? { crop: part } : {}) });
  }

  /** Removes a label of the picture in use, or restores it. */
  toggle(label: string): void {
    if (!this.#inUse) return;
    const { query } = this.#inUse;
    const removed = new Set(query.removed);
    if (!removed.delete(label)) removed.add(label);
    this.#inUse = { ...this.#inUse, query: { ...query, removed } };
    this.ports.onQuery(this.#inUse.query, false);
    this.ports.onChange();
  }

  /** Starts again with the picture that failed. */
  retry(): void {
    if (this.#failed) void this.start(this.#failed.origin);
  }

  /** Drops the picture on its way, and forgets a failure. */
  cancel(): void {
    this.#drop();
    this.#forgive();
    this.ports.onChange();
  }

  /** Ends the use of any picture. */
  clear(): void {
    const used = this.#inUse;
    this.close();
    if (used) this.ports.onQuery(undefined, true);
    this.ports.onChange();
  }

  /** Releases everything without calling anybody back. */
  close(): void {
    this.#drop();
    this.#forgive();
    const used = this.#inUse;
    this.#inUse = undefined;
    if (used) this.#release(used);
  }

  async #ask(origin: Origin, signal: AbortSignal): Promise<Answer> {
    const { prepare, service } = await this.ports.engine();
    signal.throwIfAborted();
    if (origin.source === 'product') {
      this.#advance({ phase: 'looking' });
      return service.answerForProduct(origin.product, signal);
    }
    const small = await prepare(origin.photo, origin.crop);
    signal.throwIfAborted();
    this.#advance({ phase: 'sending' });
    return service.answerForPhoto(small, signal, (sent) => {
      if (!signal.aborted) this.#advance({ sent, phase: sent < 1 ? 'sending' : 'looking' });
    });
  }

  #advance(change: Partial<Pending>): void {
    if (!this.#pending) return;
    this.#pending = { ...this.#pending, ...change };
    this.ports.onChange();
  }

  #use(origin: Origin, answer: Answer): void {
    this.#names = namesIn(answer.attributes);
    const preview = origin.source === 'product' ? this.#previewOf(origin) : (this.#pending?.preview ?? '');
    const before = this.#inUse;
    const product = origin.source === 'product' ? { product: origin.product } : {};
    this.#pending = undefined;
    this.#inUse = {
      origin,
      preview,
      query: { answer, removed: new Set(), ...product },
      spots: origin.source === 'photo' ? this.#spotsOf(origin, answer) : [],
    };
    if (before) this.#release(before);
    this.ports.onQuery(this.#inUse.query, true);
    this.ports.onChange();
  }

  /** What was seen in the photo; of a part, what had been seen in the whole. */
  #spotsOf({ photo, crop }: Origin & { source: 'photo' }, answer: Answer): readonly Spot[] {
    const before = this.#inUse;
    const isSame = before?.origin.source === 'photo' && before.origin.photo === photo;
    return isSame && before.spots.length ? before.spots : spotsIn(answer, crop);
  }

  #fail(origin: Origin, failure: Failure): void {
    const preview = this.#pending?.preview ?? '';
    this.#failed = { failure, origin, preview };
    this.#drop();
    this.ports.onChange();
  }

  #forgive(): void {
    const failed = this.#failed;
    this.#failed = undefined;
    if (failed) this.#release(failed);
  }

  #drop(): void {
    const dropped = this.#pending;
    this.#pending = undefined;
    dropped?.stop.abort();
    if (dropped) this.#release(dropped);
  }

  #previewOf(origin: Origin): string {
    if (origin.source === 'product') return origin.previewOf(this.#names);
    const shown = this.#inUse;
    return shown?.origin.source === 'photo' && shown.origin.photo === origin.photo
      ? shown.preview
      : this.ports.previews.make(origin.photo);
  }

  /** Releases a photo's address, unless it is still shown. */
  #release({ origin, preview }: Pick<InUse, 'origin' | 'preview'>): void {
    const shown = [this.#inUse?.preview, this.#pending?.preview, this.#failed?.preview];
    if (origin.source === 'photo' && !shown.includes(preview)) this.ports.previews.release(preview);
  }
}

function pictureOf(
  { origin, preview }: Pick<InUse, 'origin' | 'preview'>,
  labels: Picture['labels'],
  spots: Picture['spots'],
): Picture {
  const shown = { source: origin.source, preview, labels, spots };
  if (origin.source === 'photo')
    return { ...shown, croppable: Boolean(origin.photo), ...(origin.crop ? { crop: origin.crop } : {}) };
  return { ...shown, croppable: false, ...(origin.name ? { name: origin.name } : {}) };
}

/** The labels to show; others rank hits too, but would look like guesses. */
const labelsOf = ({ answer, removed }: PictureQuery): Picture['labels'] =>
  bestLabels(answer.labels).map((label) => ({ ...label, kept: !removed.has(label.description) }));

const WHOLE: Crop = { x: 0, y: 0, width: 1, height: 1 };

/** Things that were seen in a photo or a part of it, in fractions of the whole; texts are none. */
const spotsIn = ({ labels }: Answer, part = WHOLE): Spot[] =>
  labels.flatMap(({ description, box, kind }) =>
    box && kind !== 'text'
      ? [
          {
            description,
            box: {
              x: part.x + box.x * part.width,
              y: part.y + box.y * part.height,
              width: box.width * part.width,
              height: box.height * part.height,
            },
          },
        ]
      : [],
  );
