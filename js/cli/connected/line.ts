/**
 * A connection made ready: the relay or the system behind it, what the book
 * calls it, and the stores that its runs write to. It syncs nothing.
 */
import {
  type Connection,
  isFlow,
  isSystem,
  type RelayConnection,
  relayNameOfFlow,
} from '../../connections/connection.js';
import { FileDeadLetters } from '../../connections/letters.js';
import { addressesOf, addressOf } from '../../connections/store.js';
import { memoised } from '../../memo.js';
import { openFileRelay } from '../../node.js';
import { openFlowRelay } from '../../relay/flow/relay.js';
import type { Pace } from '../../schedule/interval.js';
import type { Line } from '../../schedule/line.js';
import { StateStore } from '../../schedule/state.js';
import { openSystemFlows } from '../../systems/flows.js';

export interface LineOptions {
  /** The book's folder. */
  folder: string;
  pace: Pace;
  signal?: AbortSignal;
}

export function lineOf(connection: Connection, { folder, pace, signal }: LineOptions): Line {
  const { name } = connection;
  const stops = signal === undefined ? {} : { signal };
  if (isSystem(connection)) {
    const open = () =>
      openSystemFlows({ ...addressesOf(connection, process.env), forms: new StateStore(folder), ...stops });
    return { name, pace, flows: memoised(open) };
  }
  const relayName = relayNameOf(connection);
  if (!isFlow(connection)) {
    const { actions: _none, ...free } = pace;
    return { name, relayName, pace: free, open: memoised(() => openFileRelay(connection.dir)) };
  }
  const open = memoised(() =>
    openFlowRelay({
      url: addressOf(connection, process.env),
      book: connection.log,
      forms: new StateStore(folder),
      letters: new FileDeadLetters(folder, name),
      ...stops,
    }),
  );
  return { name, relayName, pace, open };
}

/** A folder goes by its path, as with `sync --relay`; a flow by the connection's name, since its address is secret. */
export function relayNameOf(connection: RelayConnection): string {
  return isFlow(connection) ? relayNameOfFlow(connection.name) : connection.dir;
}
