// @vitest-environment jsdom
import type { SearchClient } from 'instantsearch.js';
import { describe, expect, test } from 'vitest';
import { settled } from '../waiting.js';
import { FakeAlgolia } from './algolia.js';
import { kinds, majors } from './clients.js';
import { shoes } from './fixtures.js';
import { libraries } from './libraries.js';
import { Page } from './page.js';

interface Reachable {
  readonly appId: string;
  readonly transporter: object;
  clearCache(): unknown;
  addAlgoliaAgent(name: string): void;
}

async function expectReachable(current: unknown, client: unknown) {
  const [ours, own] = [current as Reachable, client as Reachable];
  expect(ours.transporter).toBe(own.transporter);
  expect(ours.appId).toBe(own.appId);
  expect(() => ours.addAlgoliaAgent('shop')).not.toThrow();
  await expect(Promise.resolve(ours.clearCache())).resolves.not.toThrow();
}

describe.each(libraries)('$name', (library) => {
  const open = (algolia: FakeAlgolia, client: SearchClient) => new Page(library, algolia, { client }).start();
  const swap = async (page: Page, client: unknown) => {
    page.search.mainHelper?.setClient(client as never);
    await page.type('Shoe');
  };

  test.each(Object.entries(kinds))(
    'a client %s searches without, with and after a picture, keeps all it can do, and is the page’s in the end',
    async (kind, makeClient) => {
      const algolia = new FakeAlgolia(shoes(130));
      const client = makeClient(algolia);
      const page = await open(algolia, client);
      expect(page.ids[0]).toBe('0');
      await page.use();
      expect(page.ids[0]).toBe('99');
      expect(page.hits[0]?._visual?.verdict).toBe('verySimilar');
      if (kind !== 'v3') await expectReachable(page.currentClient, client);
      await page.clear();
      expect(page.ids[0]).toBe('0');
      page.search.removeWidgets([page.imageSearch]);
      expect(page.currentClient).toBe(client);
    },
  );

  describe('a client that the page replaces while a picture is in use', () => {
    test('is not asked any more; hits of the new one are judged', async () => {
      const [before, after] = [new FakeAlgolia(shoes(130)), new FakeAlgolia(shoes(130))];
      const page = await open(before, majors.v5(before));
      await page.use();
      const asked = before.asked.length;
      const next = majors.v4(after);
      await swap(page, next);
      expect([before.asked.length, after.asked.length]).toEqual([asked, 1]);
      expect(page.ids[0]).toBe('99');
      expect(page.hits[0]?._visual?.verdict).toBe('verySimilar');
      await page.clear();
      expect(page.ids[0]).toBe('0');
      page.search.removeWidgets([page.imageSearch]);
      expect(page.currentClient).toBe(next);
    });

    test('may be replaced back and forth', async () => {
      const algolia = new FakeAlgolia(shoes(130));
      const [one, other] = [majors.v4(algolia), majors.v5(algolia)];
      const page = await open(algolia, one);
      for (const client of [other, one, other, one]) await swap(page, client);
      await page.use();
      for (const client of [other, one, other]) await swap(page, client);
      expect(page.ids[0]).toBe('99');
      page.search.removeWidgets([page.imageSearch]);
      expect(page.currentClient).toBe(other);
    });
  });

  describe('a page that wraps the client that it finds', () => {
    const wrapped = (page: Page) => {
      const found = page.currentClient as unknown as SearchClient;
      return { ...found, search: (requests: never) => found.search(requests) };
    };

    test('keeps its wrapper, in which nothing of the picture is left', async () => {
      const algolia = new FakeAlgolia(shoes(130));
      const page = await open(algolia, majors.v5(algolia));
      const wrapper = wrapped(page);
      await swap(page, wrapper);
      await page.use();
      expect([page.ids[0], page.hits[0]?._visual?.verdict]).toEqual(['99', 'verySimilar']);
      page.search.removeWidgets([page.imageSearch]);
      expect(page.currentClient).toBe(wrapper);
      await page.type('Shoe 1');
      expect(algolia.last()).not.toHaveProperty('optionalFilters');
      expect(page.hits[0]).not.toHaveProperty('_visual');
    });

    test('may do so again and again, with widgets that come and go', async () => {
      const algolia = new FakeAlgolia(shoes(130));
      const page = await open(algolia, majors.v5(algolia));
      for (const query of ['Shoe 1', 'Shoe 2', 'Shoe 3']) {
        await page.use();
        await swap(page, wrapped(page));
        page.search.removeWidgets([page.imageSearch]);
        page.search.addWidgets([page.imageSearch]);
        await settled();
        const asked = algolia.asked.length;
        await page.type(query);
        expect(algolia.asked.length - asked).toBe(1);
      }
      await page.use();
      expect(page.hits[0]?._visual?.verdict).toBe('verySimilar');
    });
  });

  test.each([
    { order: 'the first one first', first: 0 },
    { order: 'the second one first', first: 1 },
  ])('of two widgets removed, $order, the last one leaves the page’s own client', async ({ first }) => {
    const algolia = new FakeAlgolia(shoes(130));
    const page = new Page(library, algolia);
    const both = [page.imageSearch, page.newImageSearch()];
    await page.startWith(...both, page.widget('Hits'));
    await page.use();
    page.search.removeWidgets(both.slice(first, first + 1));
    await page.type('Shoe');
    expect(page.hits[0]?._visual?.verdict).toBe('verySimilar');
    page.search.removeWidgets(both.slice(1 - first, 2 - first));
    expect(page.currentClient).toBe(page.client);
    await page.type('');
    expect(page.hits[0]).not.toHaveProperty('_visual');
  });
});
