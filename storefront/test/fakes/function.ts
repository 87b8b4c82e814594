import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from '../fixtures.js';

/** A search function that sees the same in everything. */
export interface FakeFunction {
  readonly url: string;
  /** The requests so far, each with its method and path. */
  readonly asked: readonly string[];
  readonly close: () => void;
}

export async function fakeFunction(seen: object = answer): Promise<FakeFunction> {
  const asked: string[] = [];
  const server = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.end(JSON.stringify(seen));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
