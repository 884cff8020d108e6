/**
 * One run of the command line: parse, do, print, and the exit code. With
 * `--json` stdout gets exactly one document, `{"error": …}` for a failure; the
 * line for people goes to stderr all the same.
 */
import { readFileSync } from 'node:fs';
import { withoutAddresses } from './addresses.js';
import { checkOperands, commandNamed, type Parsed, parse } from './arguments.js';
import type { Call, Result } from './command.js';
import { EXIT, failureOf, usage } from './exit.js';
import { help, helpOf } from './help.js';
import { Output } from './output.js';

export async function run(argv: string[]): Promise<number> {
  const output = new Output();
  let json = argv.includes('--json');
  let doing = 'contactmesh';
  try {
    const parsed = parse(argv);
    json = parsed.flag('json');
    if (parsed.command !== undefined) doing = `contactmesh ${withoutAddresses(parsed.command)}`;
    const result = await resultOf(parsed, output);
    await output.result(json ? `${JSON.stringify(result.json)}\n` : result.text());
    return result.exit ?? EXIT.done;
  } catch (error) {
    const { exit, code, message } = failureOf(error);
    output.note(`${doing}: ${message} (${code})`);
    if (json) await output.result(`${JSON.stringify({ error: { code, message } })}\n`).catch(() => {});
    return exit;
  }
}

async function resultOf(parsed: Parsed, output: Output): Promise<Result> {
  if (parsed.flag('version')) return version();
  const [topic, ...rest] = parsed.command === 'help' ? parsed.operands : [];
  if (rest.length > 0) throw usage('help is about one command; write `contactmesh help COMMAND`');
  if (topic !== undefined) return helpOf(commandNamed(topic));
  if (parsed.command === 'help') return help();
  if (parsed.command === undefined) {
    if (parsed.flag('help')) return help();
    throw usage('no command is given; see `contactmesh help`');
  }
  const command = commandNamed(parsed.command);
  if (parsed.flag('help')) return helpOf(command);
  checkOperands(command, parsed.operands);
  return command.run(callOf(parsed, output));
}

function callOf({ operands, text, texts, flag }: Parsed, output: Output): Call {
  return {
    operands,
    text,
    texts,
    flag,
    operand: (n) => operands[n] ?? '',
    note: (said) => output.note(said),
    progress: (what) => output.progress(what),
  };
}

function version(): Result {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return { json: { version: manifest.version }, text: () => `${manifest.version}\n` };
}
