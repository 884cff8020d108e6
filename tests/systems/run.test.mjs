// A run with a system of record, over HTTP with the shipped flows: edits go both ways, field by field,
// and what a run knew is in the store.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Device, JANE, rowOf, runsOf, withMailbox } from './support.mjs';

const CARD = { 'name/given': 'Jane', 'name/surname': 'Doe', 'titles/new/name': 'Engineer' };

describe('systems: a run', () => {
  it('people of both sides come together, and the next run has nothing to do', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create(CARD);
      hands.add({ ...JANE, givenName: 'Bob', homePhones: ['+1 555 0100'] });
      const first = await laptop.sync();
      assert.deepEqual([first.created, first.sent, first.held], [1, 1, null]);
      assert.deepEqual([laptop.find('bob').name, rowOf(hands, 'Jane').jobTitle], ['Bob Doe', 'Engineer']);
      const { read, requests, ...rest } = await laptop.sync();
      assert.deepEqual([read, requests, rest.judged, rest.sent, rest.created, rest.edited], [2, 1, 0, 0, 0, 0]);
    }));

  it('edits of different fields on both sides are both there afterwards, on both sides', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create({ ...CARD, 'organizations/new/name': 'Acme' });
      await laptop.sync();
      await laptop.edit('jane', 'titles', 'name', 'Head of Purchasing');
      hands.edit(rowOf(hands, 'Jane').id, { companyName: 'Northwind', businessHomePage: 'https://example.com' });
      const { edited, sent } = await laptop.sync();
      assert.deepEqual([edited, sent], [1, 1]);
      const { jobTitle, companyName, businessHomePage } = rowOf(hands, 'Jane');
      assert.deepEqual(
        [jobTitle, companyName, businessHomePage],
        ['Head of Purchasing', 'Northwind', 'https://example.com'],
      );
      const values = Object.values(laptop.find('jane').fields);
      for (const value of [jobTitle, companyName, businessHomePage]) assert.ok(values.includes(value), value);
      assert.equal(laptop.book.status().conflicts, 0);
    }));

  it('an edit of one field on both sides is a question, with the system and the run as one of the writers', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create(CARD);
      await laptop.sync();
      await laptop.edit('jane', 'titles', 'name', 'Ours');
      hands.edit(rowOf(hands, 'Jane').id, { jobTitle: 'Theirs' });
      await laptop.sync({ run: 'r7' });
      const [{ conflicts }] = laptop.book.conflicts();
      const writers = Object.fromEntries(conflicts[0].candidates.map(({ value, writers: [one] }) => [value, one]));
      assert.equal(writers.Ours.origin, 'person');
      const { origin, system, run, row } = writers.Theirs;
      assert.deepEqual([origin, system, run, row], ['system', 'outlook', 'r7', rowOf(hands, 'Jane').id]);
      assert.equal(rowOf(hands, 'Jane').jobTitle, 'Theirs', 'not overwritten while the question is open');
      const { id } = laptop.find('jane');
      assert.deepEqual(
        laptop.plan.waiting.map(({ card, slot }) => [card, slot]),
        [[id, 'jobTitle']],
      );
    }));

  it('a plan says what would be sent, field by field, with who wrote it; the run then sends just that', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create(CARD);
      await laptop.sync();
      await laptop.edit('jane', 'titles', 'name', 'Head of Purchasing');
      const { actions, takesAway } = laptop.plan;
      const [{ do: what, name, fields }] = actions;
      assert.deepEqual([actions.length, what, name, takesAway], [1, 'update', 'Jane Doe', 0]);
      const [{ slot, from, to, because }] = fields;
      assert.deepEqual([fields.length, slot, from, to], [1, 'jobTitle', 'Engineer', 'Head of Purchasing']);
      assert.deepEqual([because.origin, because.label], ['person', 'Laptop']);
      assert.equal(runsOf(served, 'outlook-apply'), 1, 'a plan sends nothing');
      await laptop.sync();
      assert.equal(rowOf(hands, 'Jane').jobTitle, 'Head of Purchasing');
      assert.deepEqual(laptop.plan.actions, []);
    }));

  it('what a run knew is there when the book is opened again: nobody comes twice', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create(CARD);
      hands.add({ ...JANE, givenName: 'Bob' });
      await laptop.sync();
      const before = [laptop.book.status().changes, hands.see()];
      await laptop.reopen();
      assert.deepEqual(laptop.book.systems.list(), ['outlook']);
      const { judged, sent, created } = await laptop.sync({ audit: true });
      assert.deepEqual([judged, sent, created], [0, 0, 0]);
      assert.deepEqual([laptop.book.status().changes, hands.see()], before);
    }));

  it('edits go on while a run waits for a flow, and are sent by the next one at the latest', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create(CARD);
      const { ask } = laptop.flows;
      let edits = 0;
      const between = {
        ask: async (...given) => {
          edits += 1;
          await laptop.edit('jane', 'titles', 'name', `Edit ${edits}`);
          return ask.apply(laptop.flows, given);
        },
      };
      await laptop.book.systems.sync('outlook', between);
      assert.ok(edits >= 2);
      await laptop.sync();
      assert.equal(rowOf(hands, 'Jane').jobTitle, `Edit ${edits}`);
      assert.equal(laptop.book.status().conflicts, 0);
    }));

  it('two syncs at once are one after the other, and one person is one row', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create(CARD);
      const [one, two] = await Promise.all([laptop.sync(), laptop.sync()]);
      assert.deepEqual([one.sent, two.sent, hands.see().length], [1, 0, 1]);
    }));

  it('a system that is disconnected is forgotten, and both sides keep everybody', () =>
    withMailbox({}, async (served, hands) => {
      const laptop = await Device.open(served, 'Laptop');
      await laptop.book.create(CARD);
      await laptop.sync();
      await laptop.book.systems.disconnect('outlook');
      assert.deepEqual([laptop.book.systems.list(), laptop.book.status().cards, hands.see().length], [[], 1, 1]);
      await assert.rejects(laptop.sync(), { code: 'system-unknown' });
    }));
});
