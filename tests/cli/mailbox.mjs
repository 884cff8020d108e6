// Helpers for the tests of mailboxes on the command line: flows on a mailbox that the test serves, and
// a `cm` whose book may be connected to it.
import { writeFile } from 'node:fs/promises';
import { withMailbox } from '../systems/support.mjs';
import { inFolder } from './cli.mjs';

/** `body` gets a `cm`, the hands of the mailbox's user and what is served; the addresses are in `pull` and `apply`. */
export function withBoth(options, body) {
  return withMailbox(options, (served, hands) =>
    inFolder(async (cm) => {
      await writeFile(cm.path('pull'), `${served.urls['outlook-pull']}\n`, { mode: 0o600 });
      await writeFile(cm.path('apply'), `${served.urls['outlook-apply']}\n`, { mode: 0o600 });
      await writeFile(cm.path('relay'), `${served.url}\n`, { mode: 0o600 });
      const files = ['--pull-url-file', 'pull', '--apply-url-file', 'apply'];
      cm.connect = (book = 'a.book', ...more) =>
        cm.ok('connect', 'outlook', '--kind', 'outlook', ...files, '--book', book, ...more);
      cm.files = files;
      cm.sync = (...more) => cm.json('sync', 'outlook', '--book', 'a.book', ...more);
      await body(cm, hands, served);
    }),
  );
}
