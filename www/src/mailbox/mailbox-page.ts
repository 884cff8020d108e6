/**
 * The page of the trial's mailbox: says plainly that it is not the app, shows
 * who is in the mailbox, and one of them in a form. What was typed and not saved
 * is kept while somebody looks at others, and until the page is closed, which
 * asks. Where the person is stands in the fragment of the address. An address of
 * the relay that came with the page's link is for the app that it opens, and is
 * shown nowhere.
 */
import { icon } from '../base/icons.js';
import { css, customElement, html, LitElement, nothing, query, state, type TemplateResult } from '../base/lit.js';
import { onNotice } from '../base/notices.js';
import { base } from '../base/styles.js';
import { connectLinkOf, takeConnectLink } from '../sync/connect-link.js';
import { frame } from '../views/contact-app.styles.js';
import type { NoticeStack } from '../views/notice-stack.js';
import { Draft } from './draft.js';
import type { Contact } from './fields.js';
import { Watch } from './watch.js';
import '../views/notice-stack.js';
import './mailbox-form.js';
import './mailbox-held.js';
import './mailbox-list.js';

const NEW = 'new';

@customElement('mailbox-page')
export class MailboxPage extends LitElement {
  static override styles = [
    base,
    frame,
    css`
      .page { display: flex; flex-direction: column; block-size: 100%; }
      .frame { flex: 1; min-block-size: 0; }
      header {
        flex: none;
        display: flex;
        align-items: center;
        gap: 14px;
        padding: 12px 20px;
        background: #0a4a4f;
        color: #fff;
      }
      header > div { flex: 1; min-inline-size: 0; }
      h1 { font-size: var(--fontSizeBase400); line-height: var(--lineHeightBase400); font-weight: var(--fontWeightSemibold); }
      header p { color: #d3ebec; }
      header a { flex: none; color: #fff; padding: 5px 14px; border: 1px solid #8fc4c7; border-radius: var(--borderRadiusMedium); text-decoration: none; }
      header a:hover { background: #0f5f65; }
      header a:focus-visible { outline-color: #fff; }
      .nothing p { max-inline-size: 44ch; }
      .away { display: flex; gap: 8px; align-items: flex-start; padding: 10px 20px; background: var(--colorPaletteRedBackground1); color: var(--colorPaletteRedForeground1); }
      @media (max-width: 560px) {
        header { align-items: flex-start; padding: 10px 16px; gap: 10px; }
        header > .icon { display: none; }
        [data-view='card'] header { align-items: center; }
        [data-view='card'] header p { display: none; }
      }
    `,
  ];

  /** For the app: taken before anything else looks at the location. */
  #address = takeConnectLink();
  readonly #watch = new Watch(this);
  readonly #drafts = new Map<string, Draft>();
  /** The contact of the form, as it was when it was last there. */
  #last: Contact | undefined;
  #stopNotices: (() => void) | undefined;
  @state() private accessor chosen = readChosen();
  @query('notice-stack') private accessor notices!: NoticeStack;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopNotices = onNotice((notice) => this.notices.show(notice));
    window.addEventListener('hashchange', this.#follow);
    window.addEventListener('beforeunload', this.#warn);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopNotices?.();
    window.removeEventListener('hashchange', this.#follow);
    window.removeEventListener('beforeunload', this.#warn);
  }

  protected override render(): TemplateResult {
    const { contacts, held, problem, news } = this.#watch;
    const detail = this.#detail();
    const view = detail === undefined ? 'list' : 'card';
    const unsaved = [...this.#drafts].filter(([, { isTouched }]) => isTouched).map(([id]) => id);
    return html`
      <div class="page" data-view=${view}>
        <header>
          ${icon('mail')}
          <div>
            <h1>The mailbox of the trial</h1>
            <p>This is the mailbox, as its own users see it. Edit somebody here, then sync in the app.</p>
          </div>
          <a href="../" target="_blank" rel="noopener" @click=${this.#open} @auxclick=${this.#open}>Open the app</a>
        </header>
        ${problem === '' ? nothing : html`<p class="away" role="alert">${icon('offline')}<span>${problem}</span></p>`}
        ${held === null ? nothing : html`<mailbox-held .watch=${this.#watch} .held=${held}></mailbox-held>`}
        <main class="frame" data-view=${view}>
          <nav class="side" aria-label="Contacts in the mailbox">
            <mailbox-list .contacts=${contacts && [...contacts.values()]} .chosen=${this.chosen} .news=${new Map(news)} .unsaved=${new Set(unsaved)}></mailbox-list>
          </nav>
          <div class="detail">${detail ?? this.#nothing()}</div>
        </main>
        <notice-stack></notice-stack>
      </div>
    `;
  }

  #nothing(): TemplateResult {
    return html`<div class="nothing"><p>A stand-in for Outlook’s contacts, on this machine alone. Choose somebody to edit them as a user of Outlook would; a device that <code>npm start</code> runs syncs the mailbox with the app every few seconds.</p></div>`;
  }

  #detail(): TemplateResult | undefined {
    const { chosen } = this;
    const { contacts } = this.#watch;
    if (chosen === undefined || (contacts === undefined && chosen !== NEW)) return undefined;
    const now = contacts?.get(chosen);
    if (now !== undefined) this.#last = now;
    const contact = chosen === this.#last?.id ? this.#last : undefined;
    if (contact === undefined && chosen !== NEW) return this.#missing();
    // Seen now.
    this.#watch.news.delete(chosen);
    return html`<mailbox-form .watch=${this.#watch} .contact=${contact} .draft=${this.#draftOf(chosen, contact)}
      .gone=${chosen !== NEW && now === undefined}
      @typed=${() => this.requestUpdate()} @done=${() => this.#go('')} @added=${(event: CustomEvent<string>) => this.#go(event.detail)}></mailbox-form>`;
  }

  #missing(): TemplateResult {
    return html`<div class="nothing"><p>This contact is not in the mailbox any more.</p><a href="#/">Back to the list</a></div>`;
  }

  #draftOf(id: string, contact: Contact | undefined): Draft {
    const draft = this.#drafts.get(id) ?? new Draft(contact);
    this.#drafts.set(id, draft);
    return draft;
  }

  /** At once, so that nothing is drawn in between; without a step for the back button. */
  #go(chosen: string): void {
    location.replace(`#/${chosen}`);
    this.#choose(chosen || undefined);
  }

  #choose(next: string | undefined): void {
    const { chosen } = this;
    if (next === chosen) return;
    // What was changed elsewhere counts from when the form is opened.
    if (chosen !== undefined && !this.#drafts.get(chosen)?.isTouched) this.#drafts.delete(chosen);
    this.chosen = next;
  }

  /** The first time with the address: from then on the app has it. */
  readonly #open = (event: MouseEvent): void => {
    if (this.#address === undefined || event.button > 1) return;
    event.preventDefault();
    window.open(`../${connectLinkOf(this.#address)}`, '_blank', 'noopener');
    this.#address = undefined;
  };

  readonly #follow = (): void => {
    this.#address = takeConnectLink() ?? this.#address;
    this.#choose(readChosen());
  };

  readonly #warn = (event: BeforeUnloadEvent): void => {
    if ([...this.#drafts.values()].some(({ isTouched }) => isTouched)) event.preventDefault();
  };
}

/** The id of a contact, `new`, or nobody; ids have no letters that an address would change. */
function readChosen(): string | undefined {
  return location.hash.replace(/^#\/?/, '') || undefined;
}
