import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'acorn';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { builtinsUsed, type Use } from './builtins.js';
import { FLOOR, globalEntry, isThere, memberEntry, stylesUsed } from './compatibility.js';

const folder = join(inject('shop'), '../floor');
const dist = join(inject('shop'), 'node_modules/visual-image-search/dist');
const PLANTED = `
  export const planted = [
    URL.canParse('/'),
    [1].toSorted(),
    [1].at(-1),
    Promise.withResolvers(),
    Object.groupBy([1], () => 'one'),
    new Map().values().map(() => 1),
    structuredClone({}),
    document.startViewTransition(),
    document.body.togglePopover?.(),
    new WebTransport('https://shop.example'),
  ];
  export const { checkVisibility, closest } = document.body;
`;

/** What does nothing where it is not known, and is missed by nobody there. */
const SPARED = [
  'CanvasRenderingContext2D.imageSmoothingQuality', // only set: Firefox has one quality
  'CompressionStream', // asked for first: links are longer without
  'DecompressionStream', // only for links that a newer browser made, which are none here
  'scrollbar-width', // Firefox's, where others have the pseudo-element
  'scrollbar-width: none',
  '::-webkit-scrollbar',
  'user-select', // also written with Safari's prefix
  '-webkit-user-select',
  'forced-color-adjust', // Safari forces no colors
  'forced-color-adjust: none',
  '@media (forced-colors)',
  ...['pointer', 'move', 'ew-resize', 'ns-resize', 'nwse-resize', 'nesw-resize'].map(
    (kind) => `cursor: ${kind}`,
  ),
];

let uses: (Use & { planted: boolean })[];

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'planted.ts'), PLANTED);
  const options = { lib: ['ESNext', 'DOM', 'DOM.Iterable'], types: [] };
  const include = ['planted.ts', '../storefront/src'];
  const config = { extends: '../storefront/tsconfig.json', compilerOptions: options, include };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const of = (isOurs: (file: string) => boolean) => builtinsUsed(join(folder, 'tsconfig.json'), isOurs);
  uses = [
    ...of((file) => file.includes('/storefront/src/')).map((use) => ({ ...use, planted: false })),
    ...of((file) => file.endsWith('planted.ts')).map((use) => ({ ...use, planted: true })),
  ];
}, 60_000);

const entryOf = ({ name, owners }: Use) => (owners ? memberEntry(owners, name) : globalEntry(name));
const written = ({ name, owners }: Use) => [...(owners?.slice(0, 1) ?? []), name].join('.');
/** What the data knows nothing of although it knows an interface: types of the compiler's own are no interfaces. */
const isUnknown = (use: Use) => !entryOf(use) && (use.owners?.some((owner) => globalEntry(owner)) ?? true);
const lacks = (use: Use) => (entryOf(use) ? !isThere(entryOf(use)) : isUnknown(use));
const missing = (planted: boolean) => [
  ...new Set(
    uses
      .filter((use) => use.planted === planted && lacks(use) && !SPARED.includes(written(use)))
      .map(written),
  ),
];
const missingStyles = (text: string) =>
  [...stylesUsed(text)]
    .filter(([name, entry]) => !isThere(entry) && !SPARED.includes(name))
    .map(([name]) => name);

describe('the oldest browsers', () => {
  test('are the same, in the README, the build, and here', () => {
    const { chrome, firefox, safari } = FLOOR;
    expect(readFileSync(join(dist, '../README.md'), 'utf8').replace(/\s+/g, ' ')).toContain(
      `Chrome ${chrome}, Firefox ${firefox}, and Safari ${safari}`,
    );
    expect(readFileSync(join(inject('shop'), '../storefront/vite.config.ts'), 'utf8')).toContain(
      `'chrome${chrome}', 'firefox${firefox}', 'safari${safari}'`,
    );
  });

  test('have what the sources use of the language and the browser', () => {
    expect(uses.length).toBeGreaterThan(500);
    expect(missing(false)).toEqual([]);
  });

  test('lack what is planted, which is told from what they have', () => {
    expect(missing(true)).toEqual([
      '__type.canParse',
      'Array.toSorted',
      'Promise.withResolvers',
      'Object.groupBy',
      'MapIterator.map',
      'Document.startViewTransition',
      'WebTransport',
      'HTMLElement.checkVisibility',
    ]);
  });

  test('have what the styles use', () => {
    const styles = readFileSync(join(dist, 'style.css'), 'utf8');
    expect(stylesUsed(styles).size).toBeGreaterThan(100);
    expect(missingStyles(styles)).toEqual([]);
  });

  test('lack what is planted in styles', () => {
    const inside =
      'color: color-mix(in srgb, #fff, red 5%); height: 1dvb; & c { translate: 0; overflow: clip }';
    expect(missingStyles(`@container (width > 1rem) { .a:has(b) { ${inside} } }`)).toEqual([
      '@container',
      ':has',
      'color-mix()',
      'dvb',
      'nesting',
      'translate',
      'overflow: clip',
    ]);
  });

  test.each(readdirSync(dist).filter((name) => name.endsWith('.js')))('have the syntax of %s', (name) => {
    const code = readFileSync(join(dist, name), 'utf8');
    parse(code, { ecmaVersion: 2022, sourceType: name === 'script.js' ? 'script' : 'module' });
    // Both came later to Safari than the rest of that year's language.
    expect(code).not.toMatch(/\bstatic\s*\{|\(\?<[=!]/);
  });
});
