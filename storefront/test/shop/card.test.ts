// @vitest-environment jsdom
import instantsearch, { type InstantSearch } from 'instantsearch.js/es';
import { hits } from 'instantsearch.js/es/widgets';
import { afterEach, expect, test } from 'vitest';
import { productCard } from '../../shop/card.js';
import type { ProductHit } from '../../shop/product.js';
import { DEFAULT_NAMES } from '../../src/search/record.js';

const tent = { objectID: 'tent', name: 'Tent', price: 214.93, categories: ['Sport'], imageURL: '/tent.jpg' };
let search: InstantSearch | undefined;

afterEach(() => {
  search?.dispose();
  document.body.replaceChildren();
});

/** Shows one hit by InstantSearch's own widget; gives what was done, and the names of the events sent. */
async function show(record: object, names = DEFAULT_NAMES) {
  const log: string[] = [];
  const note = (action: string) => (hit: ProductHit) => void log.push(`${action} ${hit.objectID}`);
  const actions = { open: note('open'), add: note('add'), similar: note('similar') };
  const results = [
    { hits: [record], nbHits: 1, page: 0, nbPages: 1, hitsPerPage: 20, queryID: 'q', index: 'shop' },
  ];
  search = instantsearch({
    indexName: 'shop',
    searchClient: { search: async () => ({ results }) as never },
    insights: {
      insightsClient: () => {},
      onEvent: ({ payload }) => void log.push((payload as { eventName: string }).eventName),
    },
  });
  const container = document.body.appendChild(document.createElement('div'));
  search.addWidgets([hits<ProductHit>({ container, templates: { item: productCard(actions, names) } })]);
  search.start();
  await expect.poll(() => container.querySelector('article')).not.toBeNull();
  log.length = 0;
  return { card: container.querySelector('article') as HTMLElement, log };
}

const press = (card: HTMLElement, text: string) =>
  [...card.querySelectorAll('button')].find((button) => button.textContent?.trim() === text)?.click();

test('without a picture a card gives no reason', async () => {
  const { card } = await show(tent);
  expect(card.querySelector('.reason')).toBeNull();
  expect(card.textContent).toContain('$214.93');
});

test.each([
  ['verySimilar', 'Very similar'],
  ['similar', 'Similar'],
  ['lessSimilar', 'Less similar'],
])('a card says in words that its product is %s, and what both pictures show', async (verdict, words) => {
  const matched = ['Tent', 'Camping'].map((description) => ({ description, points: 1 }));
  const { card } = await show({ ...tent, _visual: { points: 4, verdict, closeness: 0.831, matched } });
  const said = [...card.querySelectorAll('.verdict span')].map((each) => each.textContent);
  expect(said).toEqual([words, 'Tent, Camping']);
  expect(card.textContent).not.toContain('%');
});

test('a card may stand below a heading', async () => {
  const { card } = await show({ ...tent, heading: 'Less similar' });
  expect(card.previousElementSibling?.textContent).toBe('Less similar');
});

test('every action tells Insights first', async () => {
  const { card, log } = await show(tent);
  press(card, 'Tent');
  expect(log).toEqual(['Product Opened', 'open tent']);
  card.querySelector<HTMLElement>('[aria-label="Similar to Tent"]')?.click();
  expect(log.slice(2)).toEqual(['Similar Products Opened', 'similar tent']);
  press(card, 'Add to basket');
  expect(log.slice(4)).toEqual(['Product Added to Basket', 'add tent']);
});

test('a record of nothing but its objectID is shown by that', async () => {
  const { card } = await show({ objectID: 'a-1' });
  expect(card.querySelector('h3')?.textContent?.trim()).toBe('a-1');
});

test.each([DEFAULT_NAMES, { ...DEFAULT_NAMES, imageURL: 'photo' }])(
  'the picture is shown from the attribute $imageURL',
  async (names) => {
    const { card } = await show({ objectID: 'tent', [names.imageURL]: '/tent.jpg' }, names);
    expect(card.querySelector('img')?.getAttribute('src')).toBe('/tent.jpg');
    expect(card.textContent).not.toContain('No picture');
  },
);

test.each([undefined, null, '', 5, ['/tent.jpg']])(
  'a card with the picture %j says that it has none',
  async (imageURL) => {
    const { card } = await show({ ...tent, imageURL });
    expect(card.querySelector('img')).toBeNull();
    expect(card.querySelector('.card-picture')?.textContent).toBe('No picture');
  },
);
