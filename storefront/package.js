/** Completes what a shop installs: the styles, the license, and of the declarations those that an entry refers to. */
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));

function referredTo(path, seen = new Set()) {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, name] of readFileSync(path, 'utf8').matchAll(/["'](\.[^"']+)\.js["']/g))
    referredTo(join(path, '..', `${name}.d.ts`), seen);
  return seen;
}

for (const name of ['style.css', 'style.css.d.ts', 'script.d.ts'])
  copyFileSync(`src/${name}`, `dist/${name}`);
copyFileSync('../LICENSE', 'LICENSE');

const needed = new Set();
for (const { types } of Object.values(exports)) referredTo(join(types), needed);
for (const name of readdirSync('dist', { recursive: true })) {
  const path = join('dist', name);
  if (path.endsWith('.d.ts') && !needed.has(path)) rmSync(path);
}
