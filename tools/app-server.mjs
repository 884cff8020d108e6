// Serves the built app from this machine, under the content policy it is made for: scripts from here
// only, no inline script or style, script addresses through named policies, and connections only to
// the origins that the caller names. It hands out the app's files and nothing else, and refuses whoever
// calls this machine by a foreign name; what is served beside the app answers for itself, under the same
// policy.

import { createServer } from 'node:http';

import { APP_FOLDER } from './lib/app.mjs';
import { isStarted, main, say } from './lib/run.mjs';
import { isHere, staticFiles } from './lib/static.mjs';

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
  const appFile = staticFiles(APP_FOLDER);
  const headers = {
    'content-security-policy': contentPolicy(connectSources),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    // What the service worker keeps is versioned; between it and the server nothing shall be.
    'cache-control': 'no-cache',
  };
  const answer = async (request, response) => {
    if (!isHere(request)) return response.writeHead(403, headers).end();
    if (await beside(request, response, headers)) return;
    const { pathname } = new URL(request.url, 'http://localhost');
    await appFile(request, response, { name: pathname.slice(1), headers });
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
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
