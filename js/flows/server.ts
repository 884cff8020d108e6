/**
 * Serves flows from this machine: an HTTP server with an address for each
 * trigger, the runtime behind it, and what the flows work on, kept in a folder.
 * It is a place to try and test, our reading of the platform and not the
 * platform. It refuses to serve a definition that breaks the rules of check.ts.
 */
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ContactmeshError } from '../errors.js';
import { checkDefinition } from './check.js';
import { type OutlookPlace, openOutlook } from './connectors/outlook/place.js';
import { SharePointList } from './connectors/sharepoint.js';
import type { Definition } from './definition.js';
import { addressOf, identityIn } from './http/address.js';
import { Door, type DoorOptions, type Entrance } from './http/door.js';
import { History, type RunEntry } from './http/history.js';
import { lockFolder } from './http/lock.js';
import { Runner } from './runner.js';
import type { Clock, Connector } from './runtime/run.js';
import { type FlowName, SHIPPED } from './shipped/index.js';

export interface ServeOptions extends DoorOptions {
  /** Where the addresses, the history and what the flows work on are kept. */
  folder: string;
  /** 0, the default, takes any free port. */
  port?: number;
  host?: string;
  /** The relay alone, the default, or the flows on Outlook's contacts beside it. */
  flows?: 'relay' | 'outlook';
  /** In place of the relay's. */
  definition?: Definition;
  /** Whether Outlook answers 300 calls a minute and no more. */
  throttled?: boolean;
  /** How long a caller waits for the flow's Response; 120 s, as documented. */
  responseLimitMs?: number;
  clock?: Clock;
  /** Hears what went wrong with the files, for people and without any content. */
  onTrouble?: (message: string) => void;
}

export interface Served {
  /** The address of the relay's trigger. It is a secret. */
  url: string;
  /** The addresses of all that is served. */
  urls: Partial<Record<FlowName, string>>;
  list: SharePointList;
  /** What the flows on Outlook work on, if they are served. */
  outlook: OutlookPlace | undefined;
  /** Turns one flow on or off, or all of them. */
  turn(on: boolean, flow?: FlowName): void;
  history(): RunEntry[];
  close(): Promise<void>;
}

/** The columns of the list that the setup asks for; a multi-line text takes 63,999 characters (from memory). */
const COLUMNS = { unique: ['Title'], indexed: ['Book'], longest: { Title: 255, Chunk: 63_999 } };
const RESPONSE_LIMIT_MS = 120_000;

export async function serveFlows(options: ServeOptions): Promise<Served> {
  const definitions = definitionsOf(options);
  for (const definition of Object.values(definitions)) refuseMistakes(definition);
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(options.folder);
  try {
    return await serve(options, definitions, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

type Definitions = Partial<Record<FlowName, Definition>>;

function definitionsOf({ definition, flows }: ServeOptions): Definitions {
  const relay = definition ?? SHIPPED['relay-exchange'];
  return flows === 'outlook' ? { ...SHIPPED, 'relay-exchange': relay } : { 'relay-exchange': relay };
}

function refuseMistakes(definition: Definition): void {
  const mistakes = checkDefinition(definition);
  if (mistakes.length > 0)
    throw new ContactmeshError('flow-wrong', `this flow cannot be served:\n${mistakes.join('\n')}`);
}

async function serve(options: ServeOptions, definitions: Definitions, unlock: () => void): Promise<Served> {
  const { folder, onTrouble = () => {}, clock = SYSTEM_CLOCK, throttled = false } = options;
  const now = (): number => clock.now();
  const list = new SharePointList(join(folder, 'list.jsonl'), COLUMNS, onTrouble, now);
  const history = new History(join(folder, 'runs.jsonl'));
  if (list.mended) onTrouble('list.jsonl ended in half a line, which nobody was told is kept; it was dropped');
  if (history.mended) onTrouble('runs.jsonl ended in half a line; it was dropped');
  const outlook = options.flows === 'outlook' ? openOutlook({ folder, now, throttled, onTrouble }) : undefined;
  const limitMs = options.responseLimitMs ?? RESPONSE_LIMIT_MS;
  const entrances = Object.entries(definitions).map(([given, definition]): Entrance => {
    const name = given as FlowName;
    const connectors = connectorsOf(name, list, outlook);
    const runner = new Runner({ name, definition, connectors, history, clock, limitMs, onTrouble });
    return { name, identity: identityIn(folder, addressFile(name)), runner, on: true };
  });
  const door = new Door(options, entrances);
  const server = createServer((request, response) => door.enter(request, response));
  const origin = await listen(server, options);
  const urls = Object.fromEntries(entrances.map(({ name, identity }) => [name, addressOf(origin, identity)]));
  return {
    url: urls['relay-exchange'] ?? '',
    urls,
    list,
    outlook,
    turn(on, flow) {
      for (const entrance of entrances) if (flow === undefined || entrance.name === flow) entrance.on = on;
    },
    history: () => history.entries(),
    async close() {
      try {
        await new Promise((resolve) => {
          server.close(resolve);
          server.closeAllConnections();
        });
        await Promise.all(entrances.map(({ runner }) => runner.idle()));
      } finally {
        unlock();
      }
    },
  };
}

/** What each flow may reach: the relay its list, the others the claims and the mailbox. */
function connectorsOf(name: FlowName, list: SharePointList, outlook?: OutlookPlace): Record<string, Connector> {
  if (name === 'relay-exchange' || !outlook) return { shared_sharepointonline: list };
  return { shared_sharepointonline: outlook.claims, shared_office365: outlook.contacts };
}

function addressFile(name: FlowName): string {
  return name === 'relay-exchange' ? 'address.json' : `address-${name}.json`;
}

const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

function listen(server: Server, { port = 0, host = '127.0.0.1' }: ServeOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error): void =>
      reject(new ContactmeshError('flow-io', `cannot listen on ${host}:${port}; choose another port`, { cause }));
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      const { address, port: taken, family } = server.address() as AddressInfo;
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`);
    });
  });
}
