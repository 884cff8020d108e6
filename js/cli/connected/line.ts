/**
 * A connection made ready: the relay behind it, what the book calls it, and the
 * stores that its runs write to. It syncs nothing.
 */
import { type Connection, isFlow, relayNameOfFlow } from '../../connections/connection.js';
import { FileDeadLetters } from '../../connections/letters.js';
import { addressOf } from '../../connections/store.js';
import { memoised } from '../../memo.js';
import { openFileRelay } from '../../node.js';
import { openFlowRelay } from '../../relay/flow/relay.js';
import type { Pace } from '../../schedule/interval.js';
import type { Line } from '../../schedule/run.js';
import { StateStore } from '../../schedule/state.js';

export interface LineOptions {
  /** The book's folder. */
  folder: string;
  pace: Pace;
  signal?: AbortSignal;
}

export function lineOf(connection: Connection, { folder, pace, signal }: LineOptions): Line {
  const { name } = connection;
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
      ...(signal === undefined ? {} : { signal }),
    }),
  );
  return { name, relayName, pace, open };
}

/** A folder goes by its path, as with `sync --relay`; a flow by the connection's name, since its address is secret. */
export function relayNameOf(connection: Connection): string {
  return isFlow(connection) ? relayNameOfFlow(connection.name) : connection.dir;
}
