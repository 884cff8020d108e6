// The acceptance suite of the relay port; the promises are in js/relay/port.ts.
// `setup` answers `{ open, another, cleanup }`: `open()` the same relay again
// and again, `another()` a different one. A relay behind a service has limits
// of its own, and says so: `{ page, shortest, longest }`.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

export const chunk = (value) => new TextEncoder().encode(String(value));
export const text = (bytes) => new TextDecoder().decode(bytes);

/** Reads everything after `cursor`; answers the texts and the last cursor. */
export async function readAll(relay, cursor = null, limit = undefined) {
  const found = [];
  for (;;) {
    const answer = await relay.exchange({ chunks: [], cursor, ...(limit === undefined ? {} : { limit }) });
    found.push(...answer.chunks.map(text));
    cursor = answer.cursor;
    if (!answer.more) return { found, cursor };
  }
}

export function runRelaySuite(name, setup, { page = 1000, shortest = 0, longest = 100_000 } = {}) {
  const promise = (title, body) =>
    it(title, async () => {
      const relays = await setup();
      try {
        await body(relays);
      } finally {
        await relays.cleanup();
      }
    });
  const numbers = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
  const push = (relay, values, cursor = null) => relay.exchange({ chunks: values.map(chunk), cursor });

  describe(`relay: ${name}`, () => {
    promise('an empty relay answers nothing, and a cursor to go on from', async ({ open }) => {
      const relay = await open();
      const first = await relay.exchange({ chunks: [], cursor: null });
      assert.deepEqual([first.accepted, first.chunks, first.more], [0, [], false]);
      await push(await open(), ['1']);
      assert.deepEqual((await readAll(relay, first.cursor)).found, ['1']);
    });

    promise('one exchange pushes and pulls, the own chunks too, in log order', async ({ open }) => {
      const [one, two] = [await open(), await open()];
      await push(one, ['1', '2']);
      const answer = await push(two, ['3', '4']);
      assert.deepEqual([answer.accepted, answer.chunks.map(text), answer.more], [2, ['1', '2', '3', '4'], false]);
      const next = await push(two, ['5'], answer.cursor);
      assert.deepEqual(next.chunks.map(text), ['5']);
      assert.deepEqual((await readAll(one)).found, numbers(1, 5));
    });

    promise('a repeated push is accepted and changes nothing', async ({ open }) => {
      const relay = await open();
      const { cursor } = await push(relay, ['1', '2']);
      const again = await push(await open(), ['2', '1', '2', '3', '3'], cursor);
      assert.deepEqual([again.accepted, again.chunks.map(text)], [5, ['3']]);
      assert.deepEqual((await readAll(await open())).found, numbers(1, 3));
    });

    promise('a pull answers at most the limit, 200 if none is given, and says that there is more', async ({ open }) => {
      const relay = await open();
      await push(relay, numbers(1, 205));
      const first = await relay.exchange({ chunks: [], cursor: null });
      assert.deepEqual([first.chunks.length, first.more], [Math.min(200, page), true]);
      const few = await relay.exchange({ chunks: [], cursor: null, limit: 5 });
      assert.deepEqual([few.chunks.map(text), few.more], [numbers(1, 5), true]);
      const last = await relay.exchange({ chunks: [], cursor: (await readAll(relay, first.cursor)).cursor, limit: 5 });
      assert.deepEqual([last.chunks, last.more], [[], false]);
      for (const limit of [1, 7, 205, 1000]) {
        assert.deepEqual((await readAll(await open(), null, limit)).found, numbers(1, 205));
      }
      for (const limit of [0, -1, 1.5, NaN]) {
        await assert.rejects(relay.exchange({ chunks: [], cursor: null, limit }), TypeError);
      }
    });

    promise('a cursor at the end stays good, and the same cursor twice gives the same', async ({ open }) => {
      const relay = await open();
      const { cursor } = await push(relay, ['1']);
      assert.equal((await readAll(relay, cursor)).cursor, cursor);
      await push(relay, ['2', '3']);
      for (let i = 0; i < 2; i += 1) assert.deepEqual((await readAll(await open(), cursor)).found, ['2', '3']);
    });

    promise('any bytes come back as they were: the shortest, one, and the longest', async ({ open }) => {
      const relay = await open();
      const some = (length) => Uint8Array.from({ length }, (_, i) => (i * 7919) & 255);
      const values = [some(shortest), Uint8Array.of(7), some(longest)];
      await relay.exchange({ chunks: values, cursor: null });
      const { chunks } = await (await open()).exchange({ chunks: [], cursor: null });
      assert.deepEqual(
        chunks.map((bytes) => [...bytes]),
        values.map((bytes) => [...bytes]),
      );
    });

    promise('bytes are taken when exchange is called, and handed out as copies', async ({ open }) => {
      const relay = await open();
      const bytes = Uint8Array.of(1, 2);
      const done = relay.exchange({ chunks: [bytes], cursor: null });
      bytes.fill(9);
      (await done).chunks[0].fill(8);
      assert.deepEqual([...(await relay.exchange({ chunks: [], cursor: null })).chunks[0]], [1, 2]);
    });

    promise(
      'a cursor that it does not understand, or of another relay, is refused, and nothing is pushed',
      async ({ open, another }) => {
        const relay = await open();
        const { cursor } = await push(relay, ['1']);
        const other = await another();
        const { cursor: theirs } = await push(other, ['1']);
        const [id, count, hash] = cursor.split('.');
        const bad = [
          '',
          'x',
          '1',
          theirs,
          `${id}.2.${hash}`,
          `${id}.${count}.0000000000000000`,
          `${id}.0.${hash}`,
          `${cursor} `,
        ];
        for (const wrong of bad) {
          await assert.rejects(push(relay, ['2'], wrong), { name: 'ContactmeshError', code: 'relay-foreign' }, wrong);
        }
        assert.deepEqual((await readAll(relay)).found, ['1']);
      },
    );

    promise('exchanges at once all succeed, and every reader sees one order without a gap', async ({ open }) => {
      const relays = [await open(), await open(), await open()];
      await Promise.all(numbers(0, 59).map((value) => push(relays[value % 3], [value, `${value}b`, 'same'])));
      const { found } = await readAll(await open());
      assert.deepEqual(
        [...found].sort(),
        [...numbers(0, 59), ...numbers(0, 59).map((value) => `${value}b`), 'same'].sort(),
      );
      for (const relay of relays) assert.deepEqual((await readAll(relay)).found, found);
    });
  });
}
