/**
 * The command line to a call. Options may stand before and after the command.
 * Everything wrong is said with what would be right.
 */
import { parseArgs } from 'node:util';
import { isAddress, WHERE_IT_BELONGS } from './addresses.js';
import type { Command, Options, ParseOptions } from './command.js';
import { COMMANDS } from './commands.js';
import { usage } from './exit.js';

export const GLOBAL: Options = {
  book: {
    type: 'string',
    value: 'DIR',
    help: 'the folder of the book (else $CONTACTMESH_BOOK, else ./contacts.book)',
  },
  json: { type: 'boolean', help: 'print one JSON document on stdout, also for a failure' },
  name: { type: 'string', value: 'LABEL', help: 'what to call this replica; stays with the book' },
  steal: { type: 'boolean', help: 'take the book from a process that hangs; what it still writes is refused' },
  help: { type: 'boolean', help: 'show the help of a command' },
  version: { type: 'boolean', help: 'show the version' },
};

/** The options that an address may be given to: contacts hold some. */
const FOR_ADDRESSES = new Set(['search']);

export interface Parsed {
  command: string | undefined;
  operands: string[];
  text(option: string): string | undefined;
  texts(option: string): string[];
  flag(option: string): boolean;
}

export function parse(argv: string[]): Parsed {
  const known = allOptions();
  const { values, positionals, tokens } = refusing(() =>
    parseArgs({ args: argv, options: known, allowPositionals: true, tokens: true }),
  );
  const [command, ...operands] = positionals;
  const found = COMMANDS.find(({ name }) => name === command);
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (found !== undefined && !(token.name in GLOBAL) && !(token.name in found.options)) {
      throw usage(`\`${command}\` has no option --${token.name}; see \`contactmesh help ${command}\``);
    }
    if (seen.has(token.name) && !known[token.name]?.multiple)
      throw usage(`--${token.name} is given twice; give it once`);
    if (token.value === '') throw usage(`--${token.name} needs a value that is not empty`);
    if (isAddress(token.value ?? '') && !FOR_ADDRESSES.has(token.name)) {
      throw usage(`--${token.name} takes no address; ${WHERE_IT_BELONGS}`);
    }
    seen.add(token.name);
  }
  return {
    command,
    operands,
    text(option) {
      const value = values[option];
      return typeof value === 'string' ? value : undefined;
    },
    texts: (option) => [values[option] ?? []].flat().map(String),
    flag: (option) => values[option] === true,
  };
}

/** Finds a command, or says which one may be meant. */
export function commandNamed(name: string): Command {
  const found = COMMANDS.find((command) => command.name === name);
  if (found !== undefined) return found;
  const near = COMMANDS.find((command) => distance(command.name, name) <= 2 || command.name.startsWith(name));
  const advice = near === undefined ? 'see `contactmesh help`' : `did you mean \`${near.name}\`?`;
  throw usage(`there is no command \`${name}\`; ${advice}`);
}

/** Refuses a call with too few or too many operands. */
export function checkOperands(command: Command, operands: string[]): void {
  if (operands.length >= command.least && operands.length <= command.most) return;
  const what = operands.length < command.least ? 'too little' : `\`${operands[command.most]}\` too much`;
  throw usage(`${what} is given; write \`contactmesh ${command.name} ${command.operands}`.trimEnd().concat('`'));
}

function allOptions(): ParseOptions {
  const all: ParseOptions = { help: { type: 'boolean', short: 'h' } };
  for (const options of [GLOBAL, ...COMMANDS.map((command) => command.options)]) {
    for (const [name, { type, repeated = false }] of Object.entries(options))
      all[name] ??= { type, multiple: repeated };
  }
  return all;
}

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && 'code' in error && error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const option = /'(-[^']*)'/.exec(said)?.[1] ?? 'that';
      throw usage(`there is no option ${option}; see \`contactmesh help\``);
    }
    throw usage(`${said.split(/\.? /).join(' ').split('\n')[0]}; see \`contactmesh help\``);
  }
}

/** How many letters differ. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
