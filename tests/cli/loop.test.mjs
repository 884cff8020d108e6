// `sync --every` goes on for months: what happens to one connection ends no other, and what a person
// insists on is done at once.
import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { start } from './cli.mjs';
import { withFlow } from './connected.mjs';

/** A loop over the connections of `a.book`; `said` waits for a line on stderr, `stop` ends it. */
function looping(cm, ...args) {
  const { child, ended } = start(cm.folder, ['sync', '--every', '1s', '--book', 'a.book', ...args]);
  let text = '';
  child.stderr.on('data', (part) => {
    text += part;
  });
  return {
    ended,
    text: () => text,
    said: (form) =>
      until(
        () => form.test(text),
        () => text,
      ),
    async stop() {
      child.kill('SIGINT');
      const { code, stderr } = await ended;
      assert.equal(code, 0, stderr);
    },
  };
}

/** The book is open now and then: asks until it is not. */
async function inBetween(cm, ...args) {
  for (let code = 5; code !== 0; ) {
    ({ code } = await cm(...args, '--book', 'a.book'));
    assert.ok([0, 5].includes(code), `${args}: ${code}`);
  }
}

test('a connection that is disconnected meanwhile is left alone, and the others go on', () =>
  withFlow(async (cm) => {
    await cm.connect();
    await cm.ok('connect', 'share', '--dir', 'relay', '--book', 'a.book');
    const loop = looping(cm);
    await loop.said(/share: .*next in/);
    await inBetween(cm, 'disconnect', 'team');
    await loop.said(/team: .*connection `team`.*left alone from now on/);
    const before = loop.text().length;
    await until(() => /share: .*next in/.test(loop.text().slice(before)), loop.text);
    await loop.stop();
  }));

test('when the last one is disconnected the loop ends and says so', () =>
  withFlow(async (cm) => {
    await cm.connect();
    const loop = looping(cm);
    await loop.said(/team: .*next in/);
    await inBetween(cm, 'disconnect', 'team');
    const { code, stderr } = await loop.ended;
    assert.equal(code, 4);
    assert.match(stderr, /\(connection-unknown\)\n$/);
  }));

test('a journal that cannot be written is said, and tried again', () =>
  withFlow(async (cm, flow) => {
    await cm.connect();
    await cm.ok('connect', 'share', '--dir', 'relay', '--book', 'a.book');
    await mkdir(cm.path('a.book', 'runs.jsonl'));
    const loop = looping(cm);
    for (const name of ['share', 'team']) {
      await loop.said(new RegExp(`${name}: writing .*runs\\.jsonl.*\\(storage-io\\); tried again in 30 s`));
    }
    assert.equal(flow.requests, 1);
    await loop.stop();
    await rm(cm.path('a.book', 'runs.jsonl'), { recursive: true });
    await cm.ok('sync', 'team', '--book', 'a.book');
  }));

test('with --now the first turn does not wait for what the flow asked for', () =>
  withFlow(async (cm, flow) => {
    await cm.connect();
    flow.script = (n) => (n === 0 ? { status: 429, headers: { 'retry-after': '600' } } : undefined);
    await cm.fails(1, 'sync', 'team', '--book', 'a.book');
    const patient = looping(cm);
    await setTimeout(700);
    await patient.stop();
    assert.equal(flow.requests, 1);
    const loop = looping(cm, '--now');
    await loop.said(/team: .*next in/);
    await loop.stop();
    assert.equal(flow.requests, 2);
  }));

test('what is for connections is refused with --relay, and makes nothing', () =>
  withFlow(async (cm) => {
    for (const more of [['--now'], ['--actions', '5'], ['--every', '60s']]) {
      const line = await cm.fails(2, 'sync', '--relay', 'relay', '--book', 'a.book', ...more);
      assert.match(line, new RegExp(`--relay DIR is for one sync with a folder.*without .*${more[0]}`));
    }
  }));

async function until(condition, seen) {
  for (const end = Date.now() + 20_000; !condition(); ) {
    if (Date.now() > end) throw new Error(`it did not happen within 20 s: ${seen()}`);
    await setTimeout(10);
  }
}
