/** InstantSearch.js in a page of jsdom's, its widgets unmodified. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { JSDOM } from 'jsdom';

import { adminClient, application, fill, searchClient, url } from './engine.js';

const indexName = 'js_instantsearch';
const leastSoldFirst = `${indexName}_sold_asc`;
const objects = [
  { objectID: '1', name: 'Red leather bag', brand: 'Acme', sold: 5, labels: ['Bag', 'Leather'] },
  { objectID: '2', name: 'Blue bag', brand: 'Zeta', sold: 4, labels: ['Bag'] },
  { objectID: '3', name: 'Wooden chair', brand: 'Acme', sold: 3, labels: ['Chair'] },
  { objectID: '4', name: 'Leather chair', brand: 'Orion', sold: 2, labels: ['Chair', 'Leather'] },
  { objectID: '5', name: 'Lamp', brand: 'Orion', sold: 1, labels: ['Lamp'] },
];
const page = ['box', 'sort', 'brands', 'hits', 'pages'].map((id) => `<div id="${id}"></div>`).join('');

let dom;
let search;
let requests;
let answers = 0;
let widgets;

before(async () => {
  dom = new JSDOM(page, { url: 'http://shop.example/', pretendToBeVisual: true });
  const { window } = dom;
  Object.assign(globalThis, { window, document: window.document, HTMLElement: window.HTMLElement });
  await fill(indexName, objects, {
    searchableAttributes: ['name'],
    attributesForFaceting: ['brand', 'labels'],
    customRanking: ['desc(sold)'],
    replicas: [leastSoldFirst],
  });
  await sortReplica();
  const { default: instantsearch } = await import('instantsearch.js/es/index.js');
  widgets = { instantsearch, ...(await import('instantsearch.js/es/widgets/index.js')) };
});

async function sortReplica() {
  const client = adminClient();
  const { ranking } = await client.getSettings({ indexName: leastSoldFirst });
  const { taskID } = await client.setSettings({
    indexName: leastSoldFirst,
    indexSettings: { ranking: ['asc(sold)', ...ranking] },
  });
  await client.waitForTask({ indexName: leastSoldFirst, taskID });
}

after(() => dom.window.close());

beforeEach(() => {
  document.body.innerHTML = page;
  requests = [];
});

afterEach(() => search.dispose());

/** Starts a page with the given `configure` parameters and waits for its first answer. */
async function start(parameters, options = {}) {
  const client = searchClient();
  const recording = {
    ...client,
    search: async (sent) => {
      requests.push(sent);
      const answer = await client.search(sent);
      answers += 1;
      return answer;
    },
  };
  search = widgets.instantsearch({ indexName, searchClient: recording, ...options });
  search.addWidgets([
    widgets.configure(parameters),
    widgets.searchBox({ container: '#box' }),
    widgets.sortBy({
      container: '#sort',
      items: [
        { label: 'Most sold', value: indexName },
        { label: 'Least sold', value: leastSoldFirst },
      ],
    }),
    widgets.refinementList({ container: '#brands', attribute: 'brand' }),
    widgets.hits({
      container: '#hits',
      templates: {
        item: (hit, { html, components, sendEvent }) =>
          html`<b onClick=${() => sendEvent('click', hit, 'Hit Clicked')}>
            ${components.Highlight({ hit, attribute: 'name' })}
          </b>`,
      },
    }),
    widgets.pagination({ container: '#pages' }),
  ]);
  await rendered(() => search.start());
}

/** Makes a change and waits until InstantSearch has rendered its answer. */
function rendered(change) {
  const before = answers;
  return new Promise((resolve, reject) => {
    const check = () => {
      if (answers === before || search.status !== 'idle') return;
      search.removeListener('render', check);
      resolve();
    };
    search.on('render', check);
    search.once('error', ({ error }) => reject(error));
    change();
  });
}

