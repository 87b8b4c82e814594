import { createImageSearch } from 'visual-image-search/core';

const {
  VITE_SEARCH_URL: url,
  VITE_ALGOLIA_URL: algoliaUrl,
  VITE_ALGOLIA_APP_ID: appId,
  VITE_ALGOLIA_SEARCH_KEY: apiKey,
  VITE_ALGOLIA_INDEX: indexName,
} = import.meta.env;

const [photo, words, status, list] = ['photo', 'words', 'status', 'hits'].map((id) =>
  document.getElementById(id),
);
const images = createImageSearch({ url });
let picture;
let looking;
let searches = 0;

/** Asks Algolia several requests. The `status` of an error tells that Algolia doesn't take the parameters. */
async function send(requests) {
  const answer = await fetch(`${algoliaUrl}/1/indexes/*/queries`, {
    method: 'POST',
    headers: { 'x-algolia-application-id': appId, 'x-algolia-api-key': apiKey },
    body: JSON.stringify({ requests: requests.map(({ params, ...request }) => ({ ...request, ...params })) }),
  });
  if (!answer.ok) throw Object.assign(new Error(await answer.text()), { status: answer.status });
  return answer.json();
}

/** Shows the products that have the words; while there is a picture, those that look like it first. */
async function search() {
  const number = ++searches;
  const request = { indexName, params: { query: words.value, hitsPerPage: 12 } };
  const result = await images.search(picture, send, request);
  if (number !== searches) return;
  list.replaceChildren(...result.hits.map(item));
  status.textContent = `${result.nbHits} products`;
}

function item({ name, _visual }) {
  const element = document.createElement('li');
  element.textContent = _visual ? `${name} (${_visual.closeness?.toFixed(2) ?? 'not compared'})` : name;
  return element;
}

/** Looks at the photo that was chosen, if any; one that is on its way is dropped for it. */
async function look() {
  looking?.abort();
  looking = new AbortController();
  const { signal } = looking;
  const [file] = photo.files;
  status.textContent = 'Looking at the photo …';
  try {
    const seen = file && (await images.photo(file, { signal }));
    if (signal.aborted) return;
    picture = seen;
    await search();
  } catch (error) {
    if (!signal.aborted) fail(error);
  }
}

/** A photo's error has a `kind`, such as `too-large`; Algolia's have not. */
const fail = (error) => {
  status.textContent = `That did not work: ${error.kind ?? error.message}`;
};

photo.addEventListener('change', look);
words.addEventListener('input', () => search().catch(fail));
search().catch(fail);
