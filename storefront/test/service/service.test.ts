// @vitest-environment jsdom
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Upload } from '../../src/photo/limits.js';
import { httpService, type ServiceOptions } from '../../src/service/service.js';
import type { FailureKind } from '../../src/types.js';
import { answer } from '../fixtures.js';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
}
type Reply = (response: ServerResponse) => void;

let server: Server;
let url: string;
let received: Received[];
let reply: Reply;
let reported: string[];
let preflights: number;

const send =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };

async function answered(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
  if (request.method === 'OPTIONS') {
    preflights += 1;
    return void response.writeHead(204).end();
  }
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  received.push({ method: request.method, url: request.url, body: Buffer.concat(parts).toString('latin1') });
  reply(response);
}

beforeEach(async () => {
  received = [];
  reported = [];
  preflights = 0;
  reply = send(200, answer);
  server = createServer((request, response) => void answered(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const service = (options: Partial<ServiceOptions> = {}) =>
  httpService({
    url,
    timeout: 5_000,
    newRequest: () => new XMLHttpRequest(),
    online: () => true,
    report: (advice) => reported.push(advice),
    ...options,
  });
const never = () => new AbortController().signal;
const small: Upload = { photo: new Blob(['jpeg bytes'], { type: 'image/jpeg' }), name: 'photo.jpg' };
const large: Upload = { photo: new Blob([new Uint8Array(200_001)]), name: 'photo.heic' };
const ask = (options?: Partial<ServiceOptions>, signal = never(), upload = small, told: number[] = []) =>
  service(options).answerForPhoto(upload, signal, (share) => told.push(share));

test('a photo is posted as a form that asks for parameters only', async () => {
  expect(await ask()).toEqual(answer);
  expect(received[0]).toMatchObject({ method: 'POST', url: '/' });
  expect(received[0]?.body).toContain('name="image"; filename="photo.jpg"');
  expect(received[0]?.body).toContain('jpeg bytes');
  expect(received[0]?.body).toMatch(/name="return"\s+filters/);
});

test('the part of a photo that is to be cut out there goes with it, under the name of its format', async () => {
  const crop = { width: 0.5, height: 0.25, x: 0.1, y: 0 };
  await ask({}, never(), { ...large, crop });
  expect(received[0]?.body).toContain('name="image"; filename="photo.heic"');
  expect(received[0]?.body).toMatch(/name="crop"\s+0\.1,0,0\.5,0\.25\r/);
});

test('a small photo is sent without asking first, and counts as sent at once', async () => {
  const told: number[] = [];
  const asking = ask({}, never(), small, told);
  expect(told).toEqual([1]);
  await asking;
  expect([told, preflights]).toEqual([[1], 0]);
});

test('of a large photo it is told how far it is', async () => {
  const told: number[] = [];
  await ask({}, never(), large, told);
  expect(preflights).toBe(1);
  expect(told[0]).toBeLessThan(1);
});

test('a small photo has time for its bytes on a slow line', async () => {
  reply = (response) => void setTimeout(() => send(200, answer)(response), 300);
  const photo = new Blob([new Uint8Array(100_000)]);
  await expect(ask({ timeout: 50 }, never(), { photo, name: 'photo.jpg' })).resolves.toEqual(answer);
});

test('a function is woken up by asking how it is, without asking first', async () => {
  service({ url: `${url}/` }).warm();
  await expect.poll(() => received).toMatchObject([{ method: 'GET', url: '/healthz' }]);
  expect(preflights).toBe(0);
});

test('nobody is told that a function cannot be woken up', async () => {
  const done = new Promise((resolve) => {
    const newRequest = () => Object.assign(new XMLHttpRequest(), { onloadend: resolve });
    service({ url: 'http://127.0.0.1:1', newRequest }).warm();
  });
  await done;
  expect(reported).toEqual([]);
});

test('a product is asked for by its escaped objectID', async () => {
  await service({ url: `${url}/` }).answerForProduct('a/b?c', never());
  expect(received[0]).toMatchObject({ method: 'GET', url: '/similar/a%2Fb%3Fc?return=filters' });
});

describe('an answer of status', () => {
  const problem = { detail: 'the function’s own words' };

  test.each<[number, FailureKind]>([
    [404, 'unknown-product'],
    [413, 'too-large'],
    [415, 'not-a-picture'],
    [422, 'not-a-picture'],
    [429, 'rate-limited'],
    [503, 'busy'],
  ])('%i means %s', async (status, kind) => {
    reply = send(status, problem, { 'Retry-After': '12' });
    await expect(ask()).rejects.toMatchObject({ kind, message: problem.detail, retryAfter: 12 });
  });

  test('500 means broken, and is reported to the developer', async () => {
    reply = send(500, problem);
    await expect(ask()).rejects.toMatchObject({ kind: 'broken', retryAfter: undefined });
    expect(reported.join()).toContain(problem.detail);
  });

  test.each(['<html>a proxy</html>', { hits: [] }, null])('200 with %j means broken', async (body) => {
    reply = send(200, body);
    await expect(ask()).rejects.toMatchObject({ kind: 'broken' });
  });
});

test('without an answer the browser may be offline, or the developer is told what to check', async () => {
  const nowhere = 'http://127.0.0.1:1';
  await expect(ask({ url: nowhere, online: () => false })).rejects.toMatchObject({ kind: 'offline' });
  expect(reported).toEqual([]);
  await expect(ask({ url: nowhere })).rejects.toMatchObject({ kind: 'broken' });
  expect(reported.join()).toContain('CORS_ORIGINS');
});

test('the time of a call runs out, or an abort ends it', async () => {
  reply = () => {};
  await expect(ask({ timeout: 50 })).rejects.toMatchObject({ kind: 'timeout' });
  const stop = new AbortController();
  reply = () => stop.abort();
  await expect(ask({}, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
});
