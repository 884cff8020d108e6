// A flow of the tests' own: docs/flow-contract.md over a list in memory, written independently of
// the shipped definition, and a door that plays what a script says. `fetch` goes straight in;
// `listen` puts a real server before it.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

export const CANARY = 'CANARYsigNATUREabcdefghijklmnopqrstuvwxyz0123';
export const PATH =
  '/powerautomate/automations/direct/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke';
export const URL_OF = (origin) => `${origin}${PATH}?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${CANARY}`;

export const sha = (bytes) => createHash('sha256').update(bytes).digest('hex');

export class TestFlow {
  rows = [];
  requests = 0;
  bodies = [];
  types = [];
  /** Called for each request, from 0; answers a step or undefined. */
  script = () => undefined;
  /** Called for each pushed hash; a reason refuses it for good. */
  refuse = () => undefined;
  onBody = () => {};
  /** For the server: what to wait for before it answers. */
  hold = undefined;

  get hashes() {
    return this.rows.map(({ hash }) => hash);
  }

  /** What the flow does, without a door. */
  run({ v, book, after, limit = 20, have = [], push }) {
    if (v !== 1 || !Array.isArray(push) || push.length > 20 || limit > 200 || have.length > 100) return bad();
    if (push.some(({ hash, chunk }) => sha(Buffer.from(chunk, 'base64')) !== hash || chunk.length > 48_000))
      return bad();
    const rejected = [];
    for (const { hash, chunk } of push) {
      const reason = this.refuse(hash);
      if (reason !== undefined) rejected.push({ hash, reason });
      else if (!this.rows.some((row) => row.hash === hash && row.book === book)) {
        this.rows.push({ seq: (this.rows.at(-1)?.seq ?? 0) + 1, book, hash, chunk });
      }
    }
    const found = this.rows.filter(({ seq }) => seq > after);
    const read = found.slice(0, limit);
    const chunks = read
      .filter((row) => row.book === book)
      .map(({ seq, hash, chunk }) => ({ seq, hash, chunk: have.includes(hash) ? null : chunk }));
    const body = {
      v: 1,
      stored: push.length - rejected.length,
      ...(rejected.length > 0 ? { rejected } : {}),
      chunks,
      next: read.at(-1)?.seq ?? after,
      more: found.length > read.length,
    };
    return { status: 200, body: JSON.stringify(body) };
  }

  /** One request through the door: what is answered, or `broken`, with what was done. */
  enter(text, type) {
    const number = this.requests;
    this.requests += 1;
    this.bodies.push(text);
    this.types.push(type);
    const step = this.script(number, text) ?? {};
    const ran =
      step.ran === false || (step.status !== undefined && step.ran !== true) ? undefined : this.run(JSON.parse(text));
    if (step.twice) this.run(JSON.parse(text));
    this.onBody(text);
    if (step.broken) return 'broken';
    const answer = {
      status: step.status ?? ran.status,
      body: step.body ?? ran?.body ?? '',
      headers: step.headers ?? {},
    };
    if (step.cut) answer.body = answer.body.slice(0, answer.body.length / 2);
    return { ...answer, cut: step.cut };
  }

  /** For the client's `fetch`; `hang` steps wait for the client to give up. */
  fetch = async (_url, init) => {
    const step = this.script(this.requests, init.body);
    if (step?.hang) {
      this.requests += 1;
      if (step.ran) this.run(JSON.parse(init.body));
      return new Promise((_, reject) => init.signal.addEventListener('abort', () => reject(init.signal.reason)));
    }
    const answer = this.enter(init.body, init.headers['content-type']);
    if (answer === 'broken') throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } });
    const empty = [204, 202].includes(answer.status) && answer.body === '';
    return new Response(empty ? null : answer.body, { status: answer.status, headers: answer.headers });
  };

  async listen() {
    const server = createServer((request, response) => {
      const parts = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', async () => {
        const answer = this.enter(Buffer.concat(parts).toString(), request.headers['content-type']);
        await this.hold?.();
        if (answer === 'broken') return request.socket.destroy();
        const { status, body, headers, cut } = answer;
        if (!cut) return response.writeHead(status, headers).end(body);
        response.writeHead(status, { ...headers, 'content-length': body.length * 2 });
        return response.write(body, () => response.destroy());
      });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const close = () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    };
    return { url: URL_OF(`http://127.0.0.1:${server.address().port}`), close };
  }
}

function bad() {
  return {
    status: 400,
    body: JSON.stringify({ v: 1, error: { code: 'BadEnvelope', message: 'no', retryAfter: null } }),
  };
}
