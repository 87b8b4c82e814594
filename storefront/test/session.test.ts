import { beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../src/failure.js';
import type { Upload } from '../src/photo/limits.js';
import type { PictureQuery } from '../src/search/query.js';
import type { Service } from '../src/service/service.js';
import { Session } from '../src/session.js';
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

const photo = () => new Blob(['photo']);
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

async function use(one = photo(), told: Answer = answer): Promise<Blob> {
  void session.start({ source: 'photo', photo: one });
  await settled();
  service.last().resolve(told);
  await settled();
  return one;
}

test('a photo is made ready, sent, looked at and used', async () => {
  void session.start({ source: 'photo', photo: photo() });
  await settled();
  service.last().onSent?.(0.4);
  expect(session.progress).toBe(0.4);
  service.last().onSent?.(1);
  service.last().resolve(answer);
  await settled();
  expect([...new Set(seen)]).toEqual(['preparing', 'sending', 'looking', 'ready']);
  expect(queries).toEqual([{ query: { answer, removed: new Set() }, fresh: true }]);
  expect(session.picture?.labels.map(({ description, kept }) => [description, kept])).toEqual([
    ['Shoe', true],
    ['Leather', true],
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
  void session.start({ source: 'product', product: '1', previewOf: () => '' });
  await settled();
  service.last().resolve({ ...answer, labels: seen });
  await settled();
  expect(session.picture?.labels.map(({ description }) => description)).toEqual(shown);
});

describe('things in a photo', () => {
  const seen = (x: number, kind = 'object') => ({
    ...answer,
    labels: [
      {
        description: `${kind} ${x}`,
        score: 1,
        points: 0,
        kind,
        box: { x, y: 0.5, width: 0.5, height: 0.25 },
      },
    ],
  });

  test('are shown in the whole of it, also after a crop', async () => {
    const whole = photo();
    await use(whole, seen(0.25));
    const spots = [{ description: 'object 0.25', box: { x: 0.25, y: 0.5, width: 0.5, height: 0.25 } }];
    expect(session.picture?.spots).toEqual(spots);
    session.crop({ x: 0.5, y: 0, width: 0.5, height: 1 });
    await settled();
    service.last().resolve(seen(0));
    await settled();
    expect(session.picture?.spots).toEqual(spots);
    await use(photo(), seen(0.5));
    expect(session.picture?.spots).toMatchObject([{ description: 'object 0.5' }]);
  });

  test('of which only a part was sent have their places in the whole', async () => {
    void session.start({
      source: 'photo',
      photo: photo(),
      crop: { x: 0.5, y: 0.2, width: 0.5, height: 0.4 },
    });
    await settled();
    service.last().resolve(seen(0.5));
    await settled();
    expect(session.picture?.spots).toEqual([
      { description: 'object 0.5', box: { x: 0.75, y: 0.4, width: 0.25, height: 0.1 } },
    ]);
  });

  test('are no texts', async () => {
    await use(photo(), seen(0.5, 'text'));
    expect(session.picture?.spots).toEqual([]);
  });
});

test('a picture that was used before is restored without asking', () => {
  const query = { answer, removed: new Set(['Shoe']) };
  session.restore({ origin: { source: 'photo' }, preview: 'blob:kept', query, spots: [] });
  expect(session.picture).toMatchObject({ preview: 'blob:kept', croppable: false });
  expect(session.picture?.labels.map(({ kept }) => kept)).toEqual([false, true]);
  session.crop({ x: 0, y: 0, width: 0.5, height: 1 });
  expect([session.status, queries.length, service.calls.length]).toEqual(['ready', 0, 0]);
});

test('the preview of a failed photo is shown until the failure is closed', async () => {
  await use();
  const first = session.picture?.preview;
  void session.start({ source: 'photo', photo: photo() });
  await settled();
  service.last().reject(new Failure('busy', 'later'));
  await settled();
  expect(session.failure?.preview).toBe('blob:2');
  expect(session.picture?.preview).toBe(first);
  session.cancel();
  expect([...previews]).toEqual([first]);
});

test('a product is looked up under its objectID and shown by its own picture', async () => {
  void session.start({
    source: 'product',
    product: 'shoe/1',
    previewOf: () => 'https://pictures.example/1.jpg',
  });
  await settled();
  expect(service.last().what).toBe('shoe/1');
  service.last().resolve(answer);
  await settled();
  expect(session.query?.product).toBe('shoe/1');
  expect(session.picture).toMatchObject({ source: 'product', preview: 'https://pictures.example/1.jpg' });
});

describe('a second photo', () => {
  test('drops the first on its way', async () => {
    void session.start({ source: 'photo', photo: photo() });
    await settled();
    const first = service.last();
    await use();
    first.resolve({ ...answer, labels: [] });
    await settled();
    expect(first.signal.aborted).toBe(true);
    expect(queries).toHaveLength(1);
    expect(session.query?.answer).toBe(answer);
  });

  test('takes over only when it is answered', async () => {
    await use();
    void session.start({ source: 'photo', photo: photo() });
    await settled();
    expect(session.query?.answer).toBe(answer);
    expect(session.status).toBe('sending');
  });
});

describe('canceling', () => {
  test('goes back to the picture in use', async () => {
    await use();
    void session.start({ source: 'photo', photo: photo() });
    await settled();
    session.cancel();
    expect(service.last().signal.aborted).toBe(true);
    expect(session.status).toBe('ready');
    expect(session.picture?.preview).toBe('blob:1');
  });

  test('of the first picture leaves none', async () => {
    void session.start({ source: 'photo', photo: photo() });
    await settled();
    session.cancel();
    expect([session.status, session.picture, previews.size]).toEqual(['idle', undefined, 0]);
  });

  test('while a photo is made ready sends nothing', async () => {
    void session.start({ source: 'photo', photo: photo() });
    session.cancel();
    await settled();
    expect(service.calls).toEqual([]);
  });
});

describe('a failure', () => {
  test('is told, and the picture before stays in use', async () => {
    await use();
    void session.start({ source: 'photo', photo: photo() });
    await settled();
    service.last().reject(new Failure('rate-limited', 'slowly', 7));
    await settled();
    expect(session.status).toBe('failed');
    expect(session.failure).toEqual({
      kind: 'rate-limited',
      detail: 'slowly',
      retryAfter: 7,
      preview: 'blob:2',
    });
    expect(session.picture?.preview).toBe('blob:1');
    expect(queries).toHaveLength(1);
  });

  test('is over when the same is tried again', async () => {
    void session.start({ source: 'photo', photo: photo() });
    await settled();
    service.last().reject(new Failure('busy', ''));
    await settled();
    session.retry();
    await settled();
    service.last().resolve(answer);
    await settled();
    expect([session.status, session.failure]).toEqual(['ready', undefined]);
  });

  test('of what is no picture comes before anything is sent', async () => {
    unreadable = photo();
    await session.start({ source: 'photo', photo: unreadable });
    expect(session.failure?.kind).toBe('not-a-picture');
    expect(service.calls).toEqual([]);
  });
});

describe('a crop', () => {
  const part = { x: 0.1, y: 0.2, width: 0.3, height: 0.4 };

  test('sends that part of the same photo', async () => {
    await use();
    session.crop(part);
    await settled();
    expect(await (service.last().what as Blob).text()).toBe(`photo${JSON.stringify(part)}`);
    service.last().resolve(answer);
    await settled();
    expect(session.picture).toMatchObject({ crop: part, preview: 'blob:1' });
    session.crop(undefined);
    await settled();
    expect(await (service.last().what as Blob).text()).toBe('photonull');
  });

  test('of a product is nothing', async () => {
    void session.start({ source: 'product', product: '1', previewOf: () => '' });
    await settled();
    service.last().resolve(answer);
    await settled();
    session.crop(part);
    expect(service.calls).toHaveLength(1);
  });
});

test('a label goes out and comes back in, without another call', async () => {
  await use();
  session.toggle('Shoe');
  expect(session.picture?.labels[0]).toMatchObject({ description: 'Shoe', kept: false });
  session.toggle('Shoe');
  expect(queries.map(({ query, fresh }) => [...(query?.removed ?? []), fresh])).toEqual([
    [true],
    ['Shoe', false],
    [false],
  ]);
  expect(service.calls).toHaveLength(1);
});

describe('clearing', () => {
  test('ends the use of the picture and releases its address', async () => {
    await use();
    session.clear();
    expect(queries.at(-1)).toEqual({ query: undefined, fresh: true });
    expect([session.status, session.picture, previews.size]).toEqual(['idle', undefined, 0]);
  });

  test('without a picture in use searches nothing anew', () => {
    session.clear();
    expect(queries).toEqual([]);
  });
});

test('no more addresses are held than pictures are shown', async () => {
  const first = await use();
  await use(first);
  await use();
  session.crop({ x: 0, y: 0, width: 0.5, height: 0.5 });
  await settled();
  expect(previews.size).toBe(1);
});
