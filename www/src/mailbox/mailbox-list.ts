/**
 * Everybody in the mailbox, by name, with a search; who was changed elsewhere
 * since somebody looked at them is marked, and who has something unsaved. It
 * shows what it is given and asks for nothing.
 */
import { icon } from '../base/icons.js';
import { customElement, html, LitElement, nothing, property, repeat, state, type TemplateResult } from '../base/lit.js';
import { base } from '../base/styles.js';
import { number } from '../words/counts.js';
import { type Contact, nameOf, readField } from './fields.js';
import { listStyles } from './mailbox-list.styles.js';
import '../views/contact-face.js';

const SEARCHED = ['displayName', 'jobTitle', 'companyName', 'department', 'mobilePhone'];

@customElement('mailbox-list')
export class MailboxList extends LitElement {
  static override styles = [base, listStyles];

  /** Undefined before it is known. */
  @property({ attribute: false }) accessor contacts: Contact[] | undefined;
  @property({ attribute: false }) accessor chosen: string | undefined;
  @property({ attribute: false }) accessor news: ReadonlyMap<string, 'new' | 'changed'> = new Map();
  @property({ attribute: false }) accessor unsaved: ReadonlySet<string> = new Set();
  @state() private accessor search = '';

  protected override render(): TemplateResult {
    const found = (this.contacts ?? []).filter((one) => says(one, this.search.trim().toLocaleLowerCase()));
    const sorted = found
      .map((contact) => ({ contact, name: nameOf(contact) }))
      .sort((a, b) => a.name.localeCompare(b.name));
    return html`
      <div class="bar">
        <h2>In the mailbox</h2>
        <span class="count quiet">${this.contacts === undefined ? nothing : number(this.contacts.length)}</span>
        <span class="gap"></span>
        <a class="add" href="#/new" title="New contact">${icon('add')}<span class="unseen">New contact</span></a>
      </div>
      <div class="find">
        <fluent-text-input type="search" placeholder="Search" autocomplete="off" @input=${this.#typed}>
          <span class="unseen">Search the mailbox</span>
          ${icon('search', 'start')}
        </fluent-text-input>
      </div>
      <div class="scroll" @keydown=${this.#key}>${this.#rows(sorted)}</div>
      <p class="unseen" role="status">${this.search === '' ? '' : `${number(found.length)} found`}</p>
    `;
  }

  #rows(sorted: { contact: Contact; name: string }[]): TemplateResult {
    if (this.contacts === undefined)
      return html`<div class="empty"><fluent-spinner></fluent-spinner><p>Looking into the mailbox …</p></div>`;
    if (sorted.length === 0)
      return html`<div class="empty"><p>${this.contacts.length === 0 ? 'The mailbox is empty.' : 'Nobody found.'}</p></div>`;
    return html`<ul>${repeat(
      sorted,
      ({ contact }) => contact.id,
      ({ contact, name }) => this.#row(contact, name),
    )}</ul>`;
  }

  #row(contact: Contact, name: string): TemplateResult {
    const does = ['jobTitle', 'companyName'].map((key) => readField(contact, key)).filter((text) => text !== '');
    const below = does.filter((text) => text !== name).join(' · ') || readField(contact, 'emailAddresses/0');
    const mark = this.unsaved.has(contact.id) ? 'not saved' : this.news.get(contact.id);
    return html`
      <li>
        <a href=${`#/${contact.id}`} aria-current=${contact.id === this.chosen}>
          <contact-face .name=${name} .seed=${name} aria-hidden="true"></contact-face>
          <span class="texts">
            <span class="name cut" dir="auto">${name}</span>
            <span class="quiet small cut" dir="auto">${below === name ? '' : below}</span>
          </span>
          ${mark === undefined ? nothing : html`<span class="mark" data-mark=${mark}>${mark}</span>`}
        </a>
      </li>
    `;
  }

  #typed(event: Event): void {
    this.search = (event.target as HTMLInputElement).value ?? '';
  }

  #key(event: KeyboardEvent): void {
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>('li a')];
    const at = rows.indexOf(event.target as HTMLElement);
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
    const row = rows[steps[event.key] ?? -1];
    if (row === undefined) return;
    event.preventDefault();
    row.focus();
  }
}

function says(contact: Contact, text: string): boolean {
  if (text === '') return true;
  const emails = [0, 1, 2].map((n) => `emailAddresses/${n}`);
  return [...SEARCHED, ...emails].some((name) => readField(contact, name).toLocaleLowerCase().includes(text));
}
