/**
 * The frame of the app: the list on one side, what was chosen on the other; on
 * a phone, one of the two. It opens the book, follows the address, and shows
 * notices. What is in a view is the view's business.
 */
import { openSharedBook, type SharedBook } from 'contactmesh';
import { customElement, html, LitElement, query, state, type TemplateResult } from '../base/lit.js';
import { onNotice } from '../base/notices.js';
import { addressOf, type Route, readRoute } from '../base/route.js';
import { base } from '../base/styles.js';
import { deviceName } from '../device.js';
import { takeConnectLink } from '../sync/connect-link.js';
import { plainWords } from '../words/errors.js';
import type { ConnectQuestion } from './connect-question.js';
import { frame } from './contact-app.styles.js';
import type { ContactList } from './contact-list.js';
import type { FileImport } from './file-import.js';
import type { NoticeStack } from './notice-stack.js';
import './card-form.js';
import './card-history.js';
import './connect-question.js';
import './contact-card.js';
import './contact-list.js';
import './file-import.js';
import './notice-stack.js';
import './sync-view.js';

@customElement('contact-app')
export class ContactApp extends LitElement {
  static override styles = [base, frame];

  @state() private accessor book: SharedBook | undefined;
  @state() private accessor failure: unknown;
  /** An address that came with a link: taken before anything else looks at the location. */
  #address = takeConnectLink();
  #stopNotices: (() => void) | undefined;
  @state() private accessor route: Route = readRoute(location.hash);
  @query('notice-stack') private accessor notices!: NoticeStack;
  @query('connect-question') private accessor question!: ConnectQuestion | null;
  @query('file-import') private accessor fileImport!: FileImport | null;
  @query('contact-list') private accessor list!: ContactList | null;

  constructor() {
    super();
    this.addEventListener('choose-file', () => this.fileImport?.choose());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopNotices = onNotice((notice) => this.notices.show(notice));
    window.addEventListener('hashchange', this.#follow);
    window.addEventListener('keydown', this.#shortcut);
    void this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopNotices?.();
    window.removeEventListener('hashchange', this.#follow);
    window.removeEventListener('keydown', this.#shortcut);
  }

  protected override render(): TemplateResult {
    return html`
      ${this.failure === undefined ? this.#body() : this.#apology()}
      <notice-stack></notice-stack>
    `;
  }

  #body(): TemplateResult {
    const { book, route } = this;
    if (book === undefined)
      return html`<div class="opening"><fluent-spinner></fluent-spinner><p>Opening your contacts …</p></div>`;
    const chosen = 'id' in route ? route.id : undefined;
    return html`
      <main class="frame" data-view=${route.view}>
        <nav class="side" aria-label="Contacts"><contact-list .book=${book} .chosen=${chosen}></contact-list></nav>
        <div class="detail">${this.#detail(book)}</div>
      </main>
      <file-import .book=${book}></file-import>
      <connect-question .book=${book}></connect-question>
    `;
  }

  #detail(book: SharedBook): TemplateResult {
    const { route } = this;
    switch (route.view) {
      case 'card':
        return html`<contact-card .book=${book} .card=${route.id}></contact-card>`;
      case 'history':
        return html`<card-history .book=${book} .card=${route.id}></card-history>`;
      case 'sync':
        return html`<sync-view .book=${book}></sync-view>`;
      case 'edit':
        return html`<card-form .book=${book} .card=${route.id}></card-form>`;
      case 'new':
        return html`<card-form .book=${book}></card-form>`;
      default:
        return html`<div class="nothing"><img src="icon.svg" alt="" width="72" height="72"><p>Choose a contact to see it here.</p></div>`;
    }
  }

  #apology(): TemplateResult {
    return html`
      <main class="opening">
        <img src="icon.svg" alt="" width="56" height="56">
        <h1>Your contacts could not be opened</h1>
        <p>${plainWords(this.failure)}</p>
        <fluent-button appearance="primary" @click=${() => location.reload()}>Try again</fluent-button>
      </main>
    `;
  }

  async #open(): Promise<void> {
    try {
      this.book = await openSharedBook({ name: deviceName() });
      await this.updateComplete;
      this.#connect();
    } catch (error) {
      this.failure = error;
    }
  }

  #connect(): void {
    if (this.#address === undefined || this.question === null) return;
    void this.question.take(this.#address);
    this.#address = undefined;
  }

  readonly #follow = (): void => {
    this.#address = takeConnectLink() ?? this.#address;
    this.#connect();
    this.route = readRoute(location.hash);
  };

  readonly #shortcut = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (this.route.view !== 'list' && matchMedia('(max-width: 819px)').matches)
        location.hash = addressOf({ view: 'list' });
      this.list?.focusSearch();
    }
  };
}
