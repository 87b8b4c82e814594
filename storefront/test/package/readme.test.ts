// @vitest-environment jsdom
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import instantsearch from 'instantsearch.js';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { InstantSearch } from 'react-instantsearch-core';
import { afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { fakeAlgolia } from '../fakes/algolia.js';
import { type FakeFunction, fakeFunction } from '../fakes/function.js';
import { labeled } from '../fixtures.js';
import { settled } from '../waiting.js';
import '../widget/browser.js';

const folder = join(inject('shop'), 'readme');
const installed = join(inject('shop'), 'node_modules/visual-image-search');
const blocks = [...readFileSync(join(installed, 'README.md'), 'utf8').matchAll(/^```(\w+)\n(.*?)^```/gms)]
  .map(([, kind = '', code = '']) => ({ kind, code }))
  .filter(({ kind }) => ['js', 'jsx', 'ts', 'tsx'].includes(kind) || kind === 'html');

/** What a page has before: InstantSearch, a hit in its templates, and what a shopper chose. */
const PAGE = `
  import 'visual-image-search/script.js';
  import type { Hit, InstantSearch } from 'instantsearch.js';
  declare global {
    const search: InstantSearch;
    const hit: Hit;
    const photo: File;
    const words: string;
  }`;
const STRICT = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noUncheckedSideEffectImports: true,
  allowJs: true,
  checkJs: true,
  jsx: 'react-jsx',
  module: 'ESNext',
  moduleResolution: 'bundler',
  lib: ['ES2022', 'DOM', 'DOM.Iterable'],
  types: [],
  skipLibCheck: true,
  noEmit: true,
};

let remote: FakeFunction;
let search: ReturnType<typeof instantsearch>;
let { asked, client } = fakeAlgolia();
const hit = { objectID: 'shoe' };

beforeAll(() => mkdirSync(folder, { recursive: true }));

beforeEach(async () => {
  remote = await fakeFunction();
  ({ asked, client } = fakeAlgolia({ objectID: 'boot', name: 'Boot', labels: labeled('Shoe') }));
  search = instantsearch({ indexName: 'shop', searchClient: client });
  Object.assign(globalThis, { search, hit, client, words: 'blue' });
  document.body.innerHTML = `${codeWith('id="image-search"')}<div id="hits"></div>`;
});

afterEach(() => {
  search.dispose();
  remote.close();
});

/** The one block that contains these words. */
function codeWith(words: string): string {
  const found = blocks.filter(({ code }) => code.includes(words));
  if (found.length !== 1) throw new Error(`${found.length} blocks contain ${words}`);
  return found[0]?.code ?? '';
}

let written = 0;

/** What stands in for an account, and for a photo, which is not decoded without a browser. */
const INSTEAD = [
  ["liteClient('YOUR-APP-ID', 'YOUR-SEARCH-ONLY-KEY')", () => 'client'],
  ['images.photo(photo)', () => "images.product('shoe')"],
  ['https://YOUR-SEARCH-FUNCTION', () => remote.url],
] as const;

/** Runs the one block that contains these words, as a module beside the installed package. */
async function run(words: string, then = '') {
  const path = join(folder, `run-${++written}.jsx`);
  const code = INSTEAD.reduce((text, [name, other]) => text.replaceAll(name, other), codeWith(words));
  writeFileSync(path, `${code}\n${then}`);
  return import(/* @vite-ignore */ path);
}

const button = () => document.querySelector('#image-search button')?.ariaLabel;

test('every block passes the compiler, which finds what is wrong', () => {
  const wrong = { kind: 'js', code: 'search.addWidgets([visualImageSearch.imageSearch({ url: 5 })]);' };
  const scripts = [...blocks.filter(({ kind }) => kind !== 'html'), wrong];
  for (const [at, { kind, code }] of scripts.entries())
    writeFileSync(join(folder, `block-${at}.${kind}`), code);
  writeFileSync(join(folder, 'page.d.ts'), PAGE);
  const config = { compilerOptions: STRICT, include: ['page.d.ts', 'block-*'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(inject('shop'), '../node_modules/.bin/tsc');
  const { stdout } = spawnSync(compiler, ['--pretty', 'false'], { cwd: folder, encoding: 'utf8' });
  const errors = stdout.split('\n').filter((line) => line.includes('error'));
  expect(errors).toEqual([expect.stringMatching(`^block-${scripts.length - 1}.js`)]);
});

test('the first block adds the widget', async () => {
  await run("import 'visual-image-search/style.css'");
  search.start();
  expect(button()).toBe('Search by photo');
});

test('so do tags of files that are there', async () => {
  const page = new DOMParser().parseFromString(codeWith('<script'), 'text/html');
  const files = [...page.querySelectorAll('link, script')].map(
    (tag) => tag.getAttribute('href') ?? tag.getAttribute('src') ?? '',
  );
  const paths = files.map((name) => join(installed, name.replace(/^image-search\//, 'dist/')));
  expect(paths.map(existsSync)).toEqual([true, true]);
  const script = readFileSync(paths.find((path) => path.endsWith('.js')) ?? '', 'utf8');
  Object.assign(globalThis, { visualImageSearch: new Function(`${script};return visualImageSearch`)() });
  await run('visualImageSearch.imageSearch');
  search.start();
  expect(button()).toBe('Search by photo');
});

test('hits tell why they are there once one is asked for what is similar', async () => {
  await run("import 'visual-image-search/style.css'");
  await run('const words =');
  search.start();
  await settled();
  expect(document.querySelector('#hits')?.textContent).toBe('Boot');
  await run('imageSearchOf(search)?.similar');
  await settled();
  expect(document.querySelector('#hits')?.textContent).toBe('BootSimilar');
});

test('a button and a bar in places of their own', async () => {
  document.body.innerHTML = '<div id="header"></div><div id="above-hits"></div>';
  await run("container: '#above-hits'");
  search.start();
  expect(document.querySelector('#header button')?.ariaLabel).toBe('Search by photo');
  expect(document.querySelector('#above-hits [role=status]')).not.toBeNull();
});

test('another index is searched without the picture', async () => {
  document.body.insertAdjacentHTML('beforeend', '<div id="articles"></div>');
  await run("import 'visual-image-search/style.css'");
  await run("index({ indexName: 'articles' })");
  search.start();
  await settled();
  await run('imageSearchOf(search)?.similar');
  await settled();
  const filtered = asked.map(({ indexName, params }) => [indexName, 'optionalFilters' in params]);
  expect(filtered.slice(-2)).toEqual([
    ['shop', true],
    ['articles', false],
  ]);
});

test('without InstantSearch', async () => {
  const { hits } = await run('visual-image-search/core', 'export { hits };');
  expect(hits).toMatchObject([{ objectID: 'boot', _visual: { verdict: 'similar' } }]);
});

test('React shows an interface of one’s own', async () => {
  const { PhotoSearch } = await run('function PhotoSearch', 'export { PhotoSearch };');
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  root.render(
    createElement(InstantSearch, { indexName: 'shop', searchClient: client }, createElement(PhotoSearch)),
  );
  await settled();
  const input = document.querySelector<HTMLInputElement>('input[aria-label=Photo]');
  input?.dispatchEvent(new Event('change', { bubbles: true }));
  await settled();
  expect(input?.type).toBe('file');
  expect(document.body.textContent).not.toContain('Stop using the photo');
  root.unmount();
});
