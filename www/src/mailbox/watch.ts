/**
 * The contacts of the mailbox as they are now: asked for every few seconds while
 * somebody looks, and at once when they come back to the page. It remembers who
 * was changed by somebody else until they were looked at, and it changes nobody.
 */
import type { ReactiveController, ReactiveControllerHost } from '../base/lit.js';
import { type Listed, listContacts, MailboxError } from './api.js';
import type { Contact } from './fields.js';
import type { Held } from './held-words.js';

const PAUSE = 2000;

export class Watch implements ReactiveController {
  /** Undefined before the first answer. */
  contacts: ReadonlyMap<string, Contact> | undefined;
  /** What the sync asks before it goes on. */
  held: Held | null = null;
  /** Why nothing is known now, for people. */
  problem = '';
  /** Who is new or another since the page was opened, by somebody else's doing. */
  readonly news = new Map<string, 'new' | 'changed'>();
  readonly #host: ReactiveControllerHost;
  /** Change keys that this page made. */
  readonly #own = new Set<string>();
  #version = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: Promise<void> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener('focus', this.#lookNow);
    document.addEventListener('visibilitychange', this.#lookNow);
    this.#lookNow();
  }

  hostDisconnected(): void {
    removeEventListener('focus', this.#lookNow);
    document.removeEventListener('visibilitychange', this.#lookNow);
    clearTimeout(this.#timer);
  }

  /** What this page wrote is shown at once, and is no news. */
  wrote(contact: Contact): void {
    this.#own.add(contact.changeKey);
    this.#put(new Map(this.contacts).set(contact.id, contact));
  }

  removed(id: string): void {
    const contacts = new Map(this.contacts);
    contacts.delete(id);
    this.#put(contacts);
  }

  /** The question of the sync is answered. */
  answered(): void {
    this.held = null;
    this.#version = '';
    this.#host.requestUpdate();
  }

  /** What somebody else made of a contact, told by the answer to an edit. */
  overtaken(contact: Contact): void {
    this.#put(new Map(this.contacts).set(contact.id, contact));
  }

  #put(contacts: ReadonlyMap<string, Contact>): void {
    this.contacts = contacts;
    // An answer that is under way may be older than this.
    this.#version = '';
    this.#host.requestUpdate();
  }

  readonly #lookNow = (): void => {
    if (document.visibilityState !== 'visible') return;
    clearTimeout(this.#timer);
    this.#asking ??= this.#look().finally(() => {
      this.#asking = undefined;
      this.#timer = setTimeout(this.#lookNow, PAUSE);
    });
  };

  async #look(): Promise<void> {
    const before = this.contacts;
    try {
      const listed = await listContacts(this.#version);
      const isOvertaken = this.contacts !== before;
      if (listed !== undefined && !isOvertaken) this.#take(listed);
      this.#say('');
    } catch (error) {
      if (!(error instanceof MailboxError)) throw error;
      this.#say(error.message);
    }
  }

  #take({ contacts, version, held }: Listed): void {
    const before = this.contacts;
    this.#version = version;
    this.held = held;
    this.contacts = new Map(contacts.map((one) => [one.id, one]));
    for (const { id, changeKey } of contacts) {
      const former = before?.get(id);
      if (before === undefined || this.#own.has(changeKey) || former?.changeKey === changeKey) continue;
      this.news.set(id, former === undefined ? 'new' : 'changed');
    }
    this.#host.requestUpdate();
  }

  #say(problem: string): void {
    if (problem === this.problem) return;
    this.problem = problem;
    this.#host.requestUpdate();
  }
}
