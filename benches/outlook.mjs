// Measures how a book meets a mailbox through the shipped flows, in the local runtime over HTTP:
// `npm run bench -- outlook [--cards 10000] [--runs 3] [--json]`. The mailbox is full and the book empty. What the
// platform and Outlook themselves need is not in any figure.

import { join } from 'node:path';

import { Failure, say } from '../tools/lib/run.mjs';
import { median } from './lib/measure.mjs';
import { packageUrl } from './lib/package.mjs';

const PHASES = {
  first: 'the first run takes all',
  again: 'every row comes again, unchanged',
  quiet: 'a run with nothing to say',
  audit: 'a listing of every row, unchanged',
  spelled: 'every row comes again, in another spelling',
};

const AN_HOUR = 3_600_000;

/** Rows for the table; `task` runs a task in a fresh process. */
export async function measureOutlook(cards, { runs }, folder, task) {
  const all = [];
  for (let n = 0; n < runs; n += 1) {
    say(`${cards} contacts of a mailbox, ${n + 1} of ${runs} …`);
    all.push(await once(cards, join(folder, `outlook-${cards}-${n}`), task));
  }
  const rows = [];
  for (const [phase, title] of Object.entries(PHASES)) {
    const add = (name, pick, unit) =>
      rows.push({ cards, name, value: median(all.map((one) => pick(one[phase]))), unit });
    add(`${title}: cpu of the replica`, (one) => one.cpu, 'ms cpu');
    add('  time, with the flows on this machine', (one) => one.wall, 'ms');
    add('  requests', (one) => one.requests, '');
    add('  flow actions', (one) => one.actions, '');
    add('  rows read', (one) => one.read, '');
    add('  rows judged', (one) => one.judged, '');
    add('  changes written', (one) => one.changes, '');
    add('  commits', (one) => one.commits, '');
    add('  requests that write', (one) => one.applies, '');
  }
  return rows;
}

async function once(cards, folder, task) {
  const { serveFlows } = await import(packageUrl('flows/server.js'));
  const flow = join(folder, 'flow');
  const time = { passed: 0 };
  const sleep = (ms) => new Promise((settle) => setTimeout(settle, ms));
  const clock = { now: () => Date.now() + time.passed, sleep };
  const served = await serveFlows({ folder: flow, flows: 'outlook', clock });
  const { hands } = served.outlook;
  for (let n = 0; n < cards; n += 1) hands.add(contact(n));
  const measured = {};
  const run = async (phase, more = {}) => {
    const before = served.history().length;
    const { 'outlook-pull': pull, 'outlook-apply': apply } = served.urls;
    const result = await task('outlook', { folder: join(folder, 'book'), pull, apply, ...more });
    const history = served.history().slice(before);
    const actions = history.reduce((sum, one) => sum + one.actions, 0);
    const applies = history.filter((one) => one.flow === 'outlook-apply').length;
    measured[phase] = { ...result, requests: history.length, actions, applies };
  };
  try {
    await run('first');
    if (measured.first.created !== cards) throw new Failure(`${measured.first.created} cards of ${cards} contacts`);
    // What changed in the last five minutes is asked for once more, so all of it comes.
    await run('again');
    time.passed += AN_HOUR;
    await run('quiet');
    await run('quiet');
    await run('audit', { audit: true });
    for (const { id } of hands.see()) hands.respellPhones(id, (number) => number.replaceAll(' ', '.'));
    await run('spelled');
    return measured;
  } finally {
    await served.close();
  }
}

/** A fictional contact with something in most fields. */
function contact(n) {
  const name = { givenName: `Person${n}`, surname: `Number${n % 997}` };
  return {
    ...name,
    companyName: `Company ${n % 311}`,
    jobTitle: ['Engineer', 'Buyer', 'Clerk', 'Driver'][n % 4],
    emailAddresses: [{ name: `Person${n}`, address: `p${n}@example.com` }],
    businessPhones: [`+1 555 ${String(n).padStart(7, '0')}`],
    homePhones: [],
    mobilePhone: `+44 7700 ${String(n).padStart(6, '0')}`,
    businessAddress: {
      street: `Harbour Road ${n % 90}`,
      city: 'Bristol',
      postalCode: `BS${n % 40}`,
      countryOrRegion: 'UK',
    },
    birthday: `19${String(50 + (n % 50))}-0${1 + (n % 9)}-1${n % 10}T00:00:00Z`,
    categories: [`group ${n % 7}`],
  };
}
