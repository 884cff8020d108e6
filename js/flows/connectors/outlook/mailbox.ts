/**
 * The contacts of one mailbox, in a file of JSON lines: each line is a contact
 * as it is from then on, one that is gone, or a folder. A write counts when it
 * is on the disk. Documented (the contact resource of Microsoft Graph): a
 * change key and a time of change that are new with every write; an id that
 * changes when a contact is moved to another folder. It judges no fields.
 */
import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../definition.js';
import { LineFile } from '../../files.js';
import { emptyContact, written } from './contact.js';

/** A contact as it is answered. */
export type Contact = JsonObject & { id: string; changeKey: string; parentFolderId: string };

type Unstamped = JsonObject & { id: string; parentFolderId: string };

type Line = { contact: Contact } | { gone: string } | { folder: string; exists: boolean };

/** The folder that every mailbox has. */
export const CONTACTS = 'Contacts';

export class Mailbox {
  /** Whether a last line that a crash cut was dropped. */
  readonly mended: boolean;
  private readonly file: LineFile<Line>;
  private readonly now: () => number;
  private readonly byId = new Map<string, Contact>();
  private readonly folders = new Set([CONTACTS]);

  constructor(path: string, now: () => number = Date.now) {
    this.now = now;
    this.file = new LineFile(path);
    this.mended = this.file.mended;
    for (const line of this.file.values()) this.take(line);
  }

  hasFolder(folder: string): boolean {
    return this.folders.has(folder);
  }

  /** In the order in which they came there. */
  contacts(folder: string): Contact[] {
    return [...this.byId.values()].filter((one) => one.parentFolderId === folder);
  }

  contact(id: string): Contact | undefined {
    return this.byId.get(id);
  }

  create(folder: string, fields: JsonObject): Contact {
    const time = this.stamp();
    const about = { id: newId(), createdDateTime: time, parentFolderId: folder };
    return this.put({ ...written(emptyContact(), fields), ...about }, time);
  }

  change(contact: Contact, fields: JsonObject): Contact {
    const { id, parentFolderId } = contact;
    return this.put({ ...written(contact, fields), id, parentFolderId });
  }

  remove(id: string): void {
    this.keep({ gone: id });
  }

  /** Another id in another folder: for whoever knew the former, it is gone. */
  move(contact: Contact, folder: string): Contact {
    const moved = this.stamped({ ...contact, id: newId(), parentFolderId: folder }, this.stamp());
    this.keep({ gone: contact.id }, { contact: moved });
    return moved;
  }

  /** With everything in it, when it goes. */
  setFolder(folder: string, exists: boolean): void {
    const gone = exists ? [] : this.contacts(folder).map(({ id }) => ({ gone: id }));
    this.keep(...gone, { folder, exists });
  }

  private put(contact: Unstamped, time = this.stamp()): Contact {
    const stamped = this.stamped(contact, time);
    this.keep({ contact: stamped });
    return stamped;
  }

  /** `time` is that of the write: one write has one time. */
  private stamped(contact: Unstamped, time: string): Contact {
    const changeKey = `EQAAABYA${randomBytes(18).toString('base64')}`;
    const about = { '@odata.etag': `W/"${changeKey}"`, changeKey, lastModifiedDateTime: time };
    return { ...contact, ...about };
  }

  private stamp(): string {
    return `${new Date(this.now()).toISOString().slice(0, 19)}Z`;
  }

  /** All of them or none. */
  private keep(...lines: Line[]): void {
    this.file.append(...lines);
    for (const line of lines) this.take(line);
  }

  private take(line: Line): void {
    if ('contact' in line) this.byId.set(line.contact.id, line.contact);
    else if ('gone' in line) this.byId.delete(line.gone);
    else if (line.exists) this.folders.add(line.folder);
    else this.folders.delete(line.folder);
  }
}

function newId(): string {
  return `AAMk${randomBytes(99).toString('base64url')}AAA=`;
}
