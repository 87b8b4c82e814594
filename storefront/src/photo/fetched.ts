import { Failure } from '../failure.js';

/** The most milliseconds that another server may take for a picture. */
const PATIENCE = 10_000;

/**
 * Loads the picture at an address, without cookies and without telling the page that asks.
 *
 * Rejects with `Failure`: `out-of-reach` where the other server, or this page's policy, doesn't let it be read.
 */
export async function fetched(address: string, maxBytes: number): Promise<Blob> {
  if (address.startsWith('data:')) return decoded(address);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(address, {
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: stop.signal,
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await limited(response, maxBytes);
  } catch (error) {
    throw error instanceof Failure ? error : outOfReach(error);
  } finally {
    clearTimeout(timer);
    // Ends the download of what is too large.
    stop.abort();
  }
}

/** A picture that is its own address; read here, because few pages' policies let such an address be fetched. */
function decoded(address: string): Blob {
  try {
    const [, type, isBase64, content = ''] = /^data:([^;,]*)[^,]*?(;base64)?,(.*)$/s.exec(address) ?? [];
    const text = decodeURIComponent(content);
    const bytes = isBase64
      ? Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
      : new TextEncoder().encode(text);
    return new Blob([bytes], { type: type ?? '' });
  } catch (error) {
    throw outOfReach(error);
  }
}

/** The body, of which no more than the limit is read, whatever length it announces. */
async function limited(response: Response, maxBytes: number): Promise<Blob> {
  const reader = response.body?.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for (;;) {
    const piece = await reader?.read();
    if (!piece || piece.done) break;
    pieces.push(piece.value);
    bytes += piece.value.length;
    if (bytes > maxBytes) throw new Failure('too-large', `more than ${maxBytes} bytes`);
  }
  return new Blob(pieces, { type: response.headers.get('Content-Type') ?? '' });
}

const outOfReach = (error: unknown) => new Failure('out-of-reach', String(error));
