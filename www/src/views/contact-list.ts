/**
 * The list of contacts: search, a choice of which ones, and rows for those in
 * view only, so that ten thousand are as quick as ten. Which rows match, and in
 * what order, the book says.
 */
import type { Row, SharedBook, Status } from 'contactmesh';
import { icon } from '../base/icons.js';
import {
  customElement,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  property,
  query,
  repeat,
  state,
  type TemplateResult,
} from '../base/lit.js';
import { Live } from '../base/live.js';
import { complain } from '../base/notices.js';
import { addressOf, go } from '../base/route.js';
import { base } from '../base/styles.js';
import { RowPages } from '../card/row-pages.js';
import { number } from '../words/counts.js';
import { plainWords } from '../words/errors.js';
import { listStyles, ROW_HEIGHT } from './contact-list.styles.js';
import './contact-row.js';
import './list-menu.js';
import './sync-status.js';

type Which = 'all' | 'conflicts' | 'deleted';

/** Rows beside those in view, so that a flick of the wheel shows no gap. */
const MARGIN = 8;

@customElement('contact-list')
export class ContactList extends LitElement {
  static override styles = [base, listStyles];

  @property({ attribute: false }) accessor book!: SharedBook;
  @property({ attribute: false }) accessor chosen: string | undefined;
  @state() private accessor which: Which = 'all';
  @state() private accessor search = '';
  @query('.scroll') private accessor scroller!: HTMLElement;
  @query('fluent-text-input') private accessor searchBox!: HTMLElement & { value: string };

