import { Failure } from '../failure.js';
import type { Answer, FailureKind } from '../types.js';

/** The search function, as far as a page needs it. */
export interface Service {
  /** What is seen in a photo. `onSent` hears the share of it that is sent, 0..1. Rejects with `Failure`. */
  look(photo: Blob, signal: AbortSignal, onSent: (share: number) => void): Promise<Answer>;
  /** What is known of a product's looks. Rejects with `Failure`. */
  lookAt(product: string, signal: AbortSignal): Promise<Answer>;
}

/** The function at `url`; `timeout` in milliseconds counts from the last byte of the photo that was sent. */
export interface ServiceOptions {
  readonly url: string;
  readonly timeout: number;
  /** `fetch` tells nothing about how far an upload is. */
  readonly newRequest: () => XMLHttpRequest;
  readonly online: () => boolean;
  /** Tells the developer what to mend: shoppers can do nothing about it. */
  readonly tell: (advice: string) => void;
}

/** Speaks to the search function over HTTP (docs/search.md). */
export function httpService(options: ServiceOptions): Service {
  return {
    look(photo, signal, onSent) {
      const form = new FormData();
      form.append('image', photo, 'photo.jpg');
      form.append('return', 'filters');
      return asked(options, { method: 'POST', url: options.url, body: form }, signal, onSent);
    },
    lookAt(product, signal) {
      const folder = options.url.replace(/\/$/, '');
      const url = `${folder}/similar/${encodeURIComponent(product)}?return=filters`;
      return asked(options, { method: 'GET', url }, signal, () => {});
    },
  };
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: FormData;
}

function asked(options: ServiceOptions, call: Call, signal: AbortSignal, onSent: (share: number) => void) {
  return new Promise<Answer>((resolve, reject) => {
    const request = options.newRequest();
    const stop = () => request.abort();
    const waiting = patience(options.timeout, () => {
      reject(new Failure('timeout', `no answer within ${options.timeout} ms`));
      stop();
    });
    request.onload = () => settle(request, options, resolve, reject);
    request.onerror = () => reject(unreachable(options));
    request.onabort = () => reject(new DOMException('dropped', 'AbortError'));
    request.onloadend = () => {
      waiting.end();
      signal.removeEventListener('abort', stop);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      waiting.again();
      onSent(total ? loaded / total : 0);
    };
    signal.addEventListener('abort', stop);
    request.open(call.method, call.url);
    request.send(call.body);
  });
}

/** A time-out that begins anew with every sign of life: slow is not dead. */
function patience(milliseconds: number, over: () => void) {
  let timer = setTimeout(over, milliseconds);
  return {
    again() {
      clearTimeout(timer);
      timer = setTimeout(over, milliseconds);
    },
    end: () => clearTimeout(timer),
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

function refusal(request: XMLHttpRequest, body: unknown, { tell }: ServiceOptions): Failure {
  const { detail } = (typeof body === 'object' && body !== null ? body : {}) as { detail?: unknown };
  const words =
    typeof detail === 'string' ? detail : `status ${request.status} without an answer as expected`;
  const kind = KINDS[request.status] ?? 'broken';
  if (kind === 'broken') tell(`the search function answered: ${words}`);
  const seconds = Number(request.getResponseHeader('Retry-After') ?? Number.NaN);
  return new Failure(kind, words, Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : undefined);
}

function unreachable({ url, online, tell }: ServiceOptions): Failure {
  if (!online()) return new Failure('offline', 'the browser is offline');
  const advice =
    `no answer from ${url}: check that it is the address of your search function, that the function's setting ` +
    "CORS_ORIGINS lists this page's origin, and that the page's Content-Security-Policy has the address in connect-src";
  tell(advice);
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
  const { labels, params, leastPoints } = (body ?? {}) as Partial<Answer>;
  return Array.isArray(labels) && typeof params === 'object' && typeof leastPoints === 'number';
}