const shown = () => [...document.querySelectorAll('#hits li')].map((item) => item.textContent.trim());
const brands = () =>
  [...document.querySelectorAll('#brands li')].map((item) => [
    item.querySelector('.ais-RefinementList-labelText').textContent,
    Number(item.querySelector('.ais-RefinementList-count').textContent),
  ]);

test('hits come in the order of custom ranking', async () => {
  await start({ hitsPerPage: 3 });
  assert.deepEqual(shown(), ['Red leather bag', 'Blue bag', 'Wooden chair']);
});

test('configure with optionalFilters ranks anew, and without them restores the order', async () => {
  await start({ hitsPerPage: 5, optionalFilters: ['labels:Chair<score=9>', 'labels:Leather<score=3>'] });
  assert.deepEqual(shown().slice(0, 3), ['Leather chair', 'Wooden chair', 'Red leather bag']);
  await rendered(() => search.helper.setQueryParameter('optionalFilters', undefined).search());
  assert.equal(shown()[0], 'Red leather bag');
});

test('sorting asks the replica, whose order goes before filter scores, and returns to the primary', async () => {
  await start({ hitsPerPage: 2, optionalFilters: ['labels:Chair'] });
  const order = document.querySelector('#sort select');
  const sortBy = (value) => {
    order.value = value;
    order.dispatchEvent(new dom.window.Event('change', { bubbles: true }));
  };
  await rendered(() => sortBy(leastSoldFirst));
  assert.deepEqual(shown(), ['Lamp', 'Leather chair']);
  assert.deepEqual(
    requests.at(-1).map((request) => request.indexName),
    [leastSoldFirst],
  );
  await rendered(() => sortBy(indexName));
  assert.deepEqual(shown(), ['Wooden chair', 'Leather chair']);
});

test('the search box filters and the words are highlighted', async () => {
  await start({ hitsPerPage: 5 });
  const input = document.querySelector('#box input');
  input.value = 'leath';
  await rendered(() => input.dispatchEvent(new dom.window.Event('input', { bubbles: true })));
  assert.deepEqual(shown().sort(), ['Leather chair', 'Red leather bag']);
  assert.equal(document.querySelector('#hits mark').textContent.toLowerCase(), 'leath');
});

test('a refinement keeps the counts of the other values, by a second request', async () => {
  await start({ hitsPerPage: 5, optionalFilters: ['labels:Chair'] });
  assert.deepEqual(brands(), [
    ['Acme', 2],
    ['Orion', 2],
    ['Zeta', 1],
  ]);
  await rendered(() => document.querySelector('#brands input').click());
  assert.deepEqual(shown(), ['Wooden chair', 'Red leather bag']);
  assert.deepEqual(brands().sort(), [
    ['Acme', 2],
    ['Orion', 2],
    ['Zeta', 1],
  ]);
  assert.equal(requests.at(-1).length, 2);
});

test('pagination shows the next page', async () => {
  await start({ hitsPerPage: 2 });
  const second = document.querySelector('#pages [aria-label="Page 2"]');
  await rendered(() => second.click());
  assert.deepEqual(shown(), ['Wooden chair', 'Leather chair']);
});

test('a click on a hit sends the queryID of its search to Insights', async () => {
  const { default: insightsClient } = await import('search-insights');
  insightsClient('init', { ...application, host: url.origin });
  insightsClient('setUserToken', 'shopper-1');
  await start({ hitsPerPage: 2 }, { insights: { insightsClient } });
  const { queryID } = search.helper.lastResults;
  document.querySelector('#hits li b').click();
  const event = await eventually(async () => {
    const received = await (await fetch(new URL('/_devstack/events', url))).json();
    return received.find((each) => each.eventType === 'click');
  });
  assert.equal(event.queryID, queryID);
  assert.deepEqual(event.objectIDs, ['1']);
  assert.deepEqual(event.positions, [1]);
});

/** Tries until there is something to return, for five seconds at most. */
async function eventually(look) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('nothing came within five seconds');
}
