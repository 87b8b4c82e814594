import { defineConfig } from 'vitest/config';

const packaged = 'test/package/**/*.test.ts';
/** The same tests on two versions of React's hooks, of which a file replaces one. */
const hooks = 'test/surface/hook*.test.tsx';

/** The package is built once for the tests of it, which run files of a shop elsewhere, and not for the others. */
export default defineConfig({
  test: {
    restoreMocks: true,
    // Most tests wait, for pages to search and render. A thread that ends for want of work may end the run.
    minWorkers: 4,
    maxWorkers: 4,
    // A busy machine is no failure.
    testTimeout: 20_000,
    setupFiles: 'test/setup.ts',
    // Each file of tests has a page of its own; threads load what they have in common once, and forks for each.
    poolOptions: { threads: { isolate: false } },
    projects: [
      {
        extends: true,
        test: {
          name: 'source',
          pool: 'threads',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [packaged, hooks],
        },
      },
      { extends: true, test: { name: 'hooks', include: [hooks] } },
      {
        extends: true,
        server: { fs: { strict: false } },
        esbuild: { jsx: 'automatic' },
        test: { name: 'package', include: [packaged], globalSetup: 'test/package/build.ts' },
      },
    ],
  },
});
