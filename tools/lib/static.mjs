// Hands out the files of one built folder, for a server on this machine: those of a list that is made
// once, and nothing else, however a path is written. It also says whether a request was sent to this
// machine by its own name. It decides no policy: the headers of an answer are the server's.

import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

import { filesBelow } from './files.mjs';
import { Failure, root } from './run.mjs';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** Answers for the file called `name` below `folder`, with `headers` on whatever it answers; without a name for the page there. */
export function staticFiles(folder) {
  const files = new Set(filesBelow(folder, () => true).map((path) => path.slice(folder.length + 1)));
  if (!files.has('index.html')) throw new Failure(`${folder} is not built: run \`npm run build\` first`);
  return async (request, response, { name, headers }) => {
    const { method } = request;
    if (method !== 'GET' && method !== 'HEAD') return response.writeHead(405, headers).end();
    const file = name || 'index.html';
    if (!files.has(file)) return response.writeHead(404, headers).end();
    const body = await readFile(join(root, folder, file));
    response.writeHead(200, { ...headers, 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(method === 'HEAD' ? undefined : body);
  };
}

/** Whether it was sent to this machine by its own name, at whatever port: a foreign name may have been led here. */
export function isHere({ headers }) {
  return /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/i.test(headers.host ?? '');
}
