// A real trap of the shipped module: its memory limit is lowered until an import runs out of it. The instance is lost,
// the book is not.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Book } from '../../pkg/dist/book.js';
import { MemoryDisk, openMemoryStorage } from '../../pkg/dist/node.js';
import { root } from '../../tools/lib/run.mjs';

const PAGE = 65536;

/** The shipped module with another limit to its memory, which stands in section 5 as a LEB128 number. */
function withMemoryLimit(bytes, pages) {
  const out = new Uint8Array(bytes);
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = out[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < out.length) {
    const section = out[at++];
    const end = number() + at;
    if (section === 5) {
      assert.deepEqual([number(), out[at++]], [1, 1], 'one memory, with a limit');
      number();
      const start = at;
      number();
      for (let i = start, rest = pages; i < at; i += 1, rest >>>= 7) out[i] = (rest & 0x7f) | (i < at - 1 ? 0x80 : 0);
      return out;
    }
    at = end;
  }
  throw new Error('the module has no memory');
}

test('an engine that runs out of memory is replaced, and nothing acknowledged is lost', async () => {
  const bytes = readFileSync(join(root, 'pkg/dist/wasm/engine.wasm'));
  const small = await WebAssembly.compile(withMemoryLimit(bytes, (96 << 20) / PAGE));
  const book = await Book.open(async () => small, { storage: openMemoryStorage(new MemoryDisk()) });
  const { id } = await book.create({ 'name/given': 'Jane' });
  const before = book.stateHash();
  const heavy = { 'name/given': 'x', note: 'y'.repeat(60_000) };
  const drafts = Array.from({ length: 500 }, (_, n) => ({
    uid: `u${n}`,
    fields: heavy,
    elements: [...Array(4).keys()].map((k) => ({ kind: 'notes', fields: { note: `${k}${'z'.repeat(60_000)}` } })),
  }));
  await assert.rejects(book.import(drafts), (error) => {
    assert.equal(error.code, 'engine-stopped');
    assert.ok(error.cause instanceof WebAssembly.RuntimeError || error.cause instanceof RangeError, `${error.cause}`);
    return true;
  });
  assert.equal(book.stateHash(), before);
  await book.edit(id, { 'name/surname': 'Doe' });
  assert.equal(book.list().rows[0].name, 'Jane Doe');
});

test('an engine that a read stopped is replaced before the next call', async () => {
  const bytes = readFileSync(join(root, 'pkg/dist/wasm/engine.wasm'));
  const small = await WebAssembly.compile(withMemoryLimit(bytes, (96 << 20) / PAGE));
  const book = await Book.open(async () => small, { storage: openMemoryStorage(new MemoryDisk()) });
  await book.create({ 'name/given': 'Jane' });
  assert.throws(() => book.list({ search: 'x'.repeat(120 << 20) }), { code: 'engine-stopped' });
  // Whatever is asked for next: a write waits for the other engine.
  await book.create({ 'name/given': 'John' });
  assert.equal(book.list().total, 2);
  assert.throws(() => book.list({ search: 'x'.repeat(120 << 20) }), { code: 'engine-stopped' });
  const total = () => {
    try {
      return book.list().total;
    } catch {
      return undefined;
    }
  };
  for (const end = Date.now() + 20_000; total() === undefined && Date.now() < end; ) {
    await new Promise((settle) => setImmediate(settle));
  }
  assert.equal(book.list().total, 2);
});
