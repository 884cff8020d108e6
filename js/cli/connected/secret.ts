/**
 * Reads an address that must not be seen: from a file, from stdin, from the
 * environment, or typed without an echo. Never from the command line, which
 * every process of the machine can read and every shell remembers.
 */
import { readFile } from 'node:fs/promises';
import { variableOf } from '../../connections/store.js';
import { ContactmeshError } from '../../errors.js';
import type { Call } from '../command.js';
import { usage } from '../exit.js';

const STDIN = '-';
const LONGEST = 16_384;

/** The address as it was given; whoever takes it checks it. A system of record has one for each of its flows. */
export async function readAddress(call: Call, name: string, flow?: 'pull' | 'apply'): Promise<string> {
  const option = flow === undefined ? 'url-file' : `${flow}-url-file`;
  const variable = variableOf(name, flow);
  const file = call.text(option);
  if (file !== undefined) return firstLine(file === STDIN ? await stdin() : await contentsOf(file));
  const given = process.env[variable];
  if (given) return given;
  if (process.stdin.isTTY && process.stderr.isTTY) {
    return prompt(`address of the ${flow === undefined ? '' : `${flow} `}flow for ${name} (not shown): `);
  }
  const folder = flow === undefined ? '; or --dir DIR for a shared folder' : '';
  throw usage(`an address is needed: --${option} FILE, --${option} - for stdin, or the variable ${variable}${folder}`);
}

function firstLine(text: string): string {
  const found = text.split(/\r?\n/).find((line) => line.trim() !== '');
  if (found === undefined) throw usage('there is no address in what was given; give it on a line of its own');
  return found.trim();
}

async function contentsOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an error';
    throw new ContactmeshError('file-unreadable', `reading the address from ${file}: the system says ${code}`);
  }
}

async function stdin(): Promise<string> {
  let text = '';
  for await (const part of process.stdin) {
    text += String(part);
    if (text.length > LONGEST) throw usage('what came on stdin is no address');
  }
  return text;
}

/** A line from the terminal, which shows nothing of it. */
function prompt(question: string): Promise<string> {
  const { stdin: input, stderr } = process;
  stderr.write(question);
  input.setRawMode(true);
  input.setEncoding('utf8');
  input.resume();
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (settle: () => void) => {
      input.off('data', onData);
      input.setRawMode(false);
      input.pause();
      stderr.write('\n');
      settle();
    };
    const onData = (part: string) => {
      for (const character of part) {
        if (character === '\r' || character === '\n') return end(() => resolve(firstLine(typed)));
        // Ctrl-C and Ctrl-D.
        if (character === '\u0003' || character === '\u0004') return end(() => reject(usage('no address was given')));
        if (character === '\u007f' || character === '\b') typed = typed.slice(0, -1);
        else if (typed.length < LONGEST) typed += character;
      }
    };
    input.on('data', onData);
  });
}
