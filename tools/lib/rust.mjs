// Brings the Rust toolchain to what rust-toolchain.toml names: the toolchain itself, its components
// and the wasm32 target, through rustup and nothing else. It never changes a default toolchain and
// never updates rustup.

import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { find } from '../doctor.mjs';
import { Failure, root, run, say } from './run.mjs';

/** What rust-toolchain.toml asks for. */
export function wanted(text = readFileSync(join(root, 'rust-toolchain.toml'), 'utf8')) {
  const list = (key) => [...(text.match(new RegExp(`^${key} = \\[(.*)\\]$`, 'm'))?.[1] ?? '').matchAll(/"([^"]+)"/g)];
  const channel = text.match(/^channel = "([^"]+)"$/m)?.[1];
  if (channel === undefined) throw new Failure('rust-toolchain.toml names no channel.');
  return {
    channel,
    components: list('components').map(([, name]) => name),
    targets: list('targets').map(([, name]) => name),
  };
}

/** Installs what is missing; a later call with nothing to do takes a few milliseconds per question. */
export async function prepareRust() {
  // Asking rustup a question is no reason for it to install something on its own.
  process.env.RUSTUP_AUTO_INSTALL = '0';
  const { channel, components, targets } = wanted();
  if (!(await hasToolchain(channel))) await installToolchain(channel);
  const lacking = async (kind, names) => {
    const { output } = await run('rustup', [kind, 'list', '--installed', '--toolchain', channel]);
    // A component is listed with its host behind it: clippy-x86_64-unknown-linux-gnu.
    const lines = output.split(/\s+/);
    return names.filter((name) => !lines.some((line) => line === name || line.startsWith(`${name}-`)));
  };
  for (const target of await lacking('target', targets)) {
    await rustup(`the ${target} target`, ['target', 'add', target, '--toolchain', channel]);
  }
  for (const component of await lacking('component', components)) {
    await rustup(component, ['component', 'add', component, '--toolchain', channel]);
  }
}

async function hasToolchain(channel) {
  const { output } = await run('rustup', ['toolchain', 'list']);
  return output.split('\n').some((line) => line.split(' ')[0] === channel || line.startsWith(`${channel}-`));
}

async function installToolchain(channel) {
  const install = ['toolchain', 'install', channel, '--profile', 'minimal', '--no-self-update'];
  say(`Rust ${channel} …`);
  const result = await run('rustup', install);
  if (result.code === 0) return;
  // With a HOME of its own and no network: the toolchains that lie beside the rustup that was found.
  const beside = join(dirname(realpathSync(find('rustup'))), '../../.rustup');
  if (process.env.RUSTUP_HOME === undefined && existsSync(beside)) {
    process.env.RUSTUP_HOME = beside;
    if (await hasToolchain(channel)) {
      say(`rustup could not install Rust ${channel}; using the one beside it.`);
      return;
    }
    delete process.env.RUSTUP_HOME;
  }
  throw refusal(`Rust ${channel}`, install, result);
}

async function rustup(what, args) {
  say(`${what} …`);
  const result = await run('rustup', args);
  if (result.code !== 0) throw refusal(what, args, result);
}

function refusal(what, args, { output }) {
  const reason =
    output
      .trim()
      .split('\n')
      .find((line) => line.startsWith('error')) ?? 'error: it did not say why';
  return new Failure(`rustup could not install ${what} (${reason}): run \`rustup ${args.join(' ')}\` where it can.`);
}
