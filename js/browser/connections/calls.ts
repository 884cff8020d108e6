/** What the host does for each call about connections: one line per method. */
import type { Progress } from '../../types.js';
import type { AnyMethod, ConnectionMethods } from '../protocol.js';
import type { ConnectionService } from './service.js';

type Call<M extends keyof ConnectionMethods> = (
  service: ConnectionService,
  args: Parameters<ConnectionMethods[M]>,
  onProgress: Progress,
) => ReturnType<ConnectionMethods[M]> | Promise<ReturnType<ConnectionMethods[M]>>;

const CALLS: { [M in keyof ConnectionMethods]: Call<M> } = {
  connections: (service) => service.list(),
  connect: (service, args) => service.connect(...args),
  disconnect: (service, args) => service.disconnect(...args),
  syncConnection: (service, [name, now, audit], onProgress) => service.sync(name, now, audit, onProgress),
  stopConnection: (service, args) => service.stop(...args),
  letters: (service, args) => service.letters(...args),
  settleLetter: (service, args) => service.settleLetter(...args),
  runs: (service, args) => service.runs(...args),
  systemStatus: (service, args) => service.systemStatus(...args),
  systemPlan: (service, args) => service.systemPlan(...args),
  decideSystem: (service, args) => service.decideSystem(...args),
  awake: (service) => service.awake(),
};

export function isAboutConnections(method: AnyMethod): method is keyof ConnectionMethods {
  return Object.hasOwn(CALLS, method);
}

/** Does what was asked for. The arguments come from a tab of the same protocol. */
export async function performConnection(
  service: ConnectionService,
  method: keyof ConnectionMethods,
  args: unknown[],
  onProgress: Progress,
): Promise<unknown> {
  const call = CALLS[method] as (service: ConnectionService, args: unknown[], onProgress: Progress) => unknown;
  return call(service, args, onProgress);
}
