/**
 * What `npm start` does: two people keep one address book on two devices. Both
 * import the same files, edit while apart, and meet through the shipped relay
 * flow, twice: the second time some answers are lost on their way. Then it
 * tells what merged and what is a question with both answers kept. `--check`
 * ends with one JSON line.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ContactmeshError } from '../errors.js';
import { importFile } from '../files.js';
import { openFormats } from '../node.js';
import { editApart } from './edits.js';
import { Bar } from './progress.js';
import { meet, NAMES, openReplicas, type Replicas, settled } from './replicas.js';
import { report } from './report.js';

const HELP = `npm start [-- [--check] [FILE…]]

Imports contact files (vCard or JSContact; the samples of the project without FILE)
into two replicas of one book, edits both while they are apart, and syncs them through
the shipped relay flow, which runs on this machine.
Works on copies: your files are only read, and what it makes is removed at the end.
Without --check it then serves the app, for you to go on in two windows.

  --check     people read stderr; the last line of stdout is JSON:
              {"cards":n,"mergedFields":n,"conflicts":n,"requests":n,"converged":true}
  --flow DIR  keep what the flow holds in a folder; it is removed otherwise
  --help      this text

Exit: 0 both replicas are the same; 1 they are not, or something failed; 2 wrong use, or no contact found.`;

const SAMPLES = fileURLToPath(new URL('../../../samples', import.meta.url));
const SEED = 20_240_601;
/** How many answers of the flow are lost, meeting by meeting. */
const LOST_ANSWERS = [0, 2];

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
  const { books } = replicas;
  const found = await importInto(replicas, files, say);
  if (!found) {
    process.stderr.write('There is no contact in these files. Give vCard (.vcf) or JSContact (.json) files.\n');
    return 2;
  }
  const stories = new Map<string, string>();
  let requests = 0;
  for (const [round, lost] of LOST_ANSWERS.entries()) {
    const bar = new Bar(`Editing on ${NAMES.join(' and ')}, apart`);
    const edited = await editApart(books, SEED, round, (done, total) => bar.show(done, total));
    bar.end();
    for (const [id, story] of edited) if (!stories.has(id)) stories.set(id, story);
    replicas.loseAnswers(lost);
    const moved = await meet(replicas);
    requests += moved.requests;
    const trouble =
      lost > 0 ? `again, while ${lost} answers got lost and were asked for again` : 'through the relay flow';
    say(`Met ${trouble}: ${moved.requests} requests, ${kilobytes(moved.bytes)}, ${moved.actions} flow actions.`);
  }
  const converged = await settled(replicas);
  const { cards, conflicts } = books[0].status();
  const mergedFields = books[0].countForeignValues() + books[1].countForeignValues();
  say(report(books[0], stories));
  say(
    `${cards} people on each device, ${mergedFields} fields came from the other one, ${conflicts} questions are open.`,
  );
  say(
    converged ? 'Both devices hold the same; a further round sends nothing.' : 'The two devices differ: this is a bug.',
  );
  if (check) process.stdout.write(`${JSON.stringify({ cards, mergedFields, conflicts, requests, converged })}\n`);
  return converged ? 0 : 1;
}

/** Imports every file on both replicas; returns whether there was anybody in them. */
async function importInto({ books }: Replicas, files: string[], say: (text: string) => void): Promise<boolean> {
  const formats = openFormats();
  const bar = new Bar('Importing on both devices');
  let found = false;
  for (const [n, file] of files.entries()) {
    const bytes = await readFile(file).catch((cause: Error) => {
      throw new ContactmeshError('file-unreadable', `reading ${file}: ${cause.message}; name files that are there`, {
        cause,
      });
    });
    for (const [side, book] of books.entries()) {
      const onProgress = (done: number, total: number) =>
        bar.show((n * 2 + side + done / total) * 100, files.length * 200);
      try {
        const { report, ...done } = await importFile(book, formats, bytes, { name: basename(file), onProgress });
        found = true;
        if (side === 0) {
          const lost = Object.values(report.properties).reduce((sum, count) => sum + count.missing, 0);
          const known = done.updated.length + done.unchanged.length;
          bar.clear();
          say(
            `${basename(file)}: ${done.created.length} people${known > 0 ? `, ${known} known already` : ''}${lost > 0 ? `, ${lost} values lost` : ''}`,
          );
          if (report.error !== null && report.error !== undefined) say(`  ${report.error.message}`);
        }
      } catch (error) {
        if (!(error instanceof ContactmeshError && error.code.startsWith('format-'))) throw error;
        bar.clear();
        if (side === 0) process.stderr.write(`${error.message}\n`);
      }
    }
  }
  bar.end();
  return found;
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
