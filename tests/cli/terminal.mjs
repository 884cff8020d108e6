// The command with a terminal that a test plays: types what `TYPED` holds once raw mode is on, and
// ends with one JSON line about the terminal on stdout's fd 3.
import { writeSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { run } from '../../pkg/dist/cli/run.js';

const input = new PassThrough();
const modes = [];
input.isTTY = true;
input.setRawMode = (raw) => {
  modes.push(raw);
  if (raw) setImmediate(() => input.write(process.env.TYPED));
};
Object.defineProperty(process, 'stdin', { value: input });
process.stderr.isTTY = true;
process.exitCode = await run(process.argv.slice(2));
writeSync(3, JSON.stringify(modes));
