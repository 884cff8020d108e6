// Helpers for the tests of systems of record: a served mailbox with the hands of its user, and books
// that are connected to it over HTTP, as the package ships them.
import assert from 'node:assert/strict';
import { MemoryDisk, openBook, openMemoryStorage, openSystemFlows } from '../../pkg/dist/node.js';
import { withFlow } from '../flows/flow.mjs';

export const JANE = { givenName: 'Jane', surname: 'Doe', homePhones: [] };

/** One device: a book on a disk of its own. `sync()` is one run; `reopen()` ends the process and begins another. */
export class Device {
  disk = new MemoryDisk();

  static async open(served, name, { connect = {}, around = (storage) => storage, ...options } = {}) {
    const device = new Device();
    Object.assign(device, { served, name });
    device.flows = await flowsOf(served, options);
    device.book = await openBook({ storage: around(openMemoryStorage(device.disk)), name });
    if (connect !== null) await device.connect(connect);
    return device;
  }

  connect(more = {}) {
    return this.book.systems.connect('outlook', { kind: 'outlook', book: 'contacts', auditEvery: 1000, ...more });
  }

  sync(options) {
    return this.book.systems.sync('outlook', this.flows, options);
  }

  async reopen() {
    this.disk.crash();
    this.book = await openBook({ storage: openMemoryStorage(this.disk), name: this.name });
  }

  get status() {
    return this.book.systems.status('outlook');
  }

  get plan() {
    return this.book.systems.plan('outlook');
  }

  /** The one card that a word finds. */
  find(word) {
    const { rows } = this.book.list({ search: word });
    assert.equal(rows.length, 1, `cards with ${word}: ${rows.length}`);
    return this.book.card(rows[0].id);
  }

  /** Edits the first entry of a kind on the card that a word finds. */
  edit(word, kind, leaf, value) {
    const card = this.find(word);
    const path = `${kind}/${card.elements[kind]?.[0] ?? 'new'}/${leaf}`;
    return this.book.edit(card.id, { [path]: value }, card.revision);
  }
}

/** Nobody else waits for these flows: what failed is repeated at once. */
export function flowsOf(served, options = {}) {
  const { 'outlook-pull': pull, 'outlook-apply': apply } = served.urls;
  return openSystemFlows({ pull, apply, random: () => 0, ...options });
}

/** Serves the flows on a mailbox while `body` runs. */
export function withMailbox(options, body) {
  return withFlow({ flows: 'outlook', ...options }, (served) => body(served, served.outlook.hands));
}

/** The one row that a test looks for. */
export function rowOf(hands, givenName) {
  const found = hands.see().filter((row) => row.givenName === givenName);
  assert.equal(found.length, 1, `rows of ${givenName}: ${found.length}`);
  return found[0];
}

/** How many runs of a flow there were. */
export function runsOf(served, flow) {
  return served.history().filter((run) => run.flow === flow).length;
}
