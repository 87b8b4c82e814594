// @vitest-environment jsdom
import { describe, expect, test } from 'vitest';
import { FakeAlgolia, type Product } from './algolia.js';
import { picture, shoes } from './fixtures.js';
import { libraries } from './libraries.js';
import { answers, Page } from './page.js';

const WRITTEN = ['labels', 'labelNames', 'visual', 'visualWords_1a', 'visualCode_1a'];

describe.each(libraries)('$name', (library) => {
  const open = async (searchParameters = {}, products = shoes(130)) => {
    const page = new Page(library, new FakeAlgolia(products));
    await page.start(page.widget('Configure', { searchParameters }));
    await page.use();
    return page;
  };
  const asked = (page: Page) =>
    page.algolia.last() as { attributesToRetrieve: string[]; attributesToHighlight?: string[] };
  const highlight = (page: Page) => page.hits[0]?._highlightResult;

  test('the window comes without visual words and highlights, and hits have highlights all the same', async () => {
    const page = await open();
    expect(asked(page).attributesToRetrieve.toSorted()).toEqual(['*', '-visualWords_1a']);
    expect(asked(page).attributesToHighlight).toEqual([]);
    expect(highlight(page)).toMatchObject({
      name: { value: 'Shoe 99', matchLevel: 'none', matchedWords: [] },
      brand: { value: 'Zeta', matchLevel: 'none', matchedWords: [] },
    });
    expect(page.hits[0]?._visual).toMatchObject({
      verdict: 'verySimilar',
      matched: [{ description: 'Shoe' }],
    });
  });

  test('the page’s own attributes come with those that the comparison needs', async () => {
    const page = await open({ attributesToRetrieve: ['name'] });
    const { attributesToRetrieve } = asked(page);
    expect(attributesToRetrieve).toEqual(expect.arrayContaining(['name', 'labels', 'visualCode_1a']));
    expect(attributesToRetrieve.filter((name) => ['*', 'price', 'visualWords_1a'].includes(name))).toEqual(
      [],
    );
    expect(page.ids[0]).toBe('99');
    expect(page.hits[0]?._visual).toMatchObject({
      verdict: 'verySimilar',
      matched: [{ description: 'Shoe' }],
    });
    expect(highlight(page)).toHaveProperty('name');
  });

  test('words are highlighted by Algolia', async () => {
    const page = await open();
    await page.type('Shoe');
    expect(asked(page)).not.toHaveProperty('attributesToHighlight');
    expect(highlight(page)).toHaveProperty('name.value', 'Shoe 99');
  });

  test('the page asks for everything again after the picture', async () => {
    const page = await open({ attributesToRetrieve: ['name'] });
    await page.clear();
    expect(asked(page)).toMatchObject({ attributesToRetrieve: ['name'] });
    expect(asked(page)).not.toHaveProperty('attributesToHighlight');
    expect(page.helper.state.attributesToRetrieve).toEqual(['name']);
  });

  test('a picture without a code needs the words', async () => {
    const { code: _, ...labelsAlone } = picture;
    answers.set('origin', labelsAlone);
    const page = await open();
    expect(page.hits[0]).toHaveProperty('price');
    expect(page.hits[0]?._visual?.points).toBe(800 + 300);
  });

  test.each([
    ['no labels and no codes', (name: string) => !WRITTEN.includes(name)],
    ['nothing but their names', (name: string) => ['objectID', 'name'].includes(name)],
  ])('hits with %s come in Algolia’s order, and none is alike', async (_, kept) => {
    const bare = shoes(130).map((shoe) =>
      Object.fromEntries(Object.entries(shoe).filter(([name]) => kept(name))),
    );
    const page = await open({}, bare as Product[]);
    expect(page.ids.slice(0, 3)).toEqual(['0', '1', '2']);
    expect(page.hits[0]?._visual).toMatchObject({ verdict: 'lessSimilar', matched: [] });
    expect(page.state.match).toBe('unlike');
  });
});
