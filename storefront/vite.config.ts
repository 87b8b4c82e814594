import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** Next.js and its like render a module on the server unless it says otherwise; minifiers drop such directives. */
const forClients: Plugin = {
  name: 'for-clients',
  generateBundle(_, bundle) {
    const { 'react.js': react, 'react.js.map': map } = bundle;
    if (react?.type !== 'chunk' || map?.type !== 'asset') return;
    react.code = `'use client';\n${react.code}`;
    const mapped = JSON.parse(String(map.source));
    map.source = JSON.stringify({ ...mapped, mappings: `;${mapped.mappings}` });
  },
};

/** What the core and the connector share. */
const SHARED = ['failure', 'usage', 'search/paging', 'search/record', 'search/bestLabels'];
const shared = (id: string) => (SHARED.some((name) => id.endsWith(`/src/${name}.ts`)) ? 'shared' : undefined);

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const MODULES = {
  index: 'src/index.ts',
  react: 'src/react.ts',
  core: 'src/core.ts',
  parts: 'src/parts.ts',
  prepare: 'src/photo/prepare.ts',
};

/** Loaded by the others once a photo is to be shown; what it has in common with them is too little for a file. */
const PHOTO_PAGE = './photoPage.js';
const isPhotoPage = (id: string) => id.endsWith('/photoPage.js');

/**
 * `vite build` makes the ES modules, `vite build --mode photoPage` one that all others load later, and
 * `vite build --mode script` the plain script, which loads two of them later.
 */
export default defineConfig(({ mode }) => ({
  plugins: [forClients],
  resolve: {
    alias:
      mode === 'script'
        ? [{ find: /^\.\.?\/onDemand\.js$/, replacement: file('src/onDemand.script.ts') }]
        : [],
  },
  build: {
    target: ['chrome100', 'firefox100', 'safari15.4'],
    emptyOutDir: false,
    minify: 'terser',
    terserOptions: { ecma: 2020, module: true, compress: { passes: 3 } },
    sourcemap: true,
    lib:
      mode === 'script'
        ? { entry: 'src/index.ts', formats: ['iife'], name: 'visualImageSearch', fileName: () => 'script.js' }
        : {
            entry: mode === 'photoPage' ? { photoPage: 'src/widget/photoPage.ts' } : MODULES,
            formats: ['es'],
          },
    rollupOptions: {
      // What is loaded with an entry may use parts of it; they need no file of their own.
      preserveEntrySignatures: 'allow-extension',
      external: (id) => ['react', 'react-instantsearch-core'].includes(id) || isPhotoPage(id),
      output: {
        paths: (id) => (isPhotoPage(id) ? PHOTO_PAGE : id),
        // One chunk of what entries share compresses better than several.
        ...(mode === 'script' ? {} : { manualChunks: shared }),
      },
    },
  },
}));
