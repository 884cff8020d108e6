/** `import`: contact files into the book. */
import type { Book } from '../../book.js';
import type { FileReport } from '../../formats.js';
import { openFormats } from '../../node.js';
import type { Imported } from '../../types.js';
import type { Call, Command, Result } from '../command.js';
import { EXIT } from '../exit.js';
import { short } from '../ids.js';
import { type Input, readInputs } from '../inputs.js';
import { withBook } from '../place.js';
import { missingText, REPORT_HELP, reportTable, together } from '../report-text.js';
import { count, line, listed, table } from '../text.js';

interface Done {
  file: string;
  imported?: Imported;
  report?: FileReport;
  error?: { code: string; message: string };
}

export const importFiles: Command = {
  name: 'import',
  operands: 'FILE…',
  summary: 'import vCard or JSContact files; - is standard input',
  options: { report: { type: 'boolean', help: 'a table of what was kept, by property' } },
  details: `Importing a file again changes nothing; a newer version of it updates the cards.
Of a file that is cut off, the whole cards are imported, and the command ends with 3.

${REPORT_HELP}`,
  least: 1,
  most: Number.POSITIVE_INFINITY,
  async run(call) {
    const inputs = await readInputs(openFormats(), call.operands);
    return withBook(call, 'begin', async (book) => {
      const done: Done[] = [];
      for (const input of inputs) done.push(await importOne(call, book, input));
      for (const one of done) complain(call, one);
      return resultOf(done, call.flag('report'));
    });
  },
};

async function importOne(call: Call, book: Book, { file, run, read, error }: Input): Promise<Done> {
  if (read === undefined) return { file, ...(error && { error: { code: error.code, message: error.message } }) };
  const { drafts, blobs, report } = read;
  const imported = await book.import(drafts, { run, blobs, onProgress: call.progress(`importing ${file}`) });
  return { file, imported, report, ...(report.error && { error: report.error }) };
}

function resultOf(done: Done[], withReport: boolean): Result {
  const whole = done.every(({ error, report }) => !error && report?.missing.length === 0);
  const reports = done.flatMap(({ report }) => (report === undefined ? [] : [report]));
  const properties = together(reports);
  const files = done.map(({ file, imported, report, error }) => ({
    file,
    format: report?.format ?? null,
    cards: report?.cards ?? 0,
    ...(imported ?? { created: [], updated: [], unchanged: [], deleted: [], proposals: [] }),
    ...(withReport && report !== undefined ? { report } : {}),
    ...(error === undefined ? {} : { error }),
  }));
  return {
    json: { files, ...(withReport ? { properties } : {}) },
    text: () => filesText(done) + (withReport ? reportText(done, properties) : '') + remarks(done),
    exit: whole ? EXIT.done : EXIT.partial,
  };
}

const KINDS = ['created', 'updated', 'unchanged', 'deleted', 'proposals'] as const;

function filesText(done: Done[]): string {
  const sums = KINDS.map((kind) => done.reduce((sum, { imported }) => sum + (imported?.[kind].length ?? 0), 0));
  const row = (name: string, cards: number, numbers: number[]) => [
    line(name),
    count(cards, 'card'),
    listed(
      KINDS.flatMap((kind, n) => {
        const what = kind === 'proposals' ? 'beside another of that UID' : kind;
        return (numbers[n] ?? 0) > 0 ? [`${numbers[n]} ${what}`] : [];
      }),
    ),
  ];
  const rows = done.map(({ file, report, imported }) =>
    row(file, report?.cards ?? 0, imported === undefined ? [] : KINDS.map((kind) => imported[kind].length)),
  );
  if (done.length > 1)
    rows.push(
      row(
        'together',
        done.reduce((sum, { report }) => sum + (report?.cards ?? 0), 0),
        sums,
      ),
    );
  return table(rows, { right: [1] });
}

function reportText(done: Done[], properties: ReturnType<typeof together>): string {
  const each = done.flatMap(({ file, report }) => (report === undefined ? [] : [[file, report.properties] as const]));
  const tables = each.map(([file, own]) => `\n${reportTable(line(file), own)}`);
  return each.length > 1 ? `${tables.join('')}\n${reportTable('together', properties)}` : tables.join('');
}

/** What went well and should be known all the same. */
function remarks(done: Done[]): string {
  const out: string[] = [];
  for (const { file, imported, report } of done) {
    for (const id of imported?.deleted ?? []) {
      out.push(`${short(id)} is deleted here and was left alone: contactmesh restore ${short(id)}\n`);
    }
    for (const { made, found } of imported?.proposals ?? []) {
      out.push(
        `${short(made)} was made beside ${short(found)}, which has the same UID and seems to be somebody else\n`,
      );
    }
    if (report !== undefined) out.push(missingText(file, report));
  }
  const text = out.join('');
  return text === '' ? '' : `\n${text}`;
}

/** Files that were not read whole; nothing is lost by importing them again. */
function complain(call: Call, { file, imported, error }: Done): void {
  if (error === undefined) return;
  const said = imported === undefined ? error.message : `${file}: ${error.message}`;
  const again =
    imported === undefined ? '' : ' The whole cards are in the book; importing the file again doubles nothing';
  call.note(`contactmesh import: ${said}${again} (${error.code})`);
}
