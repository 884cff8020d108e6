/**
 * `contactmesh flows serve`: serves the shipped relay flow from this machine
 * until it is stopped. The address is a secret, so it is said once: into a file
 * for its owner only, or on the standard output; never in a log. It reads no
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
  /** Where to write the address; absent: `print` gets it. */
  urlFile?: string;
  refusePreflight?: boolean;
}

export interface FlowsPorts {
  /** Gets the address, with a line break, if there is no file for it. */
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
    sayAddress(served, options, ports);
    ports.note(`serving the relay flow from ${options.folder}; stop with Ctrl+C`);
    await ports.stopped;
    return { folder: options.folder, runs: served.history().length };
  } finally {
    await served.close();
  }
}

function serveOptions({ folder, port, host, refusePreflight }: FlowsOptions): ServeOptions {
  return {
    folder,
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    ...(refusePreflight ? { preflight: 'refused' as const } : {}),
  };
}

function sayAddress(served: Served, { urlFile }: FlowsOptions, ports: FlowsPorts): void {
  if (urlFile === undefined) {
    ports.print(`${served.url}\n`);
    return;
  }
  try {
    // A file that was there keeps its mode when it is written, so it is narrowed first.
    writeFileSync(urlFile, '', { mode: 0o600 });
    chmodSync(urlFile, 0o600);
    writeFileSync(urlFile, `${served.url}\n`);
  } catch (cause) {
    throw new ContactmeshError('flow-io', `cannot write the address to ${urlFile}`, { cause });
  }
  ports.note(`the address is in ${urlFile}`);
}
