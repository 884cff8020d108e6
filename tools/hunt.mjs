// Starts a searching program of the workspace, the fuzzer or the simulator, as an optimised native
// build with checked arithmetic: `node tools/hunt.mjs PACKAGE [ARGUMENT…]`. What the arguments mean
// is the program's business.

import { spawn } from 'node:child_process';

import { diagnose } from './doctor.mjs';
import { Failure, main, root } from './lib/run.mjs';
import { prepareRust } from './lib/rust.mjs';

main(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined) throw new Failure('name a package: contactmesh-fuzz or contactmesh-simulator.');
  const missing = diagnose();
  if (missing !== undefined) throw new Failure(missing);
  await prepareRust();
  const cargo = ['run', '--quiet', '--locked', '--profile', 'hunt', '--package', name, '--', ...args];
  const child = spawn('cargo', cargo, { cwd: root, stdio: 'inherit' });
  return new Promise((settle, fail) => {
    child.on('error', fail);
    child.on('close', (code) => settle(code ?? 1));
  });
});
