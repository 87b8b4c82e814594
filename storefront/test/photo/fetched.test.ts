import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetched } from '../../src/photo/fetched.js';

let server: Server;
let url: string;
let asked: Record<string, unknown>[];
let reply: (response: ServerResponse) => void;

beforeEach(async () => {
  asked = [];
  reply = (response) => response.writeHead(200, { 'Content-Type': 'image/png' }).end('picture');
  server = createServer((request, response) => {
    asked.push(request.headers);
    reply(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test('a picture is loaded with its type, and nobody is told who asks', async () => {
  const photo = await fetched(url, 100);
  expect([photo.type, await photo.text()]).toEqual(['image/png', 'picture']);
  expect(asked[0]).not.toHaveProperty('cookie');
  expect(asked[0]).not.toHaveProperty('referer');
});

test.each([
  ['data:image/png;base64,cGljdHVyZQ==', 'image/png', 'picture'],
  ['data:image/svg+xml;charset=utf-8,%3Csvg/%3E', 'image/svg+xml', '<svg/>'],
  ['data:image/svg+xml,<svg a="1,2"/>', 'image/svg+xml', '<svg a="1,2"/>'],
])('%s is read without asking anybody', async (address, type, text) => {
  const photo = await fetched(address, 100);
  expect([photo.type, await photo.text()]).toEqual([type, text]);
});

test('of a picture that does not end no more is loaded than may be', async () => {
  let closed = false;
  reply = (response) => {
    response.on('close', () => {
      closed = true;
    });
    response.writeHead(200);
    const more = () => !closed && response.write('x'.repeat(1_000), more);
    more();
  };
  await expect(fetched(url, 5_000)).rejects.toMatchObject({ kind: 'too-large' });
  await expect.poll(() => closed).toBe(true);
});

test.each<[string, () => string]>([
  ['an address that does not answer', () => 'http://127.0.0.1:1/'],
  ['a picture that is not there', () => `${url}none`],
  ['a picture that is damaged in its own address', () => 'data:image/png;base64,%%%'],
])('%s is out of reach', async (_, address) => {
  reply = (response) => response.writeHead(404).end();
  await expect(fetched(address(), 100)).rejects.toMatchObject({ kind: 'out-of-reach' });
});
