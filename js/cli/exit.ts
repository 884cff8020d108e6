/**
 * Exit codes, and what a failure looks like on the terminal. The codes of the
 * package say what went wrong; a shell needs fewer: whether to change the
 * command, to look for something else, or to try again.
 */
import { sep } from 'node:path';
import { ContactmeshError, isContactmeshError } from '../errors.js';
import { withoutAddresses } from './addresses.js';
import { clean } from './text.js';

export const EXIT = { done: 0, failed: 1, usage: 2, partial: 3, unknown: 4, locked: 5, held: 6 } as const;

export const EXIT_HELP: [number, string][] = [
  [EXIT.done, 'done'],
  [EXIT.failed, 'failed; the message says what stands'],
  [EXIT.usage, 'wrong use: the command line, or a file named on it, cannot be used; nothing was done'],
  [EXIT.partial, 'done in part: a file was cut off, a value was not kept, a change was refused'],
  [EXIT.unknown, 'no such book, card, revision, conflict, connection, row or dead letter; nothing was done'],
  [EXIT.locked, 'another process has the book open for writing; nothing was done'],
  [EXIT.held, 'a run waits for you: it would delete or blank too much at once; nothing of that was done'],
];

const EXIT_BY_CODE: Record<string, number> = {
  usage: EXIT.usage,
  'bad-input': EXIT.usage,
  'bad-path': EXIT.usage,
  'bad-value': EXIT.usage,
  'file-unreadable': EXIT.usage,
  'book-missing': EXIT.unknown,
  'card-unknown': EXIT.unknown,
  'card-ambiguous': EXIT.unknown,
  'revision-unknown': EXIT.unknown,
  'not-in-conflict': EXIT.unknown,
  'connection-unknown': EXIT.unknown,
  'letter-unknown': EXIT.unknown,
  'system-unknown': EXIT.unknown,
  'row-unknown': EXIT.unknown,
  'row-ambiguous': EXIT.unknown,
  'flow-address': EXIT.usage,
  'storage-locked': EXIT.locked,
};

/** A mistake in the command line; `advice` says what to type. */
export function usage(message: string): ContactmeshError {
  return new ContactmeshError('usage', message);
}

export interface Failure {
  exit: number;
  code: string;
  message: string;
}

/** What to tell of an error that ended the command. */
export function failureOf(error: unknown): Failure {
  if (!isContactmeshError(error)) {
    const said = error instanceof Error ? error.message : String(error);
    const message = `${withoutAddresses(oneLine(said))}; this is a mistake in contactmesh, please report it`;
    return { exit: EXIT.failed, code: 'internal', message };
  }
  const { code } = error;
  // No card in a file is the fault of what was typed: another file will do.
  const exit = EXIT_BY_CODE[code] ?? (code.startsWith('format-') ? EXIT.usage : EXIT.failed);
  return { exit, code, message: forCommandLine(error.message) };
}

function forCommandLine(message: string): string {
  const typed = message
    .replaceAll(process.cwd() + sep, '')
    .replaceAll('with { steal: true }', 'with --steal')
    .replaceAll(', taking over', ' with --take-over');
  // Whatever was typed may be in it.
  return withoutAddresses(oneLine(typed)).replace(/\.$/, '');
}

function oneLine(text: string): string {
  return clean(text).replaceAll(/\s+/g, ' ').trim();
}
