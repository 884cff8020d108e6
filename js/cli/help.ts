/** The help: of the command line, and of one command. */
import { GLOBAL } from './arguments.js';
import type { Command, Options, Result } from './command.js';
import { COMMANDS } from './commands.js';
import { EXIT_HELP } from './exit.js';
import { table } from './text.js';

const INDENT = { indent: '  ' };

export function help(): Result {
  const commands = COMMANDS.map(({ name, operands, summary, options }) => ({ name, operands, summary, options }));
  return { json: { commands, options: GLOBAL, exit: Object.fromEntries(EXIT_HELP) }, text: general };
}

export function helpOf({ name, operands, summary, options, details }: Command): Result {
  return {
    json: { name, operands, summary, options, details },
    text() {
      const own = Object.keys(options).length > 0 ? `\n${optionsTable(options)}` : '';
      const usage = `contactmesh ${name} ${operands}`.trimEnd();
      const more = `\nSee \`contactmesh help\` for --book, --json and the exit codes.\n`;
      return `${usage}\n\n${summary[0]?.toUpperCase()}${summary.slice(1)}.\n${own}\n${details}\n${more}`;
    },
  };
}

function general(): string {
  const commands = COMMANDS.map(({ name, operands, summary }) => [`${name} ${operands}`, summary]);
  commands.push(['help [COMMAND]', 'show this, or the help of a command']);
  return `contactmesh COMMAND [OPTIONS]   keeps contacts, and merges them between replicas

Commands
${table(commands, INDENT)}
Options of every command
${optionsTable(GLOBAL)}
Exit codes
${table(
  EXIT_HELP.map(([code, meaning]) => [String(code), meaning]),
  INDENT,
)}
An ID may be shortened while no other begins the same. Every command that ends
with 0 or 3 and changed something has it on the disk.
`;
}

function optionsTable(options: Options): string {
  const rows = Object.entries(options).map(([name, { value, help, repeated }]) => [
    `--${name}${value === undefined ? '' : ` ${value}`}${repeated === true ? ' …' : ''}`,
    help,
  ]);
  return table(rows, INDENT);
}
