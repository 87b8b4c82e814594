import { beforeEach, expect, test } from 'vitest';
import { Failure } from '../src/failure.js';
import type { Upload } from '../src/photo/limits.js';
import type { PictureQuery } from '../src/search/query.js';
import type { Service } from '../src/service/service.js';
import { type Origin, Session } from '../src/session.js';
import type { Answer } from '../src/types.js';
import { answer } from './fixtures.js';

/** A call that waits until the test answers it. */
interface Call {
  readonly what: Blob | string;
  readonly signal: AbortSignal;
  readonly onSent?: (share: number) => void;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (why: unknown) => void;
}

class FakeService implements Service {
  readonly calls: Call[] = [];

  answerForPhoto({ photo }: Upload, signal: AbortSignal, onSent: (share: number) => void): Promise<Answer> {
    return this.#call({ what: photo, signal, onSent });
  }

  warm(): void {}

  answerForProduct(product: string, signal: AbortSignal): Promise<Answer> {
    return this.#call({ what: product, signal });
  }

  last(): Call {
    const call = this.calls.at(-1);
    if (!call) throw new Error('nobody called');
    return call;
  }

  #call(call: Omit<Call, 'resolve' | 'reject'>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.calls.push({ ...call, resolve, reject });
    });
  }
}

let service: FakeService;
let session: Session;
let previews: Set<string>;
let queries: { query: PictureQuery | undefined; fresh: boolean }[];
let seen: string[];
let unreadable: Blob | undefined;

const photo = (): Origin & { source: 'photo' } => ({ source: 'photo', photo: new Blob(['photo']) });
const product = (id = '1'): Origin => ({ source: 'product', product: id, previewOf: () => `/${id}.jpg` });
const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  service = new FakeService();
  previews = new Set();
  queries = [];
  seen = [];
  unreadable = undefined;
  let made = 0;
  session = new Session({
    engine: async () => ({
      prepare: async (given, crop) => {
        if (given === unreadable) throw new Failure('not-a-picture', 'text');
        const photo = new Blob([await given.text(), JSON.stringify(crop ?? null)]);
        return { photo, name: 'photo.jpg' };
      },
      service,
    }),
    previews: {
      make: () => {
        made += 1;
        previews.add(`blob:${made}`);
        return `blob:${made}`;
      },
      release: (preview) => previews.delete(preview),
    },
    onChange: () => seen.push(session.status),
    onQuery: (query, fresh) => queries.push({ query, fresh }),
  });
});

async function start(origin: Origin = photo()): Promise<void> {
  void session.start(origin);
  await settled();
}

async function answered(told: Answer = answer): Promise<void> {
  service.last().resolve(told);
  await settled();
}

async function use(origin?: Origin, told?: Answer): Promise<void> {
  await start(origin);
  await answered(told);
}

test('a photo is made ready, sent, looked at and used', async () => {
  await start();
  service.last().onSent?.(0.4);
  expect(session.progress).toBe(0.4);
  service.last().onSent?.(1);
  await answered();
  expect([...new Set(seen)]).toEqual(['preparing', 'sending', 'looking', 'ready']);
  expect(queries).toEqual([{ query: { answer, removed: new Set() }, fresh: true }]);
  expect(session.picture?.labels).toMatchObject([
    { description: 'Shoe', kept: true },
    { description: 'Leather', kept: true },
  ]);
});

const labels = (...scored: readonly (readonly [score: number, points: number])[]) =>
  scored.map(([score, points], at) => ({ description: `${at}`, score, points }));

test.each([
  ['three at most', labels([0.9, 9], [0.9, 8], [0.8, 7], [0.8, 6]), ['0', '1', '2']],
  ['none that says little', labels([0.9, 9], [0.77, 8], [0.76, 7]), ['0', '1']],
  ['none that no product has', labels([0.9, 0], [0.5, 8], [0.45, 7], [0.2, 7]), ['1', '2']],
  ['none where there is none', labels([0.9, 0]), []],
])('of the labels are shown: %s', async (_, seen, shown) => {
  await use(product(), { ...answer, labels: seen });
  expect(session.picture?.labels.map(({ description }) => description)).toEqual(shown);
});

const thing = (x: number, kind = 'object'): Answer => {
  const box = { x, y: 0.5, width: 0.5, height: 0.25 };
  return { ...answer, labels: [{ description: `${kind} ${x}`, score: 1, points: 0, kind, box }] };
};

test('things in a photo are shown in the whole of it, also after a crop; texts are none', async () => {
  await use(photo(), thing(0.25));
  const spots = [{ description: 'object 0.25', box: { x: 0.25, y: 0.5, width: 0.5, height: 0.25 } }];
  expect(session.picture?.spots).toEqual(spots);
  session.crop({ x: 0.5, y: 0, width: 0.5, height: 1 });
  await settled();
  await answered(thing(0));
  expect(session.picture?.spots).toEqual(spots);
  await use(photo(), thing(0.5));
  expect(session.picture?.spots).toMatchObject([{ description: 'object 0.5' }]);
  await use(photo(), thing(0.5, 'text'));
  expect(session.picture?.spots).toEqual([]);
});

