// What the page of the mailbox says a held sync would do: true of every kind of it, without a browser.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';

import { build } from 'esbuild';

import { root } from '../../tools/lib/run.mjs';

/** What is said of each kind: what would happen, what `take` does, what `keep` does. */
const SAYS = {
  delete: [/^6 people would be deleted in the app\./, /^Delete them in the app too$/, /put them back in the mailbox$/],
  'empty-listing': [
    /says that nobody is there\. 6 people would be deleted in the app/,
    /delete them in the app/,
    /put them back/,
  ],
  blank: [
    /^6 people would lose details in the app\./,
    /^Clear the details in the app too$/,
    /put them back in the mailbox$/,
  ],
  restored: [
    /^6 people in the mailbox are older .* undone in the app/,
    /^Go back to what the mailbox has$/,
    /write it to the mailbox$/,
  ],
  takeover: [/^6 people differ in the app and in the mailbox\. .* both answers are kept/, /^Keep both/, /^Keep both/],
  'delete-or-blank': [
    /^6 people would be deleted or lose details in the mailbox\./,
    /^Do it in the mailbox too$/,
    /^Leave them in the mailbox/,
  ],
};

async function imported(path) {
  const { outputFiles } = await build({ entryPoints: [join(root, path)], bundle: true, format: 'esm', write: false });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

describe('the words for a held sync of the mailbox', () => {
  let heldWords;
  before(async () => {
    ({ heldWords } = await imported('www/src/mailbox/held-words.ts'));
  });
  const words = (kind, more = {}) => {
    const direction = kind === 'delete-or-blank' ? 'out' : 'in';
    return heldWords({ token: 't', kind, direction, people: 6, allowed: 5, ...more });
  };

  it('are there for every kind that the engine has', () => {
    const types = readFileSync(join(root, 'js/systems/types.ts'), 'utf8');
    const [, kinds] = /interface SystemHold \{[^}]*?kind: ([^;]*);/.exec(types);
    assert.deepEqual([...kinds.matchAll(/'([a-z-]+)'/g)].map(([, kind]) => kind).sort(), Object.keys(SAYS).sort());
  });

  for (const [kind, [what, take, keep]] of Object.entries(SAYS)) {
    it(`say what ${kind} would do, what each answer does, and that nothing has been done`, () => {
      const said = words(kind);
      assert.match(`${said.title} ${said.why}`, what);
      assert.match(said.take, take);
      assert.match(said.keep, keep);
      assert.notEqual(said.take, said.keep);
      // “Here” is the mailbox for some and the app for others.
      assert.doesNotMatch(Object.values(said).join(' '), /\bhere\b/i);
      assert.match(said.why, /Nothing of it has been done\./);
    });
  }

  it('name how many need no question only where some do not', () => {
    assert.match(words('delete').why, /No question is asked about up to 5 people at once\./);
    assert.match(words('delete', { allowed: 1, people: 2 }).why, /up to 1 person at once/);
    // Whoever would lose everything, and an empty mailbox, are always asked about.
    assert.doesNotMatch(words('blank', { allowed: 0, people: 1 }).why, /up to/);
    assert.doesNotMatch(words('empty-listing').why, /up to/);
    assert.match(words('restored', { people: 1 }).title, /^1 person in the mailbox is older/);
    assert.match(words('takeover', { people: 1 }).title, /^1 person differs/);
  });
});

describe('the words for a held sync in the app', () => {
  it('name how many need no question only where some do not', async () => {
    const { heldWords } = await imported('www/src/words/held.ts');
    const held = { token: 't', kind: 'delete', direction: 'in', cards: ['a', 'b'], allowed: 1 };
    assert.match(
      heldWords(held, 'Outlook').why,
      /Nothing of it has been done\. No question is asked about up to 1 person at once\./,
    );
    const { why } = heldWords({ ...held, kind: 'blank', allowed: 0 }, 'Outlook');
    assert.match(why, /Nothing of it has been done\.$/);
  });
});
