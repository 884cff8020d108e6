// `npm start`: sets up and builds what is missing or stale, then does the main job, which is the
// module js/demo/main.ts, and then serves the app and the flow, unless it was only to check. All of
// the set-up speaks on stderr; stdout belongs to that module, and so do the arguments and the exit code.

import { spawn } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { bootstrap } from './bootstrap.mjs';
import { build } from './build.mjs';
import { Failure, main, root, say } from './lib/run.mjs';
import { meet } from './meeting.mjs';

const JOB = 'pkg/dist/demo/main.js';
const APP = 'tools/app-server.mjs';
/** With these nobody waits for an app. */
const WITHOUT_APP = ['--check', '--help'];
/** What the app's flow holds, from one start to the next. The first start fills it with the people of its story. */
const FLOW = join(root, '.start');

main(async () => {
  await bootstrap();
  await build();
  if (!existsSync(join(root, JOB))) throw new Failure('The main job is not written: js/demo/main.ts is missing.');
  const args = process.argv.slice(2);
  if (args.some((arg) => WITHOUT_APP.includes(arg))) return tell(args);
  const code = args.length === 0 && !existsSync(FLOW) ? await tellAndKeep() : await tell(args);
  if (code !== 0) return code;
  const { serveApp } = await import(pathToFileURL(join(root, APP)));
  const stopped = new Promise((settle) => process.once('SIGINT', settle).once('SIGTERM', settle));
  await meet({ folder: FLOW, serveApp, say, stopped });
  return 0;
});

/** The story with the samples, whose flow stays if it ends well. */
async function tellAndKeep() {
  const made = `${FLOW}-new`;
  rmSync(made, { recursive: true, force: true });
  const code = await tell(['--flow', made]);
  if (code === 0) renameSync(made, FLOW);
  return code;
}

/** The story, in the folder the person stands in, so that the files they name are found. */
function tell(args) {
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const child = spawn(process.execPath, [join(root, JOB), ...args], { cwd, stdio: 'inherit' });
  return new Promise((settle, fail) => {
    child.on('error', fail);
    child.on('close', (code) => settle(code ?? 1));
  });
}
