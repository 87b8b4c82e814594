import { autocomplete } from '@algolia/autocomplete-js';
import { createImageSearch } from 'visual-image-search/core';
import { indexName, searchClient, url } from '../shop.js';
import '@algolia/autocomplete-theme-classic';

const images = createImageSearch({ url });
const send = (requests) => searchClient.search(requests);
let picture;
let title = 'Products';
let latest;

const box = autocomplete({
  container: '#autocomplete',
  placeholder: 'Words, or a photo',
  openOnFocus: true,
  detachedMediaQuery: 'none',
  getSources: ({ query }) => [
    {
      sourceId: 'products',
      getItems: () => productsWith(query),
      templates: {
        header: () => title,
        item: ({ item: { name, _visual }, html }) =>
          html`<span>${name}</span> <small>${_visual?.closeness?.toFixed(2)}</small>`,
        noResults: () => 'Nothing in the shop goes with all of that.',
      },
    },
  ],
});

/** The products that have the words; while there is a picture, those that look like it come first. */
async function productsWith(query) {
  const request = { indexName, params: { query, hitsPerPage: 8 } };
  const result = await images.search(picture, send, request);
  return result.hits;
}

const input = Object.assign(document.createElement('input'), { type: 'file', accept: 'image/*' });
const button = Object.assign(document.createElement('button'), {
  type: 'button',
  textContent: 'Search with a photo',
  onclick: () => (picture ? use(undefined, 'Products') : input.click()),
});
document.querySelector('.aa-InputWrapperSuffix').append(button);

/** Shows the products for a picture, or for none, under a title. */
function use(seen, told) {
  picture = seen;
  title = told;
  button.textContent = picture ? 'Stop using the photo' : 'Search with a photo';
  box.setIsOpen(true);
  box.refresh();
}

input.addEventListener('change', async () => {
  const [photo] = input.files;
  input.value = '';
  latest?.abort();
  latest = new AbortController();
  const { signal } = latest;
  box.setStatus('loading');
  try {
    const seen = await images.photo(photo, { signal });
    if (!signal.aborted) use(seen, 'Like your photo');
  } catch (error) {
    if (!signal.aborted) use(picture, `The photo could not be used: ${error.kind}`);
  }
});
