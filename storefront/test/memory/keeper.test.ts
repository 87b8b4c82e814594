import { beforeEach, describe, expect, test } from 'vitest';
import { Keeper } from '../../src/memory/keeper.js';
import type { InUse } from '../../src/session.js';
import { answer } from '../fixtures.js';

/** A tab's storage that holds so many characters. */
class SmallStorage implements Storage {
  readonly #items = new Map<string, string>();

  constructor(private readonly room = Number.POSITIVE_INFINITY) {}

  get length() {
    return this.#items.size;
  }
  key = () => null;
  clear = () => this.#items.clear();
  getItem = (key: string) => this.#items.get(key) ?? null;
  removeItem = (key: string) => void this.#items.delete(key);
  setItem(key: string, value: string) {
    if (value.length > this.room) throw new DOMException('full', 'QuotaExceededError');
    this.#items.set(key, value);
  }
}

let shown: Map<string, Blob>;
let made: number;

beforeEach(() => {
  shown = new Map();
  made = 0;
});

const thumbnail = async () => new Blob(['small'], { type: 'image/jpeg' });

const keeperIn = (storage: Storage | undefined, makeThumbnail: () => Promise<Blob> = thumbnail) =>
  new Keeper({
    storage,
    key: 'pictures',
    thumbnail: makeThumbnail,
    previews: {
      make: (photo) => {
        made += 1;
        shown.set(`blob:${made}`, photo);
        return `blob:${made}`;
      },
      release: (preview) => shown.delete(preview),
    },
  });

const query = { answer, removed: new Set<string>() };
const ofPhoto = (photo: Blob, more: Partial<InUse> = {}): InUse => ({
  origin: { source: 'photo', photo },
  preview: 'blob:whole',
  query,
  spots: [],
  ...more,
});

/** The photo that is at hand; two of them are equal to `toEqual`, whatever is in them. */
const photoOf = (inUse: InUse | undefined) => (inUse?.origin as { photo?: Blob } | undefined)?.photo;

describe('a photo', () => {
  test('is kept as a thumbnail, and is itself at hand as long as the page', async () => {
    const storage = new SmallStorage();
    const photo = new Blob(['a large photo, which nobody keeps']);
    const keeper = keeperIn(storage);
    await keeper.keep(ofPhoto(photo));
    expect(storage.getItem('pictures')).not.toContain('blob:');
    expect(storage.getItem('pictures')).not.toContain(btoa('a large photo'));
    const [{ id = '', preview = '', name = '' } = {}] = keeper.recent;
    expect([await shown.get(preview)?.text(), name]).toEqual(['small', 'Shoe']);
    expect(keeper.again(id)?.origin).toEqual({ source: 'photo', photo });
    expect(photoOf(keeper.again(id))).toBe(photo);

    const after = keeperIn(storage).current;
    expect(after?.origin).toEqual({ source: 'photo' });
    expect(await shown.get(after?.preview ?? '')?.text()).toBe('small');
    expect(after?.query).toEqual(query);
  });

  test('and its parts are one picture, and so is one that came back', async () => {
    const storage = new SmallStorage();
    const photo = new Blob(['photo']);
    const crop = { x: 0, y: 0, width: 0.5, height: 1 };
    const keeper = keeperIn(storage);
    await keeper.keep(ofPhoto(photo));
    await keeper.keep(ofPhoto(photo, { origin: { source: 'photo', photo, crop } }));
    expect(keeper.recent).toHaveLength(1);
    const later = keeperIn(storage);
    const { current } = later;
    if (current) await later.keep({ ...current, query: { ...query, removed: new Set(['Shoe']) } });
    expect(later.recent).toHaveLength(1);
    expect(later.current?.query.removed).toEqual(new Set(['Shoe']));
    expect(later.current?.origin).toEqual({ source: 'photo', crop });
  });

  test.each([
    ['cannot be made', () => Promise.reject(new Error('no canvas'))],
    ['is too large', async () => new Blob(['x'.repeat(5_001)])],
  ])('of which a thumbnail %s is kept without', async (_, makeThumbnail) => {
    const keeper = keeperIn(new SmallStorage(), makeThumbnail);
    await keeper.keep(ofPhoto(new Blob(['photo'])));
    expect(keeper.recent).toMatchObject([{ source: 'photo', preview: '' }]);
  });
});

test('a thumbnail that comes late changes neither the order nor which picture is in use', async () => {
  const made: ((photo: Blob) => void)[] = [];
  const storage = new SmallStorage();
  const keeper = keeperIn(storage, () => new Promise((resolve) => made.push(resolve)));
  const [first, second] = [new Blob(['first']), new Blob(['second'])];
  const keeping = [keeper.keep(ofPhoto(first)), keeper.keep(ofPhoto(second))];
  for (const at of [1, 0]) {
    made[at]?.(await thumbnail());
    await keeping[at];
  }
  const [newest, oldest] = keeper.recent;
  expect(keeper.recent.every(({ preview }) => preview)).toBe(true);
  expect(photoOf(keeper.again(newest?.id ?? ''))).toBe(second);
  expect(photoOf(keeper.again(oldest?.id ?? ''))).toBe(first);
  expect(photoOf(keeper.current)).toBe(second);
  keeper.forget();
  expect(keeperIn(storage).recent.map(({ id }) => id)).toEqual([oldest?.id]);
});

test('of many pictures five are kept, and no preview of those that go', async () => {
  const keeper = keeperIn(new SmallStorage());
  for (let at = 0; at < 8; at += 1) await keeper.keep(ofPhoto(new Blob([`${at}`])));
  expect(keeper.recent).toHaveLength(5);
  expect(new Set(keeper.recent.map(({ preview }) => preview))).toEqual(new Set(shown.keys()));
  keeper.forget();
  expect(keeper.recent).toHaveLength(4);
  expect(shown.size).toBe(4);
});

test('a full storage keeps fewer, the newest', async () => {
  const all = new SmallStorage();
  for (const keeper of [keeperIn(all)])
    for (let at = 0; at < 3; at += 1) await keeper.keep(ofPhoto(new Blob([`${at}`])));
  const room = (all.getItem('pictures')?.length ?? 0) - 100;
  const small = new SmallStorage(room);
  const keeper = keeperIn(small);
  for (let at = 0; at < 3; at += 1) await keeper.keep(ofPhoto(new Blob([`${at}`])));
  const [newest] = keeper.recent;
  expect(keeper.recent).toHaveLength(3);
  expect(keeperIn(small).recent.map(({ id }) => id)).toEqual(keeper.recent.slice(0, 2).map(({ id }) => id));
  expect(keeperIn(small).recent[0]?.id).toBe(newest?.id);
});

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"current":"x"}',
  '{"current":"x","pictures":7}',
  '{"current":"x","pictures":[{"id":"x","source":"photo","answer":{}}]}',
])('%j in the storage is no picture, and no hindrance', async (stored) => {
  const storage = new SmallStorage();
  storage.setItem('pictures', stored);
  const keeper = keeperIn(storage);
  expect([keeper.current, keeper.recent]).toEqual([undefined, []]);
  await keeper.keep(ofPhoto(new Blob(['photo'])));
  expect(keeperIn(storage).recent).toHaveLength(1);
});

test('without a storage, or with one that takes nothing, pictures last as long as the page', async () => {
  for (const storage of [undefined, new SmallStorage(0)]) {
    const keeper = keeperIn(storage);
    await keeper.keep(ofPhoto(new Blob(['photo'])));
    expect(keeper.recent).toHaveLength(1);
    expect(keeperIn(storage).current).toBeUndefined();
  }
});
