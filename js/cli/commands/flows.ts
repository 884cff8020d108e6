/** `flows`: serves the shipped flows from this machine, to try them and to test against them. */
import type { FlowsOptions } from '../../flows/command.js';
import type { Call, Command } from '../command.js';
import { usage } from '../exit.js';
import { count } from '../text.js';

export const flows: Command = {
  name: 'flows',
  operands: 'serve',
  summary: 'serve the shipped flows from this machine',
  options: {
    dir: { type: 'string', value: 'DIR', help: 'where its list and history are kept; else ./contacts.flow' },
    flow: { type: 'string', value: 'NAME', help: '`relay`, the default, or `outlook`: Pull and Apply beside it' },
    port: { type: 'string', value: 'N', help: 'the port; else any free one, and another address each time' },
    'url-file': {
      type: 'string',
      value: 'FILE',
      help: 'write the address there, for you alone, not on stdout; others to FILE.NAME',
    },
    'refuse-preflight': { type: 'boolean', help: 'refuse what a browser asks before it sends JSON, as some report' },
  },
  details: `It runs flows as they ship, in a runtime of our own: our reading of the platform,
not the platform (docs/flow-contract.md, docs/flow-contract-outlook.md). It listens on
this machine only, until it is stopped. Whoever has an address can read and write what its
flow works on.`,
  least: 1,
  most: 1,
  async run(call) {
    const [what = ''] = call.operands;
    if (what !== 'serve') throw usage(`\`flows\` can only serve, not \`${what}\`; write \`contactmesh flows serve\``);
    if (call.flag('json') && call.text('url-file') === undefined) {
      throw usage('with --json the address needs a file: --url-file FILE');
    }
    const options = optionsOf(call);
    // Loaded when it is asked for: no other command needs a server and a runtime.
    const { flowsCommand } = await import('../../flows/command.js');
    const stopped = new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
    const print = (line: string) => process.stdout.write(line);
    const result = await flowsCommand(options, { print, note: call.note, stopped });
    return { json: result, text: () => `${count(result.runs, 'run')} in the history of ${result.folder}\n` };
  },
};

function optionsOf(call: Call): FlowsOptions {
  const port = call.text('port');
  if (port !== undefined && !(/^[1-9]\d{0,4}$/.test(port) && Number(port) < 65_536)) {
    throw usage(`--port is a whole number from 1 to 65535, not \`${port}\``);
  }
  const urlFile = call.text('url-file');
  const flows = call.text('flow') ?? 'relay';
  if (flows !== 'relay' && flows !== 'outlook') throw usage(`--flow is relay or outlook, not \`${flows}\``);
  return {
    folder: call.text('dir') ?? './contacts.flow',
    flows,
    refusePreflight: call.flag('refuse-preflight'),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(urlFile === undefined ? {} : { urlFile }),
  };
}
