// @vitest-environment jsdom
import type { Widget } from 'instantsearch.js';
import { describe, expect, test } from 'vitest';
import { FakeAlgolia } from './algolia.js';
import { opposite, shoes } from './fixtures.js';
import { libraries } from './libraries.js';
import { answers, Page, url } from './page.js';

describe.each(libraries)('$name: two widgets of one index', (library) => {
  const open = () => new Page(library, new FakeAlgolia(shoes(130)));

  test('share the picture, whichever it was given to, and the next one, and ask Algolia once', async () => {
    answers.set('second', opposite);
    const page = open();
    const shown: string[][] = [[], []];
    const [one, other] = shown.map((statuses) =>
      page.newImageSearch({ url }, (state) => void statuses.push(state.status)),
    );
    await page.startWith(page.widget('Hits'), one as Widget, other as Widget);
    const asked = page.algolia.asked.length;
    await page.use();
    expect(page.algolia.asked.length - asked).toBe(1);
    expect(shown.map((statuses) => statuses.at(-1))).toEqual(['ready', 'ready']);
    for (const statuses of shown) expect(statuses).toContain('looking');
    expect(page.algolia.last().filters).toBe('NOT objectID:"origin"');
    await page.use('second');
    expect(page.algolia.last().filters).toBe('NOT objectID:"second"');
    expect(page.ids[0]).toBe('0');
    await page.clear();
    expect(shown.map((statuses) => statuses.at(-1))).toEqual(['idle', 'idle']);
    expect(page.algolia.last()).not.toHaveProperty('filters');
  });

  test('are refused with two addresses, each of which is named', () => {
    const page = open();
    const other = 'https://other.example';
    expect(() => {
      page.search.addWidgets([page.imageSearch, page.newImageSearch({ url: other })]);
      page.search.start();
    }).toThrow(new RegExp(`imageSearch: (?=.*${url})(?=.*${other})`));
  });

  test('may have two addresses on two indices', async () => {
    const page = open();
    const other = library.index({ indexName: 'articles' });
    other.addWidgets([page.newImageSearch({ url: 'https://other.example' })]);
    await expect(page.startWith(page.imageSearch, page.widget('Hits'), other)).resolves.toBe(page);
  });
});
