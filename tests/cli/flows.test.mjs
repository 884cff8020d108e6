// `flows serve`: the shipped flow on this machine, with two books that meet through it.
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { documentOf, inFolder, makeCard, start } from './cli.mjs';

/** Waits until the served flow has written its address; answers it. */
async function addressIn(path) {
  for (let n = 0; n < 1000; n += 1) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text.endsWith('\n')) return text.trim();
    await setTimeout(10);
  }
  throw new Error('no address came');
}

test('two books meet through the flow as it ships, and serving ends well when it is stopped', () =>
  inFolder(async (cm) => {
    const serving = start(cm.folder, ['flows', 'serve', '--url-file', 'address', '--json']);
    const url = await addressIn(cm.path('address'));
    assert.equal((await stat(cm.path('address'))).mode & 0o777, 0o600);
    const id = await makeCard(cm, 'a.book', 'name/given=Jane');
    for (const book of ['a.book', 'b.book']) {
      await cm.ok('connect', 'team', '--url-file', 'address', '--book', book);
      await cm.ok('sync', '--book', book);
    }
    assert.equal((await cm.json('show', id, '--book', 'b.book')).fields['name/given'], 'Jane');
    serving.child.kill('SIGTERM');
    const { code, stdout, stderr } = await serving.ended;
    assert.equal(code, 0, stderr);
    assert.deepEqual(documentOf(stdout), { folder: './contacts.flow', runs: 2 });
    assert.ok(!stderr.includes(new URL(url).searchParams.get('sig')), stderr);
  }));

test('without a file the address is the first line on stdout, and nowhere else', () =>
  inFolder(async (cm) => {
    const serving = start(cm.folder, ['flows', 'serve', '--dir', 'here']);
    let out = '';
    for await (const part of serving.child.stdout) {
      out += part;
      if (out.includes('\n')) break;
    }
    serving.child.kill('SIGINT');
    const { code, stderr } = await serving.ended;
    assert.equal(code, 0);
    assert.match(out, /^http:\/\/127\.0\.0\.1:\d+\/powerautomate\/\S+&sig=[\w-]{43}\n/);
    assert.doesNotMatch(stderr, /sig=|http/);
    assert.match(stderr, /serving the relay flow from here; stop with Ctrl\+C/);
  }));

test('the flows on Outlook have an address each, in a file of its own', () =>
  inFolder(async (cm) => {
    const serving = start(cm.folder, ['flows', 'serve', '--flow', 'outlook', '--url-file', 'address']);
    const addresses = new Set();
    for (const name of ['address', 'address.outlook-pull', 'address.outlook-apply']) {
      const url = await addressIn(cm.path(name));
      addresses.add(new URL(url).searchParams.get('sig'));
      assert.equal((await stat(cm.path(name))).mode & 0o777, 0o600);
      const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
      assert.deepEqual([answer.status, (await answer.json()).error.code], [400, 'BadEnvelope']);
    }
    assert.equal(addresses.size, 3);
    serving.child.kill('SIGTERM');
    const { code, stdout, stderr } = await serving.ended;
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stdout + stderr, /sig=/);
    assert.match(stderr, /serving 3 flows from/);
  }));

test('wrong use serves nothing and says what to type', () =>
  inFolder(async (cm) => {
    assert.match(await cm.fails(2, 'flows', 'run'), /`flows` can only serve, not `run`/);
    assert.match(await cm.fails(2, 'flows', 'serve', '--port', '70000'), /--port is a whole number from 1 to 65535/);
    assert.match(await cm.fails(2, 'flows', 'serve', '--flow', 'crm'), /--flow is relay or outlook, not `crm`/);
    const { code, stdout } = await cm('flows', 'serve', '--json');
    assert.deepEqual([code, documentOf(stdout).error.code], [2, 'usage']);
  }));
