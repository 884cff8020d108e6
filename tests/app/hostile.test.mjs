// What comes from a file or another device is text, whatever it looks like: nothing of it runs, and no
// link leads anywhere but to a mail program, a phone or a page with https.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { book, row, session } from './support/app.mjs';

const MARKUP = '<img src=x onerror="globalThis.ran = true"><script>globalThis.ran = true</script>';
const LINKS = [
  'javascript:globalThis.ran = true',
  'data:text/html,<script>1</script>',
  'http://example.com/',
  'https://example.com/fine',
];

describe('a hostile card', () => {
  const app = session();

  it('is shown as the text it is, in every view', async () => {
    const page = await app.open();
    const fields = {
      'name/given': MARKUP,
      'name/surname': `${MARKUP}2`,
      'emails/new/address': `"${MARKUP}"@example.com`,
      'emails/new/label': MARKUP,
      'phones/new/number': MARKUP,
      'organizations/new/name': MARKUP,
      'titles/new/name': MARKUP,
      'titles/new/kind': MARKUP,
      'notes/new/note': MARKUP,
      'anniversaries/new/date': MARKUP,
      'x-unknown': MARKUP,
      language: 'en',
    };
    for (const [index, uri] of LINKS.entries()) fields[`links/new-${index}/uri`] = uri;
    const { id, revision } = await book(page, 'create', fields);
    await book(page, 'edit', id, { language: MARKUP }, revision);
    await book(page, 'edit', id, { language: `${MARKUP}2` }, revision);

    await row(page, 'onerror').click();
    await page.locator('contact-card h1', { hasText: MARKUP }).waitFor();
    await page.locator('open-questions .main', { hasText: MARKUP }).first().waitFor();
    const links = await page.locator('contact-card a').evaluateAll((all) => all.map(({ href }) => href));
    assert.ok(links.includes('https://example.com/fine'));
    for (const link of links) assert.match(link, /^(https:|mailto:|tel:|http:\/\/127\.0\.0\.1:\d+\/#\/)/);
    for (const view of ['history', 'edit', 'card']) {
      await page.evaluate(
        ([to, card]) => {
          location.hash = `#/${to}/${card}`;
        },
        [view, id],
      );
      await page
        .locator({ history: 'card-history li', edit: 'card-form card-field', card: 'contact-card h1' }[view])
        .first()
        .waitFor();
    }
    assert.equal(await page.evaluate(() => globalThis.ran), undefined);
    assert.deepEqual(page.problems, [], 'not even the content policy had anything to do');
    await page.context().close();
  });
});
