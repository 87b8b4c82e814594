import { defineConfig } from 'vite';

/** `vite build` makes the ES modules, `vite build --mode script` the plain script. */
export default defineConfig(({ mode }) => ({
  build: {
    target: 'es2022',
    emptyOutDir: false,
    minify: 'terser',
    lib:
      mode === 'script'
        ? { entry: 'src/index.ts', formats: ['iife'], name: 'visualImageSearch', fileName: () => 'script.js' }
        : { entry: { index: 'src/index.ts', react: 'src/react.ts' }, formats: ['es'] },
    rollupOptions: { external: ['react', 'react-instantsearch-core'] },
  },
}));
