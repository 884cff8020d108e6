// The relay in memory: the acceptance suite, and its count of exchanges.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryRelay } from '../../pkg/dist/relay/memory.js';
import { chunk, runRelaySuite } from './suite.mjs';

runRelaySuite('memory', async () => {
  const relay = new MemoryRelay();
  return { open: async () => relay, another: async () => new MemoryRelay(), cleanup: async () => {} };
});

test('relay in memory: every exchange is counted, refused ones too', async () => {
  const relay = new MemoryRelay();
  await relay.exchange({ chunks: [chunk(1)], cursor: null });
  await assert.rejects(relay.exchange({ chunks: [], cursor: 'nonsense' }));
  assert.equal(relay.requests, 2);
});
