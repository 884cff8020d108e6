/**
 * The way to a system of record: two flows (docs/flow-contract-outlook.md), one
 * that reads and one that writes what it is told. Everything may be sent twice,
 * so the flow client's patience holds for both. An answer that is an error never
 * gets further than here. The addresses are secrets.
 */
import { checkAddress, fingerprint } from '../relay/flow/address.js';
import { type FlowOptions, openSender } from '../relay/flow/options.js';
import type { Sender } from '../relay/flow/sender.js';
import { actionsOf } from './cost.js';

export type SystemFlowName = 'pull' | 'apply';

export interface SystemFlows {
  /** Answers what the flow itself answered; everything else is thrown. */
  ask(flow: SystemFlowName, body: Record<string, unknown>): Promise<Record<string, unknown>>;
}

export interface SystemFlowsOptions extends FlowOptions {
  /** The addresses that the triggers of the two flows show. */
  pull: string;
  apply: string;
}

/** Opens the way to a system; sends nothing yet. */
export async function openSystemFlows(options: SystemFlowsOptions): Promise<FlowSystem> {
  const open = async (flow: SystemFlowName) => {
    const url = checkAddress(options[flow]);
    return openSender(url, await fingerprint(url, flow), options);
  };
  return new FlowSystem({ pull: await open('pull'), apply: await open('apply') });
}

export class FlowSystem implements SystemFlows {
  readonly #senders: Record<SystemFlowName, Sender>;
  #actions = 0;

  /** @internal `openSystemFlows` is the way. */
  constructor(senders: Record<SystemFlowName, Sender>) {
    this.#senders = senders;
  }

  /** How many requests went out since it was opened, repeats included. */
  get requests(): number {
    return this.#senders.pull.requests + this.#senders.apply.requests;
  }

  /** How many flow actions they took, about. */
  get actions(): number {
    return this.#actions;
  }

  async ask(flow: SystemFlowName, body: Record<string, unknown>): Promise<Record<string, unknown>> {
    const sender = this.#senders[flow];
    const before = sender.requests;
    let answer: Record<string, unknown> = {};
    try {
      answer = await sender.send(JSON.stringify(body), (read) => read);
      return answer;
    } finally {
      this.#actions += (sender.requests - before) * actionsOf(flow, body, answer);
    }
  }
}
