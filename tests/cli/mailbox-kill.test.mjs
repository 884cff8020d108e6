// SIGKILL in the middle of a sync with a mailbox, again and again: nobody comes twice on either side,
// nobody is lost, and what was edited there meanwhile is here.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { rowOf } from '../systems/support.mjs';
import { start, vcards } from './cli.mjs';
import { journalOf } from './connected.mjs';
import { withBoth } from './mailbox.mjs';

const BOOK = ['--book', 'a.book'];
/** More than the engine sends in one request. */
const CARDS = 25;
const THEIRS = 5;
/** Longer than a run can last. */
const LONG_MS = 11 * 60_000;

/** At which request to which flow the process is killed, and what becomes of that request. */
const ENDS = [
  ['outlook-pull', 1, 'reset'],
  ['outlook-pull', 1, { slow: 1 }],
  ['outlook-apply', 1, 'reset'],
  ['outlook-apply', 1, { dies: { after: 'Claim' } }],
  ['outlook-apply', 1, { dies: { after: 'Create' } }],
  ['outlook-apply', 1, { slow: 1 }],
  ['outlook-apply', 2, { dies: { after: 'Create' } }],
  ['outlook-apply', 1, { dies: { before: 'Reply' } }],
];

/** Runs a sync, and kills it while the flow has its n-th request; answers whether it lived that long. */
async function killedAt(cm, door, [flow, request, fault]) {
  const { child, ended } = start(cm.folder, ['sync', 'outlook', ...BOOK]);
  let requests = 0;
  door.faults = (name) => {
    if (name === flow) requests += 1;
    if (name !== flow || requests < request) return undefined;
    child.kill('SIGKILL');
    return fault;
  };
  const { signal } = await ended;
  door.faults = undefined;
  return signal === 'SIGKILL';
}

test(`a sync of ${CARDS} cards and ${THEIRS} contacts that is killed, again and again`, () => {
  const door = {};
  const time = { passed: 0 };
  const clock = { now: () => Date.now() + time.passed, sleep: () => new Promise((resolve) => setImmediate(resolve)) };
  const faults = (_n, flow) => door.faults?.(flow);
  return withBoth({ faults, clock }, async (cm, hands) => {
    await writeFile(cm.path('people.vcf'), vcards(CARDS));
    await cm.ok('import', 'people.vcf', ...BOOK);
    for (let n = 0; n < THEIRS; n += 1) hands.add({ givenName: `Contact ${n}`, homePhones: [] });
    await cm.connect();
    let killed = 0;
    for (const end of ENDS) if (await killedAt(cm, door, end)) killed += 1;
    assert.equal(killed, ENDS.length, 'each was killed in the middle');
    hands.edit(rowOf(hands, 'Contact 1').id, { jobTitle: 'edited meanwhile' });
    for (let n = 0; n < 3; n += 1) {
      await cm.sync();
      time.passed += LONG_MS;
    }
    const rows = hands.see().map(({ givenName, surname }) => `${givenName} ${surname}`);
    assert.deepEqual([new Set(rows).size, rows.length], [CARDS + THEIRS, CARDS + THEIRS]);
    const { rows: linked, unsettled, parked, missing } = await cm.json('status', 'outlook', ...BOOK);
    assert.deepEqual([linked, unsettled, parked, missing], [CARDS + THEIRS, 0, [], []]);
    assert.equal((await cm.json('list', ...BOOK)).total, CARDS + THEIRS);
    assert.match(await cm.ok('plan', 'outlook', ...BOOK), /nothing to send/);
    const [{ id }] = (await cm.json('list', '--search', 'contact 1', ...BOOK)).rows;
    assert.ok(Object.values((await cm.json('show', id, ...BOOK)).fields).includes('edited meanwhile'));
    const outcomes = (await journalOf(cm)).map(({ outcome }) => outcome);
    assert.equal(outcomes.filter((outcome) => outcome === 'killed').length, killed, 'each is in the records');
  });
});
