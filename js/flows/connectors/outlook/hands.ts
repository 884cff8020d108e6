/**
 * The hands of Outlook's user, for tests and demonstrations: what people do to
 * contacts in Outlook itself. They are not bound by what the connector asks
 * for, and their clients write phones in a spelling of their own. They cannot
 * touch what is not there.
 */
import { ContactmeshError } from '../../../errors.js';
import { type Json, type JsonObject, prop } from '../../definition.js';
import { CONTACTS, type Contact, type Mailbox } from './mailbox.js';

const PHONES = ['businessPhones', 'homePhones'];

export class Hands {
  private readonly mailbox: Mailbox;

  constructor(mailbox: Mailbox) {
    this.mailbox = mailbox;
  }

  see(folder: string = CONTACTS): Contact[] {
    return this.mailbox.contacts(folder);
  }

  add(fields: JsonObject, folder: string = CONTACTS): Contact {
    return this.mailbox.create(folder, fields);
  }

  edit(id: string, fields: JsonObject): Contact {
    return this.mailbox.change(this.find(id), fields);
  }

  remove(id: string): void {
    this.mailbox.remove(this.find(id).id);
  }

  /** Answers the contact with its new id. */
  move(id: string, folder: string): Contact {
    return this.mailbox.move(this.find(id), folder);
  }

  addFolder(folder: string): void {
    this.mailbox.setFolder(folder, true);
  }

  /** With everything in it. */
  removeFolder(folder: string): void {
    this.mailbox.setFolder(folder, false);
  }

  /** What a phone does that syncs with Outlook: every number in the spelling of its maker. */
  respellPhones(id: string, spell: (number: string) => string): Contact {
    const contact = this.find(id);
    const respelled = (value: Json): Json => (typeof value === 'string' && value !== '' ? spell(value) : value);
    const lists = PHONES.map((key) => [key, (contact[key] as Json[]).map(respelled)]);
    const mobilePhone = respelled(prop(contact, 'mobilePhone') ?? null);
    return this.mailbox.change(contact, { ...Object.fromEntries(lists), mobilePhone });
  }

  private find(id: string): Contact {
    const contact = this.mailbox.contact(id);
    if (contact) return contact;
    throw new ContactmeshError(
      'flow-envelope',
      'changing a contact in Outlook: it is not there; look again at what is',
    );
  }
}
