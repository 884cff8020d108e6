// Contact files in a browser: chosen by a person, read in the worker, written again.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { root } from '../../tools/lib/run.mjs';
import { session } from './support/session.mjs';
import { openBook } from './support/tab.mjs';

describe('contact files', () => {
  const chromium = session();

  it('a file that a person chose comes in, in any tab, and goes out again', async () => {
    const [first, page] = [await chromium.newPage(), await chromium.newPage()];
    await openBook(first, { book: 'files' });
    await openBook(page, { book: 'files' });
    const done = await page.evaluate(
      async (text) => {
        const file = new File([text], 'google.vcf', { type: 'text/vcard' });
        const seen = [];
        const { created, report } = await globalThis.book.importFile(file, { onProgress: (...now) => seen.push(now) });
        const again = await globalThis.book.importFile(new TextEncoder().encode(text), { name: 'google.vcf' });
        const [id] = created;
        return {
          created: created.length,
          missing: report.missing,
          seen,
          unchanged: again.unchanged.length,
          run: (await globalThis.book.history(id)).at(-1).writer,
          all: JSON.parse(await globalThis.book.exportBook('jscontact')).length,
          one: (await globalThis.book.exportBook('vcard', { ids: [id] })).match(/BEGIN:VCARD/g).length,
        };
      },
      readFileSync(join(root, 'samples/google.vcf'), 'utf8'),
    );
    const { run, ...counts } = done;
    assert.deepEqual(counts, { created: 8, missing: [], seen: [[8, 8]], unchanged: 8, all: 8, one: 1 });
    assert.deepEqual([run.origin, run.run], ['import', 'google.vcf']);
    for (const one of [first, page]) assert.deepEqual(one.problems, []);
  });

  it('a file without a contact is an error with a code, and changes nothing', async () => {
    const page = await chromium.newPage();
    await openBook(page, { book: 'nothing' });
    const found = await page.evaluate(async () => {
      const { codeOf } = await import('/tests/browser/pages/raw.mjs');
      const code = await codeOf(globalThis.book.importFile(new File(['nothing'], 'nothing.vcf')));
      return [code, (await globalThis.book.list()).total];
    });
    assert.match(found[0], /^format-/);
    assert.equal(found[1], 0);
  });
});
