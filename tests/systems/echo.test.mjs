// Nothing comes back as an edit: once a book, another replica and a mailbox agree, ten more rounds
// send nothing, in any direction, whatever the other clients of the mailbox make of its spelling.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { importFile, openBook, openFlowRelay, openFormats, openMemoryStorage } from '../../pkg/dist/node.js';
import { SAMPLES } from '../cli/cli.mjs';
import { Device, runsOf, withMailbox } from './support.mjs';

const ROUNDS = 10;

/** Two replicas, the first of which drives a mailbox; the samples' people are in the book. */
async function three(served) {
  const laptop = await Device.open(served, 'Laptop', { connect: { auditEvery: 3 } });
  const phone = await openBook({ storage: openMemoryStorage(), name: 'Phone' });
  for (const name of readdirSync(SAMPLES).filter((file) => /\.(vcf|json)$/.test(file))) {
    await importFile(laptop.book, openFormats(), readFileSync(`${SAMPLES}/${name}`), { name });
  }
  const relays = [];
  for (const book of [laptop.book, phone]) {
    relays.push({ book, relay: await openFlowRelay({ url: served.url, book: 'contacts', random: () => 0 }) });
  }
  /** One round of everybody; answers what moved through the relay. */
  const meet = async () => {
    let moved = 0;
    for (const { book, relay } of [...relays, relays[0]]) {
      const { pushed, accepted } = await book.sync(relay, { name: 'relay' });
      moved += pushed + accepted;
    }
    return moved;
  };
  return { laptop, phone, meet };
}

const hashesOf = (...books) => books.map((book) => [book.stateHash(), book.status().changes]);

describe('systems: an echo', () => {
  it(`${ROUNDS} rounds with nothing to say: no apply request, no chunk, no change; a new spelling is no edit`, () =>
    withMailbox({}, async (served, hands) => {
      const { laptop, phone, meet } = await three(served);
      hands.add({ givenName: 'Bob', homePhones: ['+1 555 0100'] });
      for (let n = 0; n < 3; n += 1) {
        await meet();
        await laptop.sync();
        // Edits of everybody, so that there is something to come back.
        const [{ id }] = phone.list({ search: 'priya' }).rows;
        if (n === 0) await phone.edit(id, { 'titles/new/name': 'Head of Research', 'notes/new/note': 'only here' });
        if (n === 0) hands.edit(hands.see()[3].id, { profession: 'Baker', assistantName: 'only there' });
      }
      await meet();
      const before = { hashes: hashesOf(laptop.book, phone), applies: runsOf(served, 'outlook-apply') };
      const fields = () => hands.see().map(({ changeKey: _key, lastModifiedDateTime: _time, ...row }) => row);
      const withPhones = hands.see().filter(({ homePhones, mobilePhone }) => homePhones.length > 0 || mobilePhone);
      assert.ok(withPhones.length >= ROUNDS);
      for (let n = 0; n < ROUNDS; n += 1) {
        hands.respellPhones(withPhones[n].id, (number) => number.replace(/[ ()-]/g, '.'));
        const rows = [fields(), hands.see().map(({ changeKey }) => changeKey)];
        const report = await laptop.sync();
        const { created, edited, linked, deleted, moved, parked, sent, stale, unknown } = report;
        assert.deepEqual([created, edited, linked, deleted, moved, sent, stale, unknown], Array(8).fill(0));
        assert.ok(report.judged >= 1 && parked === 0, 'the other spelling was looked at');
        assert.equal(await meet(), 0);
        assert.deepEqual([fields(), hands.see().map(({ changeKey }) => changeKey)], rows, 'no row was touched');
      }
      assert.equal(runsOf(served, 'outlook-apply'), before.applies);
      assert.deepEqual(hashesOf(laptop.book, phone), before.hashes);
      assert.equal(laptop.plan.actions.length, 0);
    }));
});
