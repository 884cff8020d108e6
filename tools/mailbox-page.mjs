// The page on which people edit the mailbox of `npm start` by hand, at /mailbox/ beside the app: its
// files, and the little that it asks of this machine. Contacts go to nobody but the page itself: a
// request for another host than this machine, or from a page of another origin, is refused, and no
// answer may be read by one.

import { MAILBOX_FOLDER } from './lib/app.mjs';
import { isHere, staticFiles } from './lib/static.mjs';

const PLACE = '/mailbox';
/** What it is about, and the contact. */
const ASKED = new RegExp(`^${PLACE}/api/(contacts|held)(?:/(.*))?$`);
/** A contact is never longer. */
const MAX_BODY = 256 * 1024;

/**
 * Answers what is asked below /mailbox, and says whether it was; the rest is the app's. `byHand` is
 * that of js/demo/by-hand.ts, `headers` are on every answer.
 */
export function mailboxPage(byHand) {
  const pageFile = staticFiles(MAILBOX_FOLDER);
  return async (request, response, headers) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    if (pathname !== PLACE && !pathname.startsWith(`${PLACE}/`)) return false;
    const answer = (status, more = {}, body = undefined) =>
      response.writeHead(status, { ...headers, ...more }).end(body);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isHere(request) || !isItsPort(request)) answer(403);
    else if (ASKED.test(pathname)) {
      const [, about, name] = ASKED.exec(pathname);
      const said = await asked(request, byHand, { about, name, known: searchParams.get('known') ?? undefined });
      answer(said.status, { ...JSON_HEADERS }, said.body === undefined ? undefined : JSON.stringify(said.body));
    } else if (isRead && pathname === PLACE) answer(308, { location: `${PLACE}/` });
    else await pageFile(request, response, { name: pathname.slice(PLACE.length + 1), headers });
    return true;
  };
}

const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };
const problem = (status, words) => ({ status, body: { problem: words } });

async function asked(request, byHand, { about, name, known }) {
  if (!isOwn(request)) return problem(403, 'This is answered to the page of the mailbox alone.');
  const { method } = request;
  try {
    const id = name === undefined ? undefined : decodeURIComponent(name);
    if (method === 'GET' || method === 'DELETE') return await byHand.answer({ method, about, id, known });
    // No form of another page can send this without asking first, and it is never allowed to.
    if (request.headers['content-type'] !== 'application/json') return problem(415, 'This is no JSON.');
    const body = await bodyOf(request);
    if (body === undefined) return problem(413, 'This is too long for a contact.');
    return await byHand.answer({ method, about, id, body: JSON.parse(body) });
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof URIError) return problem(400, 'This cannot be read.');
    throw error;
  }
}

/** Whether it was meant for this very server, not for another one of this machine. */
function isItsPort({ headers, socket }) {
  return headers.host.endsWith(`:${socket.localPort}`);
}

/** Whether the page that asks is ours. Browsers name the origin of whoever wants to change something. */
function isOwn({ method, headers }) {
  const { host, origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return origin === undefined ? method === 'GET' : origin === `http://${host}`;
}

async function bodyOf(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MAX_BODY) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
