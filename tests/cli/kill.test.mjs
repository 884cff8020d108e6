// SIGKILL during an import of 5,000 cards, again and again: the book opens, holds whole commits only,
// and importing once more completes it to exactly what an undisturbed import makes.

import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
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
    for (const part of [0.05, 0.3, 0.5, 0.7]) {
      const book = await killedAt(cm, size * part);
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

/** Kills an import once its log has grown to `bytes`; answers the book. One that was faster is tried again. */
async function killedAt(cm, bytes) {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const book = `killed-${Math.floor(bytes)}-${attempt}.book`;
    const { child, ended } = start(cm.folder, ['import', 'big.vcf', '--book', book]);
    let over = false;
    void ended.then(() => {
      over = true;
    });
    while (!over && (await sizeOf(cm.path(book, 'book.log'))) < bytes) await setTimeout(1);
    child.kill('SIGKILL');
    if ((await ended).signal === 'SIGKILL') return book;
  }
  throw new Error('every import ended before it could be killed');
}

const sizeOf = (path) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
