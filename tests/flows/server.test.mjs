// The server around the runtime: who may come in, what the platform says, what
// can be played on callers, and what is kept.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { flowsCommand } from '../../pkg/dist/flows/command.js';
import { scripted } from '../../pkg/dist/flows/http/faults.js';
import { serveFlows } from '../../pkg/dist/flows/server.js';
import { after, chunkOf, compose, definitionOf, exchange, post, reply, request, withFlow } from './flow.mjs';

const ADDRESS =
  /^http:\/\/127\.0\.0\.1:\d+\/powerautomate\/automations\/direct\/workflows\/[0-9a-f]{32}\/triggers\/manual\/paths\/invoke\?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1\.0&sig=[\w-]{43}$/;

describe('flows: the address', () => {
  it('has the shape of the platform, and is the same the next time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contactmesh-flow-'));
    try {
      const first = await serveFlows({ folder });
      await first.close();
      const second = await serveFlows({ folder });
      await second.close();
      assert.match(first.url, ADDRESS);
      const tail = (url) => url.slice(url.indexOf('/powerautomate'));
      assert.equal(tail(first.url), tail(second.url));
      assert.equal((await stat(join(folder, 'address.json'))).mode & 0o777, 0o600);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('a wrong or missing signature is 401, and nothing runs', () =>
    withFlow({}, async (served) => {
      for (const url of [
        served.url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
        served.url.replace(/&sig=.*/, ''),
      ]) {
        const answer = await post(served, request(), { url });
        assert.deepEqual([answer.status, answer.body.error.code], [401, 'DirectApiAuthorizationRequired']);
        assert.match(answer.body.error.message, /^The OAuth authorization scheme is required/);
      }
      assert.deepEqual(served.history(), []);
    }));

  it('who has no signature is refused before the body is read', () =>
    withFlow({}, async (served) => {
      const url = served.url.replace(/&sig=.*/, '');
      const calling = httpRequest(url, { method: 'POST', headers: { 'Content-Length': 1_000_000 } });
      calling.on('error', () => {});
      calling.write('{');
      // The rest never comes.
      const [answer] = await once(calling, 'response', { signal: AbortSignal.timeout(10_000) });
      assert.equal(answer.statusCode, 401);
      calling.destroy();
    }));

  it('a flow that is off, and any other path, is 404', () =>
    withFlow({}, async (served) => {
      served.turn(false);
      assert.equal((await post(served, request())).status, 404);
      served.turn(true);
      assert.equal((await post(served, request())).status, 200);
      assert.equal((await post(served, request(), { url: served.url.replace('/manual/', '/other/') })).status, 404);
    }));

  it('other methods, a missing version and a body that lies about being JSON are refused', () =>
    withFlow({}, async (served) => {
      assert.equal((await fetch(served.url)).status, 405);
      assert.equal((await post(served, request(), { url: served.url.replace('api-version=1&', '') })).status, 400);
      const answer = await post(served, '{');
      assert.deepEqual([answer.status, answer.body.error.code], [400, 'InvalidRequestContent']);
    }));

  it('the command says the address once, into a file for its owner only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contactmesh-flow-'));
    try {
      const said = [];
      let stop;
      const stopped = new Promise((resolve) => {
        stop = resolve;
      });
      const ports = { print: (line) => said.push(line), note: (line) => said.push(line), stopped };
      const urlFile = join(folder, 'url');
      const done = flowsCommand({ folder: join(folder, 'flow'), urlFile }, ports);
      while (said.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      const url = (await readFile(urlFile, 'utf8')).trim();
      assert.match(url, ADDRESS);
      assert.equal((await post({ url }, request())).status, 200);
      stop();
      assert.equal((await done).runs, 1);
      assert.equal((await stat(urlFile)).mode & 0o777, 0o600);
      assert.ok(
        said.every((line) => !line.includes('sig=')),
        said.join('\n'),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('flows: callers of another origin', () => {
  const preflight = (served) =>
    fetch(served.url, { method: 'OPTIONS', headers: { Origin: 'https://app.example.com' } });

  it('a preflight is answered, or refused', async () => {
    await withFlow({}, async (served) => {
      const answer = await preflight(served);
      assert.deepEqual([answer.ok, answer.headers.get('access-control-allow-headers')], [true, 'content-type']);
    });
    await withFlow({ preflight: 'refused' }, async (served) => {
      const answer = await preflight(served);
      assert.deepEqual([answer.ok, answer.headers.get('access-control-allow-origin')], [false, null]);
    });
  });

  it('what the platform says is readable only if asked for', async () => {
    const readable = async (served) => {
      served.turn(false);
      return (await post(served, request())).headers.get('access-control-allow-origin');
    };
    await withFlow({}, async (served) => assert.equal(await readable(served), null));
    await withFlow({ platformCors: true }, async (served) => assert.equal(await readable(served), '*'));
  });
});

describe('flows: faults played on purpose', () => {
  const push = [chunkOf('one')];
  const meet = (fault, body) =>
    withFlow({ faults: scripted([fault]) }, async (served) => {
      await body(served);
      // Whatever happened: the same request again settles it, and nothing is doubled.
      assert.equal((await exchange(served, { push })).stored, 1);
      assert.equal(served.list.rows.length, 1);
    });

  for (const [fault, status, rows] of [
    ['unauthorized', 401, 0],
    ['off', 404, 0],
    ['no-response', 502, 0],
    ['no-response-after', 502, 1],
    ['timeout-after', 504, 1],
  ]) {
    it(`${fault} is ${status}, with ${rows} chunk stored`, () =>
      meet(fault, async (served) => {
        assert.equal((await post(served, request({ push }))).status, status);
        assert.equal(served.list.rows.length, rows);
      }));
  }

  it('throttled is 429 with Retry-After', () =>
    meet({ throttled: 7 }, async (served) => {
      const answer = await post(served, request({ push }));
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '7']);
    }));

  it('html is a page with status 200', () =>
    meet('html', async (served) => {
      const answer = await post(served, request({ push }));
      assert.deepEqual([answer.status, answer.body], [200, null]);
      assert.match(answer.text, /<!doctype html>/);
    }));

  for (const [fault, rows] of [
    ['cut', 1],
    ['reset', 0],
    ['reset-after', 1],
  ]) {
    it(`${fault} breaks off, with ${rows} chunk stored`, () =>
      meet(fault, async (served) => {
        await assert.rejects(post(served, request({ push })));
        assert.equal(served.list.rows.length, rows);
      }));
  }

  it('duplicate is two runs of one request, and one chunk', () =>
    meet('duplicate', async (served) => {
      assert.equal((await post(served, request({ push }))).status, 200);
      assert.equal(served.list.rows.length, 1);
    }));

  it('slow answers later', () =>
    meet({ slow: 60 }, async (served) => {
      const begun = Date.now();
      await exchange(served, { push });
      assert.ok(Date.now() - begun >= 55);
    }));
});

describe('flows: the platform around a run', () => {
  const INIT = { type: 'InitializeVariable', inputs: { variables: [{ name: 'n', type: 'array' }] }, runAfter: {} };

  it('a run that fails before its response is NoResponse', () =>
    withFlow({ definition: definitionOf({ A: compose("@json('{}').b"), R: reply(1, after('A')) }) }, async (served) => {
      const answer = await post(served, request());
      assert.deepEqual([answer.status, answer.body.error.code], [502, 'NoResponse']);
      assert.equal(served.history()[0].status, 'Failed');
    }));

  it('a run that takes too long is 504, and goes on', () => {
    const wait = {
      type: 'OpenApiConnection',
      inputs: {
        host: { apiId: '/apis/shared_sharepointonline', operationId: 'PostItem' },
        parameters: { 'item/Title': 'late' },
        retryPolicy: { type: 'none' },
      },
      runAfter: {},
    };
    const definition = definitionOf({ Wait: wait, R: reply(1, after('Wait')) });
    return withFlow({ definition, responseLimitMs: 30 }, async (served) => {
      const perform = served.list.call.bind(served.list);
      served.list.call = async (...args) => {
        await new Promise((resolve) => setTimeout(resolve, 90));
        return perform(...args);
      };
      assert.equal((await post(served, request())).status, 504);
      await new Promise((resolve) => setTimeout(resolve, 120));
      assert.deepEqual([served.list.rows.length, served.history()[0].http], [1, 504]);
    });
  });

  it('a definition that breaks the rules is not served', async () => {
    const definition = definitionOf({ Init: INIT });
    await assert.rejects(
      withFlow({ definition }, () => {}),
      { code: 'flow-wrong', message: /no action is a Response/ },
    );
  });

  it('the list outlives the server, and a line that a crash cut', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contactmesh-flow-'));
    try {
      const first = await serveFlows({ folder });
      await exchange(first, { push: [chunkOf(1)] });
      await first.close();
      await appendFile(join(folder, 'list.jsonl'), '{"Title":"b1.cut","Bo');
      const second = await serveFlows({ folder });
      const answer = await exchange(second, { push: [chunkOf(2)] });
      await second.close();
      assert.deepEqual(
        answer.chunks.map((one) => one.seq),
        [1, 2],
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('the history names what ran, and holds neither bytes nor the signature', () =>
    withFlow({}, async (served, folder) => {
      const one = chunkOf('a secret of Jane');
      await exchange(served, { push: [one, one] });
      const answer = await post(served, request({ push: [{ ...one, hash: 'wrong' }] }));
      assert.equal(answer.status, 400);
      const [good, bad] = served.history();
      assert.deepEqual([good.status, good.http, bad.status, bad.http], ['Succeeded', 200, 'Failed', 400]);
      assert.deepEqual(
        good.steps.filter((step) => step.name === 'Store').map((step) => step.status),
        ['Succeeded', 'Failed'],
      );
      const text = await readFile(join(folder, 'runs.jsonl'), 'utf8');
      for (const secret of [one.chunk, one.hash, new URL(served.url).searchParams.get('sig')]) {
        assert.ok(!text.includes(secret));
      }
    }));
});
