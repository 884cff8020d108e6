/** `confirm`: decides what becomes of a run with a mailbox that was held. */
import type { Command } from '../command.js';
import { usage } from '../exit.js';
import { settle } from '../systems/settle.js';

export const confirm: Command = {
  name: 'confirm',
  operands: 'NAME TOKEN take|keep',
  summary: 'let a held run with a mailbox pass, or keep what it would take away',
  options: {},
  details: `A run that would delete or blank more than five contacts, and more than one in twenty, is
held. \`status NAME\` shows it with its TOKEN. \`take\` has the next run do it, \`keep\` has it
leave these contacts on the side that has them. A TOKEN is for exactly what was held: if
the next run would do something else, that is held again.`,
  least: 3,
  most: 3,
  run(call) {
    const [token, answer] = [call.operand(1), call.operand(2)];
    if (answer !== 'take' && answer !== 'keep') throw usage(`the answer is take or keep, not \`${answer}\``);
    return settle(call, async (book, name) => {
      await book.systems.confirm(name, token, answer);
      const said = answer === 'take' ? 'the next run does what was held' : 'the next run keeps them';
      return { json: { token, answer }, said };
    });
  },
};
