import { readdirSync, readFileSync, statSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';

const installed = join(inject('shop'), 'node_modules/visual-image-search');
const sources = fileURLToPath(new URL('../../src', import.meta.url));
const read = (name: string) => readFileSync(join(installed, name), 'utf8');
const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((name) =>
  statSync(join(installed, name)).isFile(),
);
const { exports } = JSON.parse(read('package.json')) as {
  exports: Record<string, { types: string; default: string }>;
};
const entries = Object.values(exports).flatMap((entry) => [join(entry.types), join(entry.default)]);

/** A file, and all that it loads, refers to or is mapped by. */
function withOthers(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const named = /(?:from|import) *\(?["'](\.[^"']+)["']|new URL\("([^"]+)"|sourceMappingURL=(\S+)/g;
  for (const [, relative, beside, map] of name.endsWith('.map') ? [] : read(name).matchAll(named)) {
    const other = join(name, '..', relative ?? beside ?? map ?? '');
    withOthers(name.endsWith('.d.ts') ? other.replace(/\.js$/, '.d.ts') : other, seen);
  }
  return seen;
}

test('it holds its entries with their types, what these need, how to use it, the license, and nothing else', () => {
  const needed = entries.flatMap((name) => [...withOthers(name)]);
  const expected = new Set([...needed, 'LICENSE', 'README.md', 'package.json']);
  expect(files.sort()).toEqual([...expected].sort());
  expect(Object.keys(exports)).toEqual(['.', './react', './core', './script.js', './style.css']);
});

test('React’s entry is for browsers', () => {
  expect(read('dist/react.js')).toMatch(/^'use client';\n/);
});

const scripts = files
  .filter((name) => name.endsWith('.js'))
  .map((name) => ({ name, code: read(name), map: JSON.parse(read(`${name}.map`)) }));

test.each(scripts)('$name is mapped to sources that the map holds', ({ map }) => {
  expect(map.sources).not.toEqual([]);
  for (const [at, source] of map.sources.entries()) {
    expect(source).toMatch(/^\.\.\/src\//);
    expect(map.sourcesContent[at]).toBe(readFileSync(join(sources, source.slice('../src/'.length)), 'utf8'));
  }
});

test('texts are mapped to the lines they come from', () => {
  const places = scripts.flatMap(({ code, map }) =>
    code.split('\n').flatMap((line, row) =>
      [...line.matchAll(/"([\w. -]{8,})"/g)].map(({ 1: text = '', index }) => {
        const entry = new SourceMap(map).findEntry(row, index);
        if (!('originalLine' in entry)) return { text, line: '' };
        const source = map.sourcesContent[map.sources.indexOf(entry.originalSource)].split('\n');
        return { text, line: source[entry.originalLine] };
      }),
    ),
  );
  const made = places.filter(({ text, line }) => !line.includes(text)).map(({ text }) => text);
  expect(places.length).toBeGreaterThan(100);
  expect(made.sort()).toEqual(['react-instantsearch-core', 'use strict']);
});

test('the links of its README lead to what is there', () => {
  const text = read('README.md').replace(/```[\s\S]*?```/g, '');
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(({ 1: words = '' }) =>
    words
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = [...text.matchAll(/(!?)\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, image, to = '']) => ({
    image,
    to,
  }));
  expect(links).not.toEqual([]);
  const broken = links.filter(({ image, to }) => {
    if (to.startsWith('#')) return !headings.includes(to.slice(1));
    return /^https?:/.test(to) ? image : !files.includes(to);
  });
  expect(broken).toEqual([]);
});
