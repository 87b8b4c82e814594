/** Prints what a shopper's browser loads of each entry, gzipped and without its peers, and fails for too much. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const MOST = { 'index.js': 14_000, 'script.js': 14_000, 'core.js': 8_000, 'style.css': 4_000 };

/** A file and what it imports at once; what is imported on demand doesn't count. */
function loaded(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = readFileSync(new URL(`dist/${name}`, import.meta.url), 'utf8');
  for (const [, imported] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g)) loaded(imported, seen);
  return seen;
}

const bytesOf = (name) =>
  gzipSync(readFileSync(new URL(`dist/${name}`, import.meta.url)), { level: 9 }).length;

for (const [name, most] of Object.entries(MOST)) {
  const files = [...loaded(name)];
  const bytes = files.reduce((sum, each) => sum + bytesOf(each), 0);
  if (bytes > most) process.exitCode = 1;
  process.stdout.write(
    `${files.join(' + ')}: ${(bytes / 1000).toFixed(1)} KB gzipped, at most ${most / 1000}\n`,
  );
}
