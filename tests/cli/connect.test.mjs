// Connections on the command line: where an address may come from, where it is kept, and that nobody
// ever sees it again.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CANARY } from '../flow-client/flow.mjs';
import { assertSecret, withFlow } from './connected.mjs';

const TERMINAL = fileURLToPath(new URL('terminal.mjs', import.meta.url));
const STORE = 'a.book/connections.json';

test('an address comes from a file, from stdin or from a variable, and is kept for its owner alone', () =>
  withFlow(async (cm, flow) => {
    const env = { CONTACTMESH_URL_TEAM: cm.url };
    for (const args of [['--url-file', 'address'], ['--url-file', '-', { input: `${cm.url}\r\n` }], [{ env }]]) {
      await cm.ok('connect', 'team', '--book', 'a.book', ...args);
      assert.equal((await stat(cm.path(STORE))).mode & 0o777, 0o600);
      await cm.ok('sync', '--book', 'a.book', '--now');
    }
    assert.equal(flow.requests, 3);
    await assertSecret(cm, 'address', STORE);
  }));

test('an address that is typed is not shown, whatever is corrected in it', () =>
  withFlow(async (cm, flow) => {
    const typed = `${cm.url.slice(0, -3)}xx\u007f\u007f${cm.url.slice(-3)}\r`;
    const { code, output, modes } = await atTerminal(cm, ['connect', 'team', '--book', 'a.book'], typed);
    assert.equal(code, 0, output);
    assert.match(output, /not shown/);
    assert.deepEqual(modes, [true, false], 'without an echo, and with one again');
    cm.said.push(output);
    await cm.ok('sync', 'team', '--book', 'a.book');
    assert.equal(flow.requests, 1);
    await assertSecret(cm, 'address', STORE);
  }));

test('Ctrl-C where the address is asked for connects nothing', () =>
  withFlow(async (cm) => {
    const { code, output, modes } = await atTerminal(cm, ['connect', 'team', '--book', 'a.book'], 'https://x\u0003');
    assert.equal(code, 2);
    assert.match(output, /no address was given/);
    assert.deepEqual(modes, [true, false]);
  }));

test('without any of these it says where an address may come from', () =>
  withFlow(async (cm) => {
    const line = await cm.fails(2, 'connect', 'my-team', '--book', 'a.book');
    assert.match(
      line,
      /--url-file FILE, --url-file - for stdin, or the variable CONTACTMESH_URL_MY_TEAM; or --dir DIR/,
    );
  }));

test('what cannot be called or read is refused without quoting it, and nothing is kept', () =>
  withFlow(async (cm) => {
    const connect = (input, ...more) =>
      cm.fails(2, 'connect', 'team', '--url-file', '-', '--book', 'a.book', ...more, { input });
    assert.match(await connect(`http://flow.example.com/?sig=${CANARY}\n`), /\(flow-address\)$/);
    assert.match(await connect(`${CANARY}\n`), /\(flow-address\)$/);
    assert.match(await connect('\n \n'), /no address in what was given/);
    assert.match(await connect(`https://x.example.com/${CANARY.repeat(1000)}`), /is no address/);
    assert.match(
      await cm.fails(2, 'connect', 'team', '--url-file', 'nosuch'),
      /reading the address from nosuch.*ENOENT/,
    );
    assert.match(await connect(cm.url, '--log', "a'b"), /--log is 1 to 64/);
    assert.match(await connect(cm.url, '--kind', 'crm'), /--kind is `relay` or `outlook`/);
    assert.match(await cm.fails(2, 'connect', 'Team', '--dir', 'x'), /cannot be the name of a connection/);
    assert.match(await cm.fails(2, 'connect', 'team', '--dir', 'x', '--url-file', 'address'), /two places/);
    await assertSecret(cm, 'address');
  }));

test('connections are listed by their host, counted, forgotten, and their address is nowhere after it', () =>
  withFlow(async (cm) => {
    await cm.connect();
    await cm.ok('connect', 'share', '--dir', 'relay', '--book', 'a.book');
    await cm.ok('sync', '--book', 'a.book');
    const { connections } = await cm.json('connections', '--book', 'a.book');
    assert.deepEqual(
      connections.map(({ name, kind, place, outcome, paused, deadLetters }) => [
        name,
        kind,
        place,
        outcome,
        paused,
        deadLetters,
      ]),
      [
        ['share', 'folder', cm.path('relay'), 'done', null, 0],
        ['team', 'flow', new URL(cm.url).host, 'done', null, 0],
      ],
    );
    assert.match(await cm.ok('status', '--book', 'a.book'), /connections\n {2}share .*\n {2}team .*done/);
    await cm.ok('disconnect', 'team', '--book', 'a.book');
    assert.match(
      await cm.fails(4, 'disconnect', 'team', '--book', 'a.book'),
      /there are share.*\(connection-unknown\)$/,
    );
    assert.equal((await cm.json('connections', '--book', 'a.book')).connections.length, 1);
    await assertSecret(cm, 'address');
  }));

test('a variable goes before the stored address, and one that is no address spoils no list', () =>
  withFlow(async (cm, flow) => {
    await cm.connect('a.book', cm.url.replace(/\d+\/power/, '1/power'));
    await cm.ok('sync', 'team', '--book', 'a.book', { env: { CONTACTMESH_URL_TEAM: cm.url } });
    assert.equal(flow.requests, 1);
    const env = { CONTACTMESH_URL_TEAM: `wrong ${CANARY}` };
    assert.match(await cm.ok('status', '--book', 'a.book', { env }), /no address that can be called/);
    assert.match(await cm.fails(2, 'sync', 'team', '--book', 'a.book', { env }), /\(flow-address\)$/);
    await assertSecret(cm, 'address', STORE);
  }));

test('a damaged file of connections is named, and the book itself still opens', () =>
  withFlow(async (cm) => {
    await cm.connect();
    await writeFile(cm.path(STORE), `{"url":"${cm.url}`);
    assert.match(await cm.fails(1, 'sync', '--book', 'a.book'), /connections\.json.*\(connections-damaged\)$/);
    await cm.ok('list', '--book', 'a.book');
    await assertSecret(cm, 'address', STORE);
  }));

/** Runs the command at a terminal that types `typed`; answers its code, all of its output and the modes of the terminal. */
async function atTerminal(cm, args, typed) {
  const child = spawn(process.execPath, [TERMINAL, ...args], {
    cwd: cm.folder,
    env: { ...process.env, TYPED: typed, CONTACTMESH_BOOK: '', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [out, error, modes] = [1, 2, 3].map((n) => collect(child.stdio[n]));
  const code = await new Promise((settle) => child.on('close', settle));
  return { code, output: out.text + error.text, modes: JSON.parse(modes.text) };
}

function collect(stream) {
  const found = { text: '' };
  stream.setEncoding('utf8').on('data', (text) => {
    found.text += text;
  });
  return found;
}
