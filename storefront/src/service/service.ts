import { Failure } from '../failure.js';
import type { Upload } from '../photo/limits.js';
import type { Answer, FailureKind } from '../types.js';

/** A client of the search function, as far as a page needs it. */
export interface Service {
  /**
   * Uploads a photo; `onSent` is told the share of it that is sent, 0..1: of a small one, which goes at once, all of
   * it. Rejects with `Failure`.
   */
  answerForPhoto(upload: Upload, signal: AbortSignal, onSent: (share: number) => void): Promise<Answer>;
  /** Asks for products like this one, by its `objectID`. Rejects with `Failure`. */
  answerForProduct(product: string, signal: AbortSignal): Promise<Answer>;
  /** Opens the connection, and wakes an instance up, for a photo that is about to come. Nobody hears of failures. */
  warm(): void;
}

/** Where the search function is, and what to reach it with. */
export interface ServiceOptions {
  readonly url: string;
  /** Milliseconds from the last byte of the photo that was sent; a small one has more, by its bytes. */
  readonly timeout: number;
  /** Makes a request that tells how far an upload is, as `fetch` does not. */
  readonly newRequest: () => XMLHttpRequest;
  readonly online: () => boolean;
  /** Reports to the developer what to mend: shoppers can do nothing about it. */
  readonly report: (advice: string) => void;
}

/** Makes a client of the search function over HTTP (docs/search.md). */
export function httpService(options: ServiceOptions): Service {
  const folder = options.url.replace(/\/$/, '');
  return {
    answerForPhoto({ photo, name, crop }, signal, onSent) {
      const form = new FormData();
      form.append('image', photo, name);
      form.append('return', 'filters');
      if (crop) form.append('crop', [crop.x, crop.y, crop.width, crop.height].join());
      return send(
        options,
        { method: 'POST', url: options.url, body: form, bytes: photo.size },
        signal,
        onSent,
      );
    },
    answerForProduct(product, signal) {
      const url = `${folder}/similar/${encodeURIComponent(product)}?return=filters`;
      return send(options, { method: 'GET', url, bytes: 0 }, signal, () => {});
    },
    warm() {
      const request = options.newRequest();
      request.open('GET', `${folder}/healthz`);
      request.send();
    },
  };
}

/**
 * Bytes up to which a photo is sent without being told how far it is: to listen for that, a browser first asks a
 * function on another origin whether it may, which takes as long as sending little does.
 */
const SMALL = 200_000;
/** Bytes a millisecond of a slow line: a small photo has time for them beside the time-out. */
const SLOW = 10;

interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: FormData;
  /** Of the photo. */
  readonly bytes: number;
}

function send(options: ServiceOptions, call: Call, signal: AbortSignal, onSent: (share: number) => void) {
  return new Promise<Answer>((resolve, reject) => {
    const request = options.newRequest();
    const stop = () => request.abort();
    const isSmall = call.bytes <= SMALL;
    const patience = options.timeout + (isSmall ? call.bytes / SLOW : 0);
    const timeout = restartableTimeout(patience, () => {
      reject(new Failure('timeout', `no answer within ${patience} ms`));
      stop();
    });
    request.onload = () => settle(request, options, resolve, reject);
    request.onerror = () => reject(unreachable(options));
    request.onabort = () => reject(new DOMException('dropped', 'AbortError'));
    request.onloadend = () => {
      timeout.clear();
      signal.removeEventListener('abort', stop);
    };
    if (!isSmall)
      request.upload.onprogress = ({ loaded, total }) => {
        timeout.restart();
        onSent(total ? loaded / total : 0);
      };
    signal.addEventListener('abort', stop);
    request.open(call.method, call.url);
    request.send(call.body);
    if (isSmall) onSent(1);
  });
}

/** A time-out that a caller restarts at every progress, so that a slow upload is no failure. */
function restartableTimeout(milliseconds: number, onTimeout: () => void) {
  let timer = setTimeout(onTimeout, milliseconds);
  return {
    restart() {
      clearTimeout(timer);
      timer = setTimeout(onTimeout, milliseconds);
    },
    clear: () => clearTimeout(timer),
  };
}

function settle(
  request: XMLHttpRequest,
  options: ServiceOptions,
  resolve: (answer: Answer) => void,
  reject: (why: unknown) => void,
) {
  const body = json(request.responseText);
  if (request.status === 200 && isAnswer(body)) resolve(body);
  else reject(refusal(request, body, options));
}

const KINDS: Readonly<Record<number, FailureKind>> = {
  404: 'unknown-product',
  413: 'too-large',
  415: 'not-a-picture',
  422: 'not-a-picture',
  429: 'rate-limited',
  502: 'busy',
  503: 'busy',
  504: 'busy',
};

function refusal(request: XMLHttpRequest, body: unknown, { report }: ServiceOptions): Failure {
  const { detail } = (typeof body === 'object' && body !== null ? body : {}) as { detail?: unknown };
  const words = typeof detail === 'string' ? detail : `an unexpected answer, status ${request.status}`;
  const kind = KINDS[request.status] ?? 'broken';
  if (kind === 'broken') report(`the search function answered: ${words}`);
  const seconds = Number(request.getResponseHeader('Retry-After') ?? Number.NaN);
  return new Failure(kind, words, Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : undefined);
}

function unreachable({ url, online, report }: ServiceOptions): Failure {
  if (!online()) return new Failure('offline', 'the browser is offline');
  const advice =
    `no answer from ${url}: check that it is the address of your search function, that the function's setting ` +
    "CORS_ORIGINS lists this page's origin, and that the page's Content-Security-Policy has the address in connect-src";
  report(advice);
  return new Failure('broken', advice);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAnswer(body: unknown): body is Answer {
  const { labels, params, steps } = (body ?? {}) as Partial<Answer>;
  return Array.isArray(labels) && typeof params === 'object' && typeof steps === 'object';
}
