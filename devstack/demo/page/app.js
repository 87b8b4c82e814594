const byId = (id) => document.getElementById(id);
const { searchUrl, samples } = await (await fetch('config.json')).json();
let latest;

function chip(text, note) {
  const item = document.createElement('li');
  item.textContent = text;
  if (note) {
    const small = document.createElement('small');
    small.textContent = ` ${note}`;
    item.append(small);
  }
  return item;
}

/** Says in words why a product is there: how alike both pictures are, and the visual words they share. */
function reason({ closeness, words, points }) {
  const alike = closeness === undefined ? `${points} points` : `${percent(closeness)} alike`;
  return words ? `${alike}, ${words} visual words shared` : alike;
}

const percent = (closeness) => `${Math.round(100 * Math.max(0, closeness))}%`;

function card(hit, best) {
  const item = byId('hit').content.cloneNode(true).firstElementChild;
  const { points, matched, match, closeness } = hit._visual;
  item.querySelector('img').src = hit.imageURL ?? '';
  item.querySelector('h3').textContent = hit.name ?? hit.objectID;
  item.querySelector('.price').textContent = hit.price ? `$${hit.price.toFixed(2)}` : '';
  item.querySelector('.meter span').style.width = percent(closeness ?? (best ? points / best : 0));
  item.querySelector('.why').textContent = reason(hit._visual);
  item.querySelector('.chips').append(...matched.map(({ description }) => chip(description)));
  item.classList.toggle('unlike', !match);
  return item;
}

function say(text, failed = false) {
  byId('status').textContent = text;
  byId('status').classList.toggle('failed', failed);
}

function show({ hits, labels, visualMatch }, milliseconds) {
  byId('labels').replaceChildren(
    ...labels.map(({ description, score }) => chip(description, `${Math.round(100 * score)}%`)),
  );
  byId('seen').hidden = labels.length === 0;
  const best = hits[0]?._visual.points;
  byId('hits').replaceChildren(...hits.map((hit) => card(hit, best)));
  if (getComputedStyle(byId('ask')).position !== 'sticky') byId('status').scrollIntoView();
  say(visualMatch ? `Found in ${milliseconds} ms, best first.` : 'Nothing here looks like your photo.');
}

async function search(photo) {
  latest?.abort();
  const current = (latest = new AbortController());
  byId('preview').src = URL.createObjectURL(photo);
  byId('preview').hidden = false;
  byId('invitation').hidden = true;
  byId('hits').classList.add('busy');
  say('Looking …');
  const form = new FormData();
  form.append('image', photo);
  form.append('hitsPerPage', '12');
  const start = performance.now();
  try {
    const response = await fetch(searchUrl, { method: 'POST', body: form, signal: current.signal });
    const body = await response.json();
    if (!response.ok) throw new Error(body.detail);
    show(body, Math.round(performance.now() - start));
  } catch (error) {
    if (current.signal.aborted) return;
    byId('hits').replaceChildren();
    byId('seen').hidden = true;
    say(`That did not work: ${error.message}.`, true);
  }
  byId('hits').classList.remove('busy');
}

const firstPhoto = (files) => [...files].find((file) => file.type.startsWith('image/')) ?? files[0];

byId('file').addEventListener('change', ({ target }) => target.files.length && search(target.files[0]));
for (const kind of ['dragenter', 'dragover', 'dragleave', 'drop']) {
  byId('drop').addEventListener(kind, (event) => {
    event.preventDefault();
    byId('drop').classList.toggle('over', kind === 'dragenter' || kind === 'dragover');
    if (kind === 'drop' && event.dataTransfer.files.length) search(firstPhoto(event.dataTransfer.files));
  });
}
addEventListener('paste', ({ clipboardData }) => {
  if (clipboardData.files.length) search(firstPhoto(clipboardData.files));
});

byId('samples').append(
  ...samples.map(({ url, title }) => {
    const button = document.createElement('button');
    const image = document.createElement('img');
    Object.assign(image, { src: url, alt: title, title });
    button.append(image);
    button.addEventListener('click', async () => search(await (await fetch(url)).blob()));
    return button;
  }),
);
