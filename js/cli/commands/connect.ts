/** `connect`: names a place to sync with, and keeps its address where only the owner reads it. */
import { resolve } from 'node:path';
import { type Connection, checkName } from '../../connections/connection.js';
import { ConnectionStore } from '../../connections/store.js';
import { checkAddress } from '../../relay/flow/address.js';
import { StateStore } from '../../schedule/state.js';
import type { Call, Command } from '../command.js';
import { readAddress } from '../connected/secret.js';
import { usage } from '../exit.js';
import { folderOf, withBook } from '../place.js';

export const connect: Command = {
  name: 'connect',
  operands: 'NAME',
  summary: 'name a flow or a folder to sync with',
  options: {
    kind: { type: 'string', value: 'relay', help: 'what is there; only `relay` so far' },
    'url-file': {
      type: 'string',
      value: 'FILE',
      help: 'a file with the address of the flow on its first line; - is stdin',
    },
    log: {
      type: 'string',
      value: 'ID',
      help: 'replicas with the same ID on the same flow share a book; else `contacts`',
    },
    dir: { type: 'string', value: 'DIR', help: 'a folder that the replicas share, instead of a flow' },
  },
  details: `Without --url-file the address is taken from $CONTACTMESH_URL_NAME, or asked for
without showing it. Whoever has it can write to the book: it is kept in
connections.json in the book's folder, which only you can read, and is printed
nowhere. Connecting under the same name again replaces the address.`,
  least: 1,
  most: 1,
  async run(call) {
    const connection = await connectionOf(call);
    const folder = folderOf(call);
    return withBook(call, 'begin', async () => {
      await new ConnectionStore(folder).put(connection);
      // Whatever it waited for, a person has acted.
      const states = new StateStore(folder);
      const { paused: _paused, notBefore: _notBefore, next: _next, ...kept } = await states.get(connection.name);
      await states.put(connection.name, kept);
      const { name } = connection;
      return { json: { name }, text: () => `connected ${name}; now \`contactmesh sync ${name}\`\n` };
    });
  },
};

async function connectionOf(call: Call): Promise<Connection> {
  const name = call.operand(0);
  checkName(name);
  const kind = call.text('kind') ?? 'relay';
  if (kind !== 'relay') throw usage(`--kind is \`relay\`, not \`${kind}\``);
  const dir = call.text('dir');
  if (dir !== undefined) {
    if (call.text('url-file') !== undefined) throw usage('--dir and --url-file are two places; give one of them');
    if (call.text('log') !== undefined) throw usage('--log is for a flow; a folder holds one book');
    return { name, kind, dir: resolve(dir) };
  }
  const log = call.text('log') ?? 'contacts';
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(log)) throw usage('--log is 1 to 64 letters, digits, - and _');
  return { name, kind, url: checkAddress(await readAddress(call, name)), log };
}
