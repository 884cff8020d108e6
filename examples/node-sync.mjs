// A replica in twenty lines: takes in the files it is given, meets the others through a relay flow, and
// says who is in the book and what is still to be decided. The address of the flow is a secret, so it
// comes from the environment:   CONTACTMESH_URL=… node node-sync.mjs [FILE…]
import { readFile } from 'node:fs/promises';
import { importFile, openBook, openFileStorage, openFlowRelay, openFormats } from 'contactmesh';

const { CONTACTMESH_URL: url, CONTACTMESH_BOOK: folder = './contacts.book' } = process.env;
if (!url) throw new Error('CONTACTMESH_URL is not set; it is the address that the flow shows');

const book = await openBook({ storage: await openFileStorage(folder), name: 'Node script' });
try {
  for (const file of process.argv.slice(2)) {
    const { created, updated } = await importFile(book, openFormats(), await readFile(file), { name: file });
    console.log(`${file}: ${created.length} new, ${updated.length} updated`);
  }
  const relay = await openFlowRelay({ url, book: 'contacts' });
  const { pushed, accepted } = await book.sync(relay, { name: 'flow' });
  console.log(`sent ${pushed} chunks, ${accepted} changes came`);
  for (const { name, email = '' } of book.list().rows) console.log(`${name}  ${email}`);
  for (const { name, conflicts } of book.conflicts()) console.log(`${name}: ${conflicts.length} to decide`);
} finally {
  await book.close();
}
