import type { Sample } from './config.js';

/** Fills the list with photos to try; a click hands over the photo as a shopper's file would be. */
export function listSamples(
  list: HTMLUListElement,
  samples: readonly Sample[],
  search: (photo: Blob) => void,
): void {
  list.replaceChildren(...samples.map((sample) => thumbnail(sample, search)));
}

function thumbnail({ url, title }: Sample, search: (photo: Blob) => void): HTMLLIElement {
  const item = document.createElement('li');
  const button = document.createElement('button');
  const image = new Image(96, 96);
  button.type = 'button';
  button.title = title;
  image.src = url;
  image.alt = title;
  button.addEventListener('click', async () => search(await (await fetch(url)).blob()));
  button.append(image);
  item.append(button);
  return item;
}