  readonly #rows = new RowPages(
    (asked) => this.book.list(asked),
    () => this.requestUpdate(),
    (error) => complain(plainWords(error)),
  );
  readonly #status = new Live<Status>(this, (book) => book.status());
  #stop: (() => void) | undefined;
  #resized: ResizeObserver | undefined;
  /** The row that gets the focus once it is drawn. */
  #focusNext: number | undefined;

  focusSearch(): void {
    this.searchBox.focus();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = this.book.onChange(({ cards }) => {
      if (cards === undefined || cards.length > 0) this.#rows.refresh();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#resized?.disconnect();
  }

  protected override firstUpdated(): void {
    this.#ask();
    this.#resized = new ResizeObserver(() => this.requestUpdate());
    this.#resized.observe(this.scroller);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('which' as keyof this) || changed.has('search' as keyof this)) this.#ask();
    if (this.#focusNext === undefined) return;
    const row = this.renderRoot.querySelector<HTMLElement>(`a[data-index="${this.#focusNext}"]`);
    if (row === null) return;
    this.#focusNext = undefined;
    row.focus();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="bar">
        <h1>Contacts</h1>
        <span class="count quiet">${this.#status.value === undefined ? nothing : number(this.#status.value.cards)}</span>
        <span class="gap"></span>
        <list-menu .book=${this.book}></list-menu>
        <fluent-button appearance="primary" icon-only title="New contact" @click=${() => go({ view: 'new' })}>${icon('add')}<span class="unseen">New contact</span></fluent-button>
      </div>
      <div class="find">
        <fluent-text-input type="search" placeholder="Search" autocomplete="off" @input=${this.#typed} @keydown=${this.#searchKey}>
          <span class="unseen">Search contacts</span>
          ${icon('search', 'start')}
        </fluent-text-input>
        ${this.#choices()}
      </div>
      <div class="scroll" @scroll=${() => this.requestUpdate()}>${this.#window()}</div>
      <sync-status .book=${this.book}></sync-status>
      <p class="unseen" role="status">${this.#rows.known && this.search !== '' ? `${number(this.#rows.total)} found` : ''}</p>
    `;
  }

  #choices(): TemplateResult {
    const { conflicts = 0, deleted = 0 } = this.#status.value ?? {};
    const choices: [Which, string, number][] = [
      ['all', 'All', 0],
      ['conflicts', 'To decide', conflicts],
      ['deleted', 'Deleted', deleted],
    ];
    return html`
      <div class="choices" role="group" aria-label="Which contacts">
        ${choices.map(
          ([which, label, amount]) => html`
            <button aria-pressed=${which === this.which} data-which=${which} @click=${() => this.#choose(which)}>
              ${label}${amount > 0 ? html`<span class="amount">${number(amount)}</span>` : nothing}
            </button>
          `,
        )}
      </div>
    `;
  }

  #window(): TemplateResult {
    const { total, known } = this.#rows;
    if (!known) return html`<div class="empty"><fluent-spinner size="small"></fluent-spinner></div>`;
    if (total === 0) return this.#empty();
    const top = this.scroller?.scrollTop ?? 0;
    const height = this.scroller?.clientHeight || 800;
    const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - MARGIN);
    const last = Math.min(total - 1, Math.ceil((top + height) / ROW_HEIGHT) + MARGIN);
    this.#rows.show(first, last);
    const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
    return html`
      <ul role="list" .style=${`block-size: ${total * ROW_HEIGHT}px`} @keydown=${this.#rowKey}>
        ${repeat(
          indexes,
          // A person keeps their element, and with it the focus, wherever they move to.
          (index) => this.#rows.at(index)?.id ?? index,
          (index) => this.#row(index, this.#rows.at(index)),
        )}
      </ul>
    `;
  }

  #row(index: number, row: Row | undefined): TemplateResult {
    return html`
      <li aria-setsize=${this.#rows.total} aria-posinset=${index + 1} .style=${`transform: translateY(${index * ROW_HEIGHT}px)`}>
        ${
          row === undefined
            ? html`<span class="waiting"></span>`
            : html`
              <a href=${addressOf({ view: 'card', id: row.id })} data-index=${index} aria-current=${row.id === this.chosen ? 'true' : 'false'}>
                <contact-row .row=${row} .book=${this.book}></contact-row>
              </a>
            `
        }
      </li>
    `;
  }

  #empty(): TemplateResult {
    if (this.search !== '') return html`<div class="empty"><p>Nobody found for “${this.search}”.</p></div>`;
    if (this.which === 'conflicts')
      return html`<div class="empty">${icon('check')}<p>Nothing to decide. All answers agree.</p></div>`;
    if (this.which === 'deleted') return html`<div class="empty"><p>No deleted contacts.</p></div>`;
    return html`
      <div class="empty">
        <p class="strong">No contacts yet</p>
        <p>Drop a vCard or JSContact file here, or add somebody by hand.</p>
        <fluent-button @click=${() => this.dispatchEvent(new CustomEvent('choose-file', { bubbles: true, composed: true }))}>${icon('down', 'start')}Import a file</fluent-button>
      </div>
    `;
  }

  #ask(): void {
    this.scroller.scrollTop = 0;
    this.#rows.ask({
      ...(this.search === '' ? {} : { search: this.search }),
      ...(this.which === 'conflicts' ? { conflicts: true } : {}),
      ...(this.which === 'deleted' ? { deleted: true } : {}),
    });
  }

  #choose(which: Which): void {
    this.which = which;
  }

  #typed(): void {
    this.search = this.searchBox.value.trim();
  }

  #searchKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      this.#focusRow(0);
    } else if (event.key === 'Escape' && this.search !== '') {
      event.preventDefault();
      this.searchBox.value = '';
      this.search = '';
    }
  }

  #rowKey(event: KeyboardEvent): void {
    const index = Number((event.target as HTMLElement).dataset.index);
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / ROW_HEIGHT) - 1);
    const steps: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: this.#rows.total - 1,
    };
    const next = steps[event.key];
    if (next === undefined || Number.isNaN(index)) return;
    event.preventDefault();
    if (next < 0) this.focusSearch();
    else this.#focusRow(Math.min(next, this.#rows.total - 1));
  }

  #focusRow(index: number): void {
    if (this.#rows.total === 0) return;
    const top = index * ROW_HEIGHT;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (top + ROW_HEIGHT > scrollTop + clientHeight) this.scroller.scrollTop = top + ROW_HEIGHT - clientHeight;
    this.#focusNext = index;
    this.requestUpdate();
  }
}
