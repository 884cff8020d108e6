// One replica syncs through a flow until nothing is left: with `cards` it imports them first, without it is a new
// one. Only the sync is timed.

import { drafts } from '../generate.mjs';
import { Meter } from '../lib/measure.mjs';
import { contactmesh } from '../lib/package.mjs';

export async function run({ cards, folder, url }) {
  const { openBook, openFileStorage, openFlowRelay } = await contactmesh();
  const book = await openBook({ storage: await openFileStorage(folder) });
  if (cards !== undefined) await book.import(drafts(cards), { run: 'bench' });
  const relay = await openFlowRelay({ url, book: 'bench' });
  const meter = new Meter();
  const synced = await meter.runAsync(() => book.sync(relay, { name: 'flow' }));
  const { pushed, pulled } = synced;
  const result = { wall: meter.wall, requests: relay.requests, pushed, pulled };
  const state = { cards: book.status().cards, hash: book.stateHash() };
  await book.close();
  return { ...result, ...state };
}
