// Serves the built app from this machine, under the content policy it is made for: scripts from here
// only, no inline script or style, script addresses through named policies, and connections only to
// the origins that the caller names. It reads files of one list and nothing else; what is served beside
// the app answers for itself, under the same policy.

import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, relative, sep } from 'node:path';

import { APP_FOLDER } from './lib/app.mjs';
import { Failure, isStarted, main, root, say } from './lib/run.mjs';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** The policy for the app; `connectSources` are the origins of its flows. */
export function contentPolicy(connectSources = []) {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' blob:",
    `connect-src 'self'${connectSources.map((source) => ` ${originOf(source)}`).join('')}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    // The package's worker, the app's service worker, and the two libraries that make templates.
    'trusted-types contactmesh contactmesh-app lit-html fast-html',
  ].join('; ');
}

/** Serves the app on 127.0.0.1; port 0 takes a free one. `beside` is asked first, and says whether it answered. */
export async function serveApp({ port = 0, connectSources = [], beside = async () => false } = {}) {
  const files = listFiles();
  if (!files.has('index.html')) throw new Failure('the app is not built: run `npm run build` first');
  const headers = {
    'content-security-policy': contentPolicy(connectSources),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    // What the service worker keeps is versioned; between it and the server nothing shall be.
    'cache-control': 'no-cache',
  };
  const server = createServer((request, response) => {
    beside(request, response, headers)
      .then((done) => done || answer(request, response, files, headers))
      .catch(() => response.destroy());
  });
  await new Promise((settle, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', settle);
  });
  const close = () =>
    new Promise((settle) => {
      server.close(settle);
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}

async function answer(request, response, files, headers) {
  const { pathname } = new URL(request.url, 'http://localhost');
  const name = pathname === '/' ? 'index.html' : pathname.slice(1);
  if (request.method !== 'GET' && request.method !== 'HEAD') return response.writeHead(405, headers).end();
  if (!files.has(name)) return response.writeHead(404, headers).end();
  const body = await readFile(join(root, APP_FOLDER, name));
  response.writeHead(200, { ...headers, 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function listFiles() {
  const folder = join(root, APP_FOLDER);
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return new Set(paths.map((path) => relative(folder, path).split(sep).join('/')));
  } catch (error) {
    if (error.code === 'ENOENT') return new Set();
    throw error;
  }
}

/** An origin, whatever address it is taken from: what stands in a policy is seen by everybody. */
function originOf(source) {
  return new URL(source).origin;
}

if (isStarted(import.meta.url)) {
  main(async () => {
    const [port = '0', ...connectSources] = process.argv.slice(2);
    const { url, close } = await serveApp({ port: Number(port), connectSources });
    say(`the app is at ${url}; stop with Ctrl+C`);
    await new Promise((settle) => process.once('SIGINT', settle));
    await close();
  });
}
