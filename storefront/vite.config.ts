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

/** Loaded by the others once there is a picture; what it has in common with them is too little for a file. */
const WIDGET_PARTS = './widgetParts.js';
const isWidgetParts = (id: string) => id.endsWith('/widgetParts.js');

/**
 * `vite build` makes the ES modules, `vite build --mode widgetParts` one that all others load later, and
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
            entry: mode === 'widgetParts' ? { widgetParts: 'src/widget/widgetParts.ts' } : MODULES,
            formats: ['es'],
          },
    rollupOptions: {
      // What is loaded with an entry may use parts of it; they need no file of their own.
      preserveEntrySignatures: 'allow-extension',
      external: (id) => ['react', 'react-instantsearch-core'].includes(id) || isWidgetParts(id),
      output: {
        paths: (id) => (isWidgetParts(id) ? WIDGET_PARTS : id),
        // One chunk of what entries share compresses better than several.
        ...(mode === 'script' ? {} : { manualChunks: shared }),
      },
    },
  },
}));
