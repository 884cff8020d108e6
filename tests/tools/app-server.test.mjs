// What the app's own server promises: the content policy on every answer, and no file but the app's.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';

import { contentPolicy, serveApp } from '../../tools/app-server.mjs';

/** Without the tidying that fetch does to a path. */
function get(origin, path, { method = 'GET', host = new URL(origin).host } = {}) {
  return new Promise((settle, fail) => {
    const { hostname, port } = new URL(origin);
    request({ hostname, port, path, method, headers: { host } }, (response) => {
      response.resume();
      response.once('end', () => settle(response));
    })
      .once('error', fail)
      .end();
  });
}

describe('the server of the app', () => {
  let app;
  before(async () => {
    app = await serveApp({ connectSources: ['https://flow.example.com/workflows/1?sig=secret'] });
  });
  after(() => app.close());

  it('answers for the app on 127.0.0.1 alone', async () => {
    assert.match(app.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    for (const [path, type] of [
      ['/', /^text\/html/],
      ['/app.js', /^text\/javascript/],
      ['/wasm/engine.wasm', /^application\/wasm/],
    ]) {
      const { statusCode, headers } = await get(app.url, path);
      assert.equal(statusCode, 200, path);
      assert.match(headers['content-type'], type);
    }
  });

  it('puts the content policy on every answer, with the origin of a flow and nothing more of its address', async () => {
    for (const path of ['/', '/app.js', '/worker.js', '/nothing']) {
      const { headers } = await get(app.url, path);
      const policy = headers['content-security-policy'];
      assert.match(policy, /default-src 'none'.*require-trusted-types-for 'script'.*trusted-types /);
      assert.match(policy, /connect-src 'self' https:\/\/flow\.example\.com;/);
      assert.doesNotMatch(policy, /sig|unsafe-inline|'unsafe-eval'/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'no-referrer');
    }
    assert.match(contentPolicy(), /connect-src 'self';/);
  });

  it('answers to the names of this machine, also through another port that leads here, and to no other name', async () => {
    const { port } = new URL(app.url);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, 'localhost', '127.0.0.1:9']) {
      assert.equal((await get(app.url, '/', { host })).statusCode, 200, host);
    }
    for (const name of ['example.com', 'localhost.example.com', '127.0.0.1.example.com', 'x@localhost', '[::1]']) {
      for (const host of [name, `${name}:${port}`]) {
        const { statusCode, headers } = await get(app.url, '/app.js', { host });
        assert.equal(statusCode, 403, host);
        assert.match(headers['content-security-policy'], /default-src 'none'/);
      }
    }
  });

  it('hands out no file but those of the app', async () => {
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/wasm/../../src/main.ts',
      '/src/main.ts',
      '//etc/passwd',
    ]) {
      assert.equal((await get(app.url, path)).statusCode, 404, path);
    }
    assert.equal((await get(app.url, '/', { method: 'POST' })).statusCode, 405);
  });
});
