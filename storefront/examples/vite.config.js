import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  plugins: [vue()],
  build: {
    target: 'es2022',
    rollupOptions: { input: ['fetch', 'autocomplete', 'vue'].map((example) => `${example}/index.html`) },
  },
});
