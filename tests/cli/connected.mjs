// Helpers for the tests of connections: books connected to a flow that plays a script, with every
// word of every command kept, so that a test can ask whether a secret was among them.
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CANARY, TestFlow } from '../flow-client/flow.mjs';
import { documentOf, inFolder, start } from './cli.mjs';

/** `body` gets a `cm` as inFolder makes it, whose output is kept in `cm.said`, and a flow at `cm.url`. */
export function withFlow(body) {
  return inFolder(async (plain) => {
    const flow = new TestFlow();
    const { url, close } = await flow.listen();
    const said = [];
    const cm = async (...args) => {
      const given = typeof args.at(-1) === 'object' ? args.pop() : {};
      const result = await start(plain.folder, args, given).ended;
      said.push(result.stdout, result.stderr);
      return result;
    };
    Object.assign(cm, { folder: plain.folder, path: plain.path, said, url });
    cm.ok = async (...args) => {
      const { code, stdout, stderr } = await cm(...args);
      assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
      return stdout;
    };
    cm.json = async (...args) => documentOf(await cm.ok(...args, '--json'));
    cm.fails = async (expected, ...args) => {
      const { code, stdout, stderr } = await cm(...args);
      assert.equal(code, expected, `${args.join(' ')}: ${stdout}${stderr}`);
      return stderr.trimEnd();
    };
    cm.connect = (book = 'a.book', address = url) =>
      cm.ok('connect', 'team', '--url-file', '-', '--book', book, { input: `${address}\n` });
    try {
      await writeFile(cm.path('address'), `\n  ${url}  \nsecond line\n`, { mode: 0o600 });
      await body(cm, flow);
    } finally {
      await close();
    }
  });
}

/** Every file below a folder with what is in it, by path. */
export async function filesBelow(folder) {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = names.filter((one) => one.isFile()).map((one) => join(one.parentPath ?? one.path, one.name));
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await readFile(path, 'latin1')])));
}

/** The signature is where it must be, and nowhere else: in no other file and in nothing that was said. */
export async function assertSecret(cm, ...allowed) {
  const files = await filesBelow(cm.folder);
  const holding = Object.keys(files).filter((path) => files[path].includes(CANARY));
  assert.deepEqual(holding.sort(), allowed.map((name) => cm.path(name)).sort());
  for (const text of cm.said) assert.ok(!text.includes(CANARY) && !text.includes('workflows/'), text);
}

/** The runs that a book's journal names. */
export async function journalOf(cm, book = 'a.book') {
  const text = await readFile(cm.path(book, 'runs.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
