// @vitest-environment jsdom
import instantsearch from 'instantsearch.js';
import { expect, test } from 'vitest';
import { imageSearch } from '../../src/imageSearch.js';
import { english, withDefaults } from '../../src/widget/texts.js';
import './browser.js';

const url = 'https://search.example.com';
const searchClient = { search: async () => ({ results: [{ hits: [], nbHits: 0, index: 'products' }] }) };

test.each([
  ['', 'is missing'],
  ['#nowhere', 'finds no element (#nowhere)'],
])('a container %j is refused with what to write', (container, problem) => {
  const make = () => imageSearch({ container, url });
  expect(make).toThrow(`\`container\` ${problem}`);
  expect(make).toThrow("container: '#image-search'");
});

test('the widget shows in its container, says its type, and leaves nothing behind', () => {
  const container = document.createElement('div');
  const search = instantsearch({ indexName: 'products', searchClient: searchClient as never });
  const widget = imageSearch({ container, url, texts: { open: 'Mit Bild suchen' } });
  search.addWidgets([widget]);
  search.start();
  expect(container.querySelector('button')?.ariaLabel).toBe('Mit Bild suchen');
  expect(widget.$$widgetType).toBe('visual.imageSearch');
  search.dispose();
  expect(container.childNodes).toHaveLength(0);
});

test('one word of a group may be a shop’s own', () => {
  const { failure, match } = withDefaults({ failure: { busy: 'Gleich wieder.' } });
  expect([failure.busy, failure.offline, match]).toEqual([
    'Gleich wieder.',
    english.failure.offline,
    english.match,
  ]);
});
