/** Prints the size of the widget for a shopper, without instantsearch.js, and fails when it is too large. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const MOST = 12_000;
const sizes = { 'script.js': MOST, 'style.css': 4_000 };
let failed = false;
for (const [file, most] of Object.entries(sizes)) {
  const bytes = gzipSync(readFileSync(new URL(`dist/${file}`, import.meta.url)), { level: 9 }).length;
  failed ||= bytes > most;
  process.stdout.write(`${file}: ${(bytes / 1000).toFixed(1)} KB gzipped, at most ${most / 1000}\n`);
}
process.exitCode = failed ? 1 : 0;
