/**
 * What `npm start` does: two people keep one address book on two devices, and a
 * third one keeps contacts in Outlook. Both devices import the same files; all
 * three edit while apart, and meet through the shipped flows, twice: the second
 * time some answers are lost on their way. Then it tells what merged, what is a
 * question with both answers kept, and whether the mailbox holds the same.
 * `--check` ends with one JSON line.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { FlowName } from '../flows/shipped/index.js';
import { compareMailbox } from './compare.js';
import { editApart } from './edits.js';
import { importInto } from './imports.js';
import { editInOutlook, seedMailbox } from './outlook-user.js';
import { Bar } from './progress.js';
import { type Meeting, meet, NAMES, openReplicas, type Replicas, settled } from './replicas.js';
import { report } from './report.js';

const HELP = `npm start [-- [--check] [FILE…]]

Imports contact files (vCard or JSContact; the samples of the project without FILE)
into two replicas of one book, edits both while they are apart, and syncs them with each
other and with a mailbox through the shipped flows, which run on this machine. The
mailbox is a stand-in for Outlook's, with contacts of its own.
Works on copies: your files are only read, and what it makes is removed at the end.
Without --check it then serves the app, for you to go on in two windows, and a page
on which you edit the mailbox by hand.

  --check     people read stderr; the last line of stdout is JSON:
              {"cards":n,"mergedFields":n,"conflicts":n,"requests":n,
              "mailbox":{"contacts":n,"rows":n,"fields":n,"open":n,"different":0},"converged":true}
  --flow DIR  keep what the flows hold in a folder, and the book that drives the mailbox
  --help      this text

Exit: 0 both replicas and the mailbox are the same; 1 they are not, or something failed; 2 wrong use, or no contact found.`;

const SAMPLES = fileURLToPath(new URL('../../../samples', import.meta.url));
const SEED = 20_240_601;
/** How many answers of each flow are lost, meeting by meeting. */
const LOST_ANSWERS: Partial<Record<FlowName, number>>[] = [
  {},
  { 'relay-exchange': 2, 'outlook-pull': 1, 'outlook-apply': 1 },
];

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      flow: { type: 'string' },
    },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const say = (text: string) => (values.check ? process.stderr : process.stdout).write(`${text}\n`);
  const files = positionals.length > 0 ? positionals : await samples();
  const replicas = await openReplicas(values.flow);
  try {
    return await run(replicas, files, say, values.check);
  } finally {
    await replicas.remove();
  }
}

async function run(replicas: Replicas, files: string[], say: (text: string) => void, check: boolean): Promise<number> {
  const { books, mailbox } = replicas;
  const found = await importInto(replicas, files, say);
  if (!found) {
    process.stderr.write('There is no contact in these files. Give vCard (.vcf) or JSContact (.json) files.\n');
    return 2;
  }
  const people = books[0].list().rows.map(({ id }) => id);
  let { requests } = await meetMailbox(replicas, say);
  const stories = new Map<string, string>();
  for (const [round, lost] of LOST_ANSWERS.entries()) {
    const bar = new Bar(`Editing on ${NAMES.join(' and ')}, apart`);
    const edited = await editApart(books, people, SEED, round, (done, total) => bar.show(done, total));
    const inOutlook = editInOutlook(mailbox.hands, round);
    bar.end();
    for (const [id, story] of edited) if (!stories.has(id)) stories.set(id, story);
    replicas.loseAnswers(lost);
    const moved = await meet(replicas);
    requests += moved.requests;
    const count = Object.values(lost).reduce((sum, one) => sum + one, 0);
    const trouble = count > 0 ? `again, while ${count} answers got lost and were asked for again` : 'through the flows';
    say(
      `Met ${trouble}, with ${inOutlook} edits in Outlook: ${moved.requests} requests, ${kilobytes(moved.bytes)} through the relay, ${moved.actions} flow actions.`,
    );
  }
  return tell(replicas, { stories, requests, say, check });
}

/** Says what came of it all. */
async function tell(replicas: Replicas, { stories, requests, say, check }: Told): Promise<number> {
  const { books, mailbox } = replicas;
  const same = await settled(replicas);
  const { cards, conflicts } = books[0].status();
  const mergedFields = books[0].countForeignValues() + books[1].countForeignValues();
  const rows = mailbox.hands.see();
  const compared = compareMailbox(books[0], rows, mailbox.waiting);
  const { different } = compared;
  say(report(books[0], stories));
  say(
    `${cards} people on each device, ${mergedFields} fields came from somebody else, ${conflicts} questions are open.`,
  );
  say(same ? 'Both devices hold the same; a further round sends nothing.' : 'The two devices differ: this is a bug.');
  say(
    different.length === 0
      ? `The mailbox holds the same in all ${compared.fields} fields of ${compared.rows} contacts; ${compared.open} more wait for a decision.`
      : `The mailbox differs from the book, this is a bug:\n  ${different.join('\n  ')}`,
  );
  const converged = same && different.length === 0;
  const inOutlook = { contacts: rows.length, ...compared, different: different.length };
  if (check)
    process.stdout.write(
      `${JSON.stringify({ cards, mergedFields, conflicts, requests, mailbox: inOutlook, converged })}\n`,
    );
  return converged ? 0 : 1;
}

interface Told {
  stories: Map<string, string>;
  requests: number;
  say: (text: string) => void;
  check: boolean;
}

/** The first meeting with a mailbox that has contacts of its own. */
async function meetMailbox(replicas: Replicas, say: (text: string) => void): Promise<Meeting> {
  const { books, mailbox } = replicas;
  const theirs = seedMailbox(mailbox.hands, books[0]);
  const bar = new Bar('Meeting the mailbox');
  const all = theirs + books[0].status().cards;
  const { created, linked, parked } = await mailbox.sync({
    onProgress: () => bar.show(mailbox.hands.see().length, all),
  });
  bar.end();
  const decided = await mailbox.decide();
  const moved = await meet(replicas);
  say(
    `A mailbox with ${theirs} contacts of its own: ${created} new people came, ${linked} were known, of ${parked} somebody had to say (${decided} are known). It has ${mailbox.hands.see().length} now.`,
  );
  return moved;
}

async function samples(): Promise<string[]> {
  const names = await readdir(SAMPLES);
  return names
    .filter((name) => /\.(vcf|json)$/.test(name))
    .sort()
    .map((name) => join(SAMPLES, name));
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0)} kB`;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isUse = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = isUse ? 2 : 1;
  },
);
