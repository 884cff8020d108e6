// Runs programs for the other tools: what they print goes to stderr, so that stdout stays free for
// results, or is captured as well. It interprets nothing; callers look at the exit code.

import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** One line for people. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Runs a program to its end. `show` passes its output on to stderr while it runs; without it the
 * output is only collected. Never throws: a program that cannot be started has code 127.
 */
export function run(command, args, { env = {}, show = false } = {}) {
  const started = performance.now();
  return new Promise((settle) => {
    let output = '';
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm is a script on Windows, which only a shell can start.
      shell: process.platform === 'win32' && command === 'npm',
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
        if (show) process.stderr.write(text);
      });
    }
    const end = (code, note = '') => {
      settle({ code, output: output + note, seconds: (performance.now() - started) / 1000 });
    };
    child.on('error', (error) => end(127, `cannot start ${command}: ${error.message}\n`));
    child.on('close', (code, signal) => end(code ?? 1, signal ? `${command} was ended by ${signal}\n` : ''));
  });
}

/** Like `run`, but a failure is thrown with the name of the step and what the program said. */
export async function must(what, command, args, options) {
  const result = await run(command, args, options);
  if (result.code !== 0) {
    if (!options?.show) process.stderr.write(result.output);
    throw new Failure(`${what} failed`);
  }
  return result;
}

/** A failure whose message is all a person needs: no stack is printed for it. */
export class Failure extends Error {}

/** The entry of a tool: a failure becomes one line and exit code 1. */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    say(error instanceof Failure ? error.message : String(error.stack));
    process.exitCode = 1;
  }
}

/** Whether this module was started, rather than imported. */
export function isStarted(url) {
  return process.argv[1] !== undefined && fileURLToPath(url) === realpathSync(process.argv[1]);
}
