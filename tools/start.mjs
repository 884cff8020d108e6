// `npm start`: sets up and builds what is missing or stale, then does the main job, which is the
// module js/demo/main.ts. All of the set-up speaks on stderr; stdout belongs to that module, and so
// do the arguments and the exit code.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { bootstrap } from './bootstrap.mjs';
import { build } from './build.mjs';
import { Failure, main, root } from './lib/run.mjs';

const JOB = 'pkg/dist/demo/main.js';

main(async () => {
  await bootstrap();
  await build();
  if (!existsSync(join(root, JOB))) throw new Failure('The main job is not written: js/demo/main.ts is missing.');
  // In the folder the person stands in, so that the files they name are found.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const child = spawn(process.execPath, [join(root, JOB), ...process.argv.slice(2)], { cwd, stdio: 'inherit' });
  return new Promise((settle, fail) => {
    child.on('error', fail);
    child.on('close', (code) => settle(code ?? 1));
  });
});
