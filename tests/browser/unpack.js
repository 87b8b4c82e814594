/** Unpacks the package's Chromium, and the libraries that a small Linux lacks; says where both are. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import chromium, { inflate } from '@sparticuz/chromium';

const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
const libraries = await inflate(join(dirname(entry), '..', 'bin', 'al2023.tar.br'));
process.stdout.write(JSON.stringify({ path: await chromium.executablePath(), libraries: join(libraries, 'lib') }));
