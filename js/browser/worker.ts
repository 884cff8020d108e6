/**
 * The worker that a tab starts when it becomes the host of a book. Its only
 * job is to bring together a host, a store and the engine.
 */
import type { Book } from '../book.js';
import { isContactmeshError } from '../errors.js';
import { openBook, openFormats } from '../modules.js';
import { openIndexedDbStorage } from '../storage/indexeddb.js';
import { Host } from './host.js';
import type { BookOpener } from './keeper.js';
import type { FromWorker, ToWorker } from './protocol.js';

/** A tab that crashed may hold the store for a moment longer than its other locks. */
const PATIENCE = 5000;
const PAUSE = 50;

let host: Host | undefined;

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'start') {
    host = new Host(data.book, opener(data), openFormats());
    say({ kind: 'ready' });
  } else {
    const left = host?.leave() ?? Promise.resolve();
    void left.finally(() => say({ kind: 'left' }));
  }
});

function say(message: FromWorker): void {
  self.postMessage(message);
}

function opener({ book, name, steal: first }: Extract<ToWorker, { kind: 'start' }>): BookOpener {
  let steal = first;
  return async (mode, onClosed) => {
    const started = performance.now();
    for (;;) {
      const storage = await openIndexedDbStorage(book, { onClosed });
      try {
        const opened = await open();
        // Once: whoever takes it from this host later shall keep it.
        if (mode === 'write') steal = false;
        return opened;
      } catch (error) {
        await storage.close();
        if (!isContactmeshError(error, 'storage-locked') || performance.now() - started > PATIENCE) throw error;
      }
      await new Promise((settle) => setTimeout(settle, PAUSE));

      function open(): Promise<Book> {
        return openBook({ storage, steal, readOnly: mode === 'read', ...(name === undefined ? {} : { name }) });
      }
    }
  };
}
