import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of a shop that has installed the package from its tarball. */
    shop: string;
  }
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const LEFT = ['dist', 'examples', 'node_modules', 'shop', 'test'];

/** Builds and packs a copy of the sources, and unpacks that as an installation does. */
export default function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'visual-image-search-'));
  const [storefront, shop] = [join(folder, 'storefront'), join(folder, 'shop')];
  const installed = join(shop, 'node_modules/visual-image-search');
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: storefront, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

  cpSync(join(ROOT, 'storefront'), storefront, {
    recursive: true,
    filter: (path) => !LEFT.includes(basename(path)) && !path.endsWith('.tgz'),
  });
  cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(installed, { recursive: true });
  run('npm', 'run', '--silent', 'build');
  const tarball = run('npm', 'pack', '--silent').trim();
  run('tar', '-xzf', tarball, '--strip-components=1', '-C', installed);
  provide('shop', shop);
  return () => rmSync(folder, { recursive: true });
}
