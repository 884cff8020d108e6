/**
 * `contactmesh flows serve`: serves shipped flows from this machine until it is
 * stopped. An address is a secret, so it is said once: into a file for its
 * owner only, or on the standard output; never in a log. It reads no
 * process state itself; the command line gives it what it needs.
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { ContactmeshError } from '../errors.js';
import { type Served, type ServeOptions, serveFlows } from './server.js';

export interface FlowsOptions {
  folder: string;
  /** Absent: any free port. */
  port?: number;
  host?: string;
  /** The relay alone, if absent. */
  flows?: ServeOptions['flows'];
  /** Where to write the relay's address, the others beside it with their names; absent: `print` gets them. */
  urlFile?: string;
  refusePreflight?: boolean;
}

export interface FlowsPorts {
  /** Gets each address, with a line break, if there is no file for it; after its name, if there are several. */
  print(line: string): void;
  /** Gets a line for people, without any secret. */
  note(line: string): void;
  /** Resolves when the user wants to stop. */
  stopped: Promise<unknown>;
}

/** What it did, for `--json`. */
export interface FlowsResult {
  folder: string;
  runs: number;
}

export async function flowsCommand(options: FlowsOptions, ports: FlowsPorts): Promise<FlowsResult> {
  const served = await serveFlows({ ...serveOptions(options), onTrouble: ports.note });
  try {
    sayAddresses(served, options, ports);
    const what = options.flows === 'outlook' ? `${Object.keys(served.urls).length} flows` : 'the relay flow';
    ports.note(`serving ${what} from ${options.folder}; stop with Ctrl+C`);
    await ports.stopped;
    return { folder: options.folder, runs: served.history().length };
  } finally {
    await served.close();
  }
}

function serveOptions({ folder, port, host, flows, refusePreflight }: FlowsOptions): ServeOptions {
  return {
    folder,
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    ...(flows === undefined ? {} : { flows }),
    ...(refusePreflight ? { preflight: 'refused' as const } : {}),
  };
}

function sayAddresses({ urls }: Served, { urlFile }: FlowsOptions, ports: FlowsPorts): void {
  const addresses = Object.entries(urls);
  for (const [name, url] of addresses) {
    if (urlFile === undefined) ports.print(addresses.length === 1 ? `${url}\n` : `${name} ${url}\n`);
    else writeAddress(name === 'relay-exchange' ? urlFile : `${urlFile}.${name}`, url, ports);
  }
}

function writeAddress(path: string, url: string, ports: FlowsPorts): void {
  try {
    // A file that was there keeps its mode when it is written, so it is narrowed first.
    writeFileSync(path, '', { mode: 0o600 });
    chmodSync(path, 0o600);
    writeFileSync(path, `${url}\n`);
  } catch (cause) {
    throw new ContactmeshError('flow-io', `cannot write the address to ${path}`, { cause });
  }
  ports.note(`the address is in ${path}`);
}
