import { defineConfig } from 'vite';

/** The demo's shop, built for a page whose policy allows no inline script, no inline style and no `data:`. */
export default defineConfig({
  root: 'shop',
  base: './',
  build: {
    outDir: '../../.cache/shop',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
});
