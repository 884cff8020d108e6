/**
 * Opens an engine on what a store holds. Damage in the store is reported and
 * opens the book all the same: what is damaged is missing until a sync brings
 * it back.
 */
import { Engine } from './engine.js';
import type { Storage } from './storage/port.js';
import type { Status } from './types.js';

export interface Opened {
  engine: Engine;
  damage: Status['damage'];
}

/** Everything of a store that the engine needs: not the blobs. */
const ENGINE_RECORDS = ['meta/', 'newer/', 'pack/', 'page/', 'part/', 'quarantine/', 'relay/', 'system/', 'wait/'];

export async function openEngine(module: WebAssembly.Module, storage: Storage): Promise<Opened> {
  const records: [string, Uint8Array][] = [];
  const damage: Status['damage'] = [];
  for (const prefix of ENGINE_RECORDS) {
    const loaded = await storage.load(prefix);
    records.push(...loaded.records);
    damage.push(...loaded.corrupt);
  }
  return { engine: Engine.open(module, records), damage: unique(damage) };
}

/** Damage without a key is reported with every prefix. */
function unique(damage: Status['damage']): Status['damage'] {
  return [...new Map(damage.map((one) => [`${one.key}\n${one.reason}`, one])).values()];
}
