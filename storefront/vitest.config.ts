import { defineConfig } from 'vitest/config';

const packaged = 'test/package/**/*.test.ts';

/** The package is built once for the tests of it, which run files of a shop elsewhere, and not for the others. */
export default defineConfig({
  test: {
    restoreMocks: true,
    // Most tests wait, for pages to search and render.
    maxWorkers: 4,
    // A busy machine is no failure.
    testTimeout: 20_000,
    projects: [
      { extends: true, test: { name: 'source', include: ['test/**/*.test.{ts,tsx}'], exclude: [packaged] } },
      {
        extends: true,
        server: { fs: { strict: false } },
        esbuild: { jsx: 'automatic' },
        test: { name: 'package', include: [packaged], globalSetup: 'test/package/build.ts' },
      },
    ],
  },
});
