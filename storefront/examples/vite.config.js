import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    rollupOptions: { input: ['fetch', 'autocomplete'].map((example) => `${example}/index.html`) },
  },
});
