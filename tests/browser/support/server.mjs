// The server of the browser tests: the package as built and the test files, read only, on 127.0.0.1,
// under the content policy that the app will have.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

import { root } from '../../../tools/lib/run.mjs';

export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  // Flows are of another origin.
  "connect-src 'self' http://127.0.0.1:*",
  "worker-src 'self'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  // The policy of the package, and one for the workers that tests bring.
  'trusted-types contactmesh tests',
].join('; ');

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};
const FOLDERS = ['pkg/dist/', 'tests/browser/pages/', 'tests/storage/'];

/** Starts the server; `origin` is where it is. */
export async function startServer() {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname)).slice(1);
    try {
      // Browsers ask for it by themselves; a 404 would be an error on every page.
      if (path === 'favicon.ico') return response.writeHead(204).end();
      if (!FOLDERS.some((folder) => path.startsWith(folder))) throw new Error('not served');
      const body = await readFile(join(root, path));
      response.writeHead(200, {
        'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
        'content-security-policy': POLICY,
        'cache-control': 'no-store',
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((settle) => server.listen(0, '127.0.0.1', settle));
  const close = () =>
    new Promise((settle) => {
      server.close(settle);
      server.closeAllConnections();
    });
  return { origin: `http://127.0.0.1:${server.address().port}`, close };
}
