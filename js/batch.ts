/**
 * What one call of the engine leaves to be stored. A call that fails may have
 * done something before: that is stored too, and the error told afterwards. It
 * stores nothing itself.
 */
import type { Handle } from './engine.js';

export interface EngineBatch {
  put: [string, Uint8Array][];
  del: string[];
  /** An error of the engine, to be thrown once the batch is stored. */
  failure?: unknown;
}

/** Does the work and takes its batch, whatever became of it. */
export function batchOf(engine: Handle, work: (engine: Handle) => void): EngineBatch {
  try {
    work(engine);
  } catch (error) {
    // The instance is in an unknown state: nothing of it is to be stored.
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) throw error;
    // Entries before a bad one stay.
    return { ...engine.takeBatch(), failure: error };
  }
  return engine.takeBatch();
}