test('things in a photo of which only a part was sent have their places in the whole', async () => {
  await use({ ...photo(), crop: { x: 0.5, y: 0.2, width: 0.5, height: 0.4 } }, thing(0.5));
  const box = { x: 0.75, y: 0.4, width: 0.25, height: 0.1 };
  expect(session.picture?.spots).toEqual([{ description: 'object 0.5', box }]);
});

test('a picture that was used before is restored without asking', () => {
  const query = { answer, removed: new Set(['Shoe']) };
  session.restore({ origin: { source: 'photo' }, preview: 'blob:kept', query, spots: [] });
  expect(session.picture).toMatchObject({ preview: 'blob:kept', croppable: false });
  expect(session.picture?.labels.map(({ kept }) => kept)).toEqual([false, true]);
  session.crop({ x: 0, y: 0, width: 0.5, height: 1 });
  expect([session.status, queries.length, service.calls.length]).toEqual(['ready', 0, 0]);
});

test('a product is looked up under its objectID and shown by its own picture', async () => {
  await use(product('shoe/1'));
  expect(service.last().what).toBe('shoe/1');
  expect(session.query?.product).toBe('shoe/1');
  expect(session.picture).toMatchObject({ source: 'product', preview: '/shoe/1.jpg' });
});

test('a second photo drops the first on its way, and takes over only when it is answered', async () => {
  await start();
  const first = service.last();
  await use();
  first.resolve({ ...answer, labels: [] });
  await settled();
  expect([first.signal.aborted, queries.length, session.query?.answer]).toEqual([true, 1, answer]);
  await start();
  expect([session.status, session.query?.answer]).toEqual(['sending', answer]);
});

test('canceling goes back to the picture in use, and of the first picture leaves none', async () => {
  await start();
  session.cancel();
  expect([session.status, session.picture, previews.size]).toEqual(['idle', undefined, 0]);
  await use();
  const preview = session.picture?.preview;
  await start();
  session.cancel();
  expect(service.last().signal.aborted).toBe(true);
  expect([session.status, session.picture?.preview]).toEqual(['ready', preview]);
});

test('canceling while a photo is made ready sends nothing', async () => {
  void session.start(photo());
  session.cancel();
  await settled();
  expect(service.calls).toEqual([]);
});

test('a failure is told with its photo until it is tried again or closed, and the picture before stays', async () => {
  await use();
  await start();
  service.last().reject(new Failure('rate-limited', 'slowly', 7));
  await settled();
  expect(session.status).toBe('failed');
  const told = { kind: 'rate-limited', detail: 'slowly', retryAfter: 7, preview: 'blob:2' };
  expect(session.failure).toEqual(told);
  expect([session.picture?.preview, queries.length]).toEqual(['blob:1', 1]);
  session.retry();
  expect([session.status, session.failure]).toEqual(['preparing', undefined]);
  session.cancel();
  expect([...previews]).toEqual(['blob:1']);
});

test('what is no picture fails before anything is sent', async () => {
  const text = photo();
  unreadable = text.photo;
  await session.start(text);
  expect(session.failure?.kind).toBe('not-a-picture');
  expect(service.calls).toEqual([]);
});

test('a crop sends that part of the same photo; of a product it is nothing', async () => {
  const part = { x: 0.1, y: 0.2, width: 0.3, height: 0.4 };
  await use();
  session.crop(part);
  await settled();
  expect(await (service.last().what as Blob).text()).toBe(`photo${JSON.stringify(part)}`);
  await answered();
  expect(session.picture).toMatchObject({ crop: part, preview: 'blob:1' });
  session.crop(undefined);
  await settled();
  expect(await (service.last().what as Blob).text()).toBe('photonull');
  await use(product());
  const asked = service.calls.length;
  session.crop(part);
  expect(service.calls).toHaveLength(asked);
});

test('a label goes out and comes back in, without another call', async () => {
  await use();
  session.toggle('Shoe');
  expect(session.picture?.labels[0]).toMatchObject({ description: 'Shoe', kept: false });
  session.toggle('Shoe');
  const told = queries.map(({ query, fresh }) => [...(query?.removed ?? []), fresh]);
  expect(told).toEqual([[true], ['Shoe', false], [false]]);
  expect(service.calls).toHaveLength(1);
});

test('clearing ends the use of the picture and releases its address; without one it searches nothing', async () => {
  session.clear();
  expect(queries).toEqual([]);
  await use();
  session.clear();
  expect(queries.at(-1)).toEqual({ query: undefined, fresh: true });
  expect([session.status, session.picture, previews.size]).toEqual(['idle', undefined, 0]);
});

test('no more addresses are held than pictures are shown', async () => {
  const first = photo();
  for (const origin of [first, first, photo()]) await use(origin);
  session.crop({ x: 0, y: 0, width: 0.5, height: 0.5 });
  await settled();
  expect(previews.size).toBe(1);
});
