// @vitest-environment jsdom
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

const send =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };

async function answered(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
  if (request.method === 'OPTIONS') return void response.writeHead(204).end();
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  received.push({ method: request.method, url: request.url, body: Buffer.concat(parts).toString('latin1') });
  reply(response);
}

beforeEach(async () => {
  received = [];
  reported = [];
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
const ask = (options?: Partial<ServiceOptions>, signal = never()) =>
  service(options).answerForPhoto(new Blob(['jpeg bytes'], { type: 'image/jpeg' }), signal, () => {});

test('a photo is posted as a form that asks for parameters only', async () => {
  expect(await ask()).toEqual(answer);
  expect(received[0]).toMatchObject({ method: 'POST', url: '/' });
  expect(received[0]?.body).toContain('name="image"; filename="photo.jpg"');
  expect(received[0]?.body).toContain('jpeg bytes');
  expect(received[0]?.body).toMatch(/name="return"\s+filters/);
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

describe('without any answer', () => {
  test('the browser may be offline', async () => {
    await expect(ask({ url: 'http://127.0.0.1:1', online: () => false })).rejects.toMatchObject({
      kind: 'offline',
    });
  });

  test('the developer is told what to check', async () => {
    await expect(ask({ url: 'http://127.0.0.1:1' })).rejects.toMatchObject({ kind: 'broken' });
    expect(reported.join()).toContain('CORS_ORIGINS');
  });

  test('the time runs out', async () => {
    reply = () => {};
    await expect(ask({ timeout: 50 })).rejects.toMatchObject({ kind: 'timeout' });
  });

  test('an abort ends the call', async () => {
    const stop = new AbortController();
    reply = () => stop.abort();
    await expect(ask({}, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });
});
