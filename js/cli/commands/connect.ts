/** `connect`: names a place to sync with, and keeps its address where only the owner reads it. */
import { resolve } from 'node:path';
import { type Connection, checkKind, checkName, isSystem } from '../../connections/connection.js';
import { ConnectionStore } from '../../connections/store.js';
import { checkAddress } from '../../relay/flow/address.js';
import { afterPerson } from '../../schedule/connection-state.js';
import { StateStore } from '../../schedule/state.js';
import type { SystemOptions } from '../../systems/types.js';
import type { Call, Command } from '../command.js';
import { readAddress } from '../connected/secret.js';
import { usage } from '../exit.js';
import { folderOf, withBook } from '../place.js';

export const connect: Command = {
  name: 'connect',
  operands: 'NAME',
  summary: 'name a flow, a folder or a mailbox to sync with',
  options: {
    kind: { type: 'string', value: 'KIND', help: 'what is there: `relay`, the default, or `outlook`' },
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
    'pull-url-file': { type: 'string', value: 'FILE', help: 'of outlook: a file with the address of Outlook Pull' },
    'apply-url-file': { type: 'string', value: 'FILE', help: 'of outlook: a file with the address of Outlook Apply' },
    folder: { type: 'string', value: 'NAME', repeated: true, help: 'of outlook: whose contacts; else `Contacts`' },
    'take-over': { type: 'boolean', help: 'of outlook: drive it from here, also if another replica does' },
  },
  details: `Without --url-file the address is taken from $CONTACTMESH_URL_NAME, or asked for
without showing it. Whoever has it can write to the book: it is kept in
connections.json in the book's folder, which only you can read, and is printed
nowhere. Connecting under the same name again replaces the address.
One replica drives a mailbox: it reads and writes its contacts, and the others get
them through the relay. The flows refuse every other, until it takes over.`,
  least: 1,
  most: 1,
  async run(call) {
    const connection = await connectionOf(call);
    const { name } = connection;
    const folder = folderOf(call);
    return withBook(call, 'begin', async (book) => {
      const store = new ConnectionStore(folder);
      if (isSystem(connection)) {
        checkKind(name, (await store.list()).find((one) => one.name === name)?.kind, connection.kind);
        await book.systems.connect(name, systemOptionsOf(call));
      }
      await store.put(connection);
      // Whatever it waited for, a person has acted.
      const states = new StateStore(folder);
      await states.put(name, afterPerson(await states.get(name)));
      return { json: { name }, text: () => `connected ${name}; now \`contactmesh sync ${name}\`\n` };
    });
  },
};

const OF_RELAY = ['url-file', 'dir'];
const OF_OUTLOOK = ['pull-url-file', 'apply-url-file', 'folder', 'take-over'];

async function connectionOf(call: Call): Promise<Connection> {
  const name = call.operand(0);
  checkName(name);
  const kind = call.text('kind') ?? 'relay';
  if (kind !== 'relay' && kind !== 'outlook') throw usage(`--kind is \`relay\` or \`outlook\`, not \`${kind}\``);
  const given = (option: string) => call.flag(option) || call.texts(option).length > 0;
  const foreign = (kind === 'relay' ? OF_OUTLOOK : OF_RELAY).find(given);
  if (foreign !== undefined) {
    throw usage(`--${foreign} is not for --kind ${kind}; see \`contactmesh help connect\``);
  }
  return kind === 'outlook' ? systemOf(call, name) : relayOf(call, name);
}

async function relayOf(call: Call, name: string): Promise<Connection> {
  const kind = 'relay';
  const dir = call.text('dir');
  if (dir !== undefined) {
    if (call.text('url-file') !== undefined) throw usage('--dir and --url-file are two places; give one of them');
    if (call.text('log') !== undefined) throw usage('--log is for a flow; a folder holds one book');
    return { name, kind, dir: resolve(dir) };
  }
  return { name, kind, url: checkAddress(await readAddress(call, name)), log: logOf(call) };
}

async function systemOf(call: Call, name: string): Promise<Connection> {
  const [pull, apply] = [call.text('pull-url-file'), call.text('apply-url-file')];
  if (pull === '-' && apply === '-') throw usage('stdin holds one address; give the other one in a file');
  return {
    name,
    kind: 'outlook',
    pull: checkAddress(await readAddress(call, name, 'pull')),
    apply: checkAddress(await readAddress(call, name, 'apply')),
  };
}

function systemOptionsOf(call: Call): SystemOptions {
  const folders = call.texts('folder');
  return { kind: 'outlook', book: logOf(call), folders, takeOver: call.flag('take-over') };
}

function logOf(call: Call): string {
  const log = call.text('log') ?? 'contacts';
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(log)) throw usage('--log is 1 to 64 letters, digits, - and _');
  return log;
}
