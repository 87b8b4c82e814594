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
const SHARED = ['failure', 'usage', 'search/paging', 'search/record'];
const shared = (id: string) => (SHARED.some((name) => id.endsWith(`/src/${name}.ts`)) ? 'shared' : undefined);

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** `vite build` makes the ES modules, `vite build --mode script` the plain script, which loads one of them later. */
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
    sourcemap: true,
    lib:
      mode === 'script'
        ? { entry: 'src/index.ts', formats: ['iife'], name: 'visualImageSearch', fileName: () => 'script.js' }
        : {
            entry: {
              index: 'src/index.ts',
              react: 'src/react.ts',
              core: 'src/core.ts',
              engine: 'src/engine.ts',
              prepare: 'src/photo/prepare.ts',
            },
            formats: ['es'],
          },
    rollupOptions: {
      external: ['react', 'react-instantsearch-core'],
      // What is loaded with an entry may use parts of it; they need no file of their own.
      preserveEntrySignatures: 'allow-extension',
      // One chunk of what entries share compresses better than several.
      output: mode === 'script' ? {} : { manualChunks: shared },
    },
  },
}));
