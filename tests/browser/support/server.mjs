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

/** Starts the server; `origin` is where it is. Requests for /held wait in `held`, until `release` answers them. */
export async function startServer({ base = root, folders = FOLDERS, policy = POLICY } = {}) {
  const held = [];
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname)).slice(1);
    try {
      // Browsers ask for it by themselves; a 404 would be an error on every page.
      if (path === 'favicon.ico') return response.writeHead(204).end();
      if (path === 'held') return held.push(response);
      if (!folders.some((folder) => path.startsWith(folder))) throw new Error('not served');
      const sandboxed = path.endsWith('sandboxed.html');
      const body = await readFile(join(base, path));
      response.writeHead(200, {
        'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
        'content-security-policy': sandboxed ? `${policy}; sandbox allow-scripts` : policy,
        // A sandboxed page is of no origin.
        'access-control-allow-origin': '*',
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
  const release = () => {
    for (const response of held.splice(0)) response.writeHead(204).end();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, held, release, close };
}
