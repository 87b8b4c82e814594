/**
 * Links that carry a picture: not the picture itself, but what the search function said of it, packed into the part of
 * an address that no server sees.
 */

import { fromBase64, toBase64 } from './base64.js';
import { type Kept, keptIn } from './kept.js';

const NAME = 'image-search';
const LINKED = /[#&]image-search=([^&]*)/;

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes of an unpacked link, at most: a few kilobytes can unpack to gigabytes. */
const MOST_BYTES = 100_000;

/** A page's address, with a picture behind whatever its fragment is. */
export async function linkTo(page: string, { id: _, preview, ...kept }: Kept): Promise<string> {
  const url = new URL(linkIn(page)?.rest ?? page);
  const text = new TextEncoder().encode(JSON.stringify(kept));
  const packed =
    'CompressionStream' in globalThis ? await through(new CompressionStream('deflate'), text) : undefined;
  const picture = `${NAME}=${packed ? `1${encoded(packed)}` : `0${encoded(text)}`}`;
  url.hash = url.hash ? `${url.hash}&${picture}` : picture;
  return url.href;
}

/** The address without a picture, and what it said of one; undefined where it has none. */
export function linkIn(page: string): { readonly rest: string; readonly packed: string } | undefined {
  const url = new URL(page);
  const [part, packed] = LINKED.exec(url.hash) ?? [];
  if (part === undefined || packed === undefined) return undefined;
  url.hash = url.hash.replace(part, '');
  return { rest: url.href, packed };
}

/** The picture that a link carries; undefined for what is none. */
export async function unpacked(packed: string): Promise<Kept | undefined> {
  try {
    const bytes = decoded(packed.slice(1));
    const isPacked = packed.startsWith('1');
    const text = isPacked ? await through(new DecompressionStream('deflate'), bytes) : bytes;
    return keptIn(JSON.parse(new TextDecoder().decode(text)), 'link');
  } catch {
    return undefined;
  }
}

async function through({ readable, writable }: GenericTransformStream, bytes: Uint8Array): Promise<Bytes> {
  const writer = writable.getWriter();
  // What goes wrong here goes wrong in what is read, too.
  Promise.all([writer.write(bytes), writer.close()]).catch(() => {});
  const reader = readable.getReader() as ReadableStreamDefaultReader<Bytes>;
  const parts: number[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (parts.length + next.value.length > MOST_BYTES) {
      await reader.cancel();
      throw new RangeError('a link unpacks to too much');
    }
    parts.push(...next.value);
  }
  return Uint8Array.from(parts);
}

const encoded = (bytes: Uint8Array): string =>
  toBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

const decoded = (text: string): Bytes => fromBase64(text.replace(/-/g, '+').replace(/_/g, '/'));
