// SIGKILL during an import of 5,000 cards, again and again: the book opens, holds whole commits only,
// and importing once more completes it to exactly what an undisturbed import makes.

import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { inFolder, start, vcards } from './cli.mjs';

const CARDS = 5000;
/** How many cards the command imports in one commit. */
const STEP = 500;

test(`an import of ${CARDS} cards that is killed`, () =>
  inFolder(async (cm) => {
    await writeFile(cm.path('big.vcf'), vcards(CARDS));
    await cm.ok('import', 'big.vcf', '--book', 'whole.book');
    const { size } = await stat(cm.path('whole.book', 'book.log'));
    const whole = await cm.json('list', '--book', 'whole.book');
    assert.equal(whole.total, CARDS);
    const found = [];
    for (const part of [0.05, 0.3, 0.5, 0.8]) {
      const book = `killed-${part}.book`;
      assert.equal(await killedAt(cm, book, size * part), 'SIGKILL');
      const { cards, damage } = await cm.json('status', '--book', book);
      assert.equal(cards % STEP, 0, `${cards} cards: whole commits only`);
      assert.deepEqual(damage, []);
      found.push(cards);
      const [{ created, unchanged }] = (await cm.json('import', 'big.vcf', '--book', book)).files;
      assert.deepEqual(
        [created.length, unchanged.length],
        [CARDS - cards, cards],
        'nothing acknowledged is lost or doubled',
      );
      assert.deepEqual(await cm.json('list', '--book', book), whole);
    }
    assert.ok(
      found.some((cards) => cards > 0 && cards < CARDS),
      `none was killed in the middle: ${found}`,
    );
  }));

/** Imports and kills the process once the log has grown to `bytes`; answers what ended it. */
async function killedAt(cm, book, bytes) {
  const { child, ended } = start(cm.folder, ['import', 'big.vcf', '--book', book]);
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over) {
    const log = await stat(cm.path(book, 'book.log')).catch(() => undefined);
    if (log !== undefined && log.size >= bytes) break;
    await new Promise((settle) => setTimeout(settle, 1));
  }
  child.kill('SIGKILL');
  return (await ended).signal;
}
