// @vitest-environment jsdom
import type { SearchClient } from 'instantsearch.js';
import { describe, expect, test } from 'vitest';
import { FakeAlgolia } from './algolia.js';
import { majors } from './clients.js';
import { picture, shoes } from './fixtures.js';
import { libraries } from './libraries.js';
import { answers, Page } from './page.js';

/** Numbers from one down to another, as texts. */
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, at) => `${from - at}`);

/** A client that answers an empty search box itself, as Algolia's guide to conditional requests has it. */
const quiet = (client: SearchClient) =>
  ({
    ...client,
    search: async (requests: { params?: { query?: string } }[]) =>
      requests.every(({ params }) => !params?.query)
        ? { results: requests.map(() => EMPTY) }
        : client.search(requests as never),
  }) as unknown as SearchClient;

const EMPTY = {
  hits: [],
  nbHits: 0,
  nbPages: 0,
  page: 0,
  hitsPerPage: 0,
  processingTimeMS: 0,
  query: '',
  params: '',
};

describe.each(libraries)('$name: a page that sets no hitsPerPage', (library) => {
  const open = (algolia: FakeAlgolia, client = majors.v5(algolia)) => {
    const page = new Page(library, algolia, { client });
    return page.startWith(page.imageSearch, page.widget('Hits'), page.widget('Pagination'));
  };

  test.each([20, 10])('is re-ranked, and has the %d hits that the index is set to', async (hitsPerPage) => {
    const page = await open(new FakeAlgolia(shoes(130), { hitsPerPage }));
    await page.use();
    expect(page.ids).toEqual(down(99, 100 - hitsPerPage));
    expect(page.rendered().pagination.nbPages).toBe(Math.ceil(130 / hitsPerPage));
    page.rendered().pagination.refine(1);
    await expect
      .poll(() => page.ids, { timeout: 4000 })
      .toEqual(down(99 - hitsPerPage, 100 - 2 * hitsPerPage));
  });

  test('is so where Algolia was never asked without the picture', async () => {
    const algolia = new FakeAlgolia(shoes(130), { hitsPerPage: 10 });
    const page = await open(algolia, quiet(majors.v5(algolia)));
    await page.use();
    expect(algolia.asked).toEqual([]);
    expect(page.hits).toEqual([]);
    expect(page.helper.lastResults).toMatchObject({ nbPages: 0, nbHits: 0 });
    await page.type('Shoe');
    expect(page.ids).toEqual(down(99, 90));
  });

  test('has its own size again after the picture, and in its other indices', async () => {
    const page = await open(new FakeAlgolia(shoes(130)));
    page.search.addWidgets([library.index({ indexName: 'articles' }).addWidgets([page.widget('Hits')])]);
    await page.use();
    expect(page.algolia.last('articles')).not.toHaveProperty('hitsPerPage');
    await page.clear();
    expect(page.ids).toEqual(down(19, 0).reverse());
    expect(page.algolia.last('shop')).not.toHaveProperty('hitsPerPage');
  });

  test('is asked as without us where the picture has no code', async () => {
    const { code: _, ...labelsAlone } = picture;
    answers.set('origin', labelsAlone);
    const page = await open(new FakeAlgolia(shoes(130)));
    await page.use();
    expect(page.algolia.last()).not.toHaveProperty('hitsPerPage');
    expect(page.hits).toHaveLength(20);
  });
});
