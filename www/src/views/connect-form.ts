/**
 * Where the address of a flow is pasted. It goes into the book's connections
 * and is then forgotten here: the field is emptied, whatever became of it, and
 * the address is in no message.
 */
import type { SharedBook } from 'contactmesh';
import { icon } from '../base/icons.js';
import {
  css,
  customElement,
  html,
  LitElement,
  nothing,
  property,
  query,
  state,
  type TemplateResult,
} from '../base/lit.js';
import { tell } from '../base/notices.js';
import { base } from '../base/styles.js';
import { typed } from '../base/typed.js';
import { plainWords } from '../words/errors.js';

@customElement('connect-form')
export class ConnectForm extends LitElement {
  static override styles = [
    base,
    css`
      :host { display: block; }
      form { display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-end; }
      fluent-text-input { flex: 1 1 260px; max-inline-size: none; }
      details { flex-basis: 100%; }
      details fluent-text-input { margin-block-start: 8px; }
      summary { cursor: pointer; color: var(--colorBrandForegroundLink); inline-size: fit-content; border-radius: 4px; }
      .problem { flex-basis: 100%; display: flex; gap: 8px; color: var(--colorPaletteRedForeground1); }
      .hint { margin-block-start: 8px; }
    `,
  ];

  @property({ attribute: false }) accessor book!: SharedBook;
  /** The connection that gets the address; it is made if there is none. */
  @property({ attribute: false }) accessor name = 'flow';
  @property({ attribute: false }) accessor log = 'contacts';
  @state() private accessor problem = '';
  @query('[data-field=address]') private accessor address!: HTMLInputElement;
  @query('[data-field=log]') private accessor logInput!: HTMLInputElement;

  protected override render(): TemplateResult {
    return html`
      <form @submit=${this.#connect} novalidate>
        <fluent-text-input data-field="address" type="password" autocomplete="off" spellcheck="false" placeholder="https://…">Address of the flow</fluent-text-input>
        <fluent-button type="submit" appearance="primary">Connect</fluent-button>
        ${this.problem === '' ? nothing : html`<p class="problem" role="alert">${icon('warning')}<span>${this.problem}</span></p>`}
        <details>
          <summary>More than one address book on this flow?</summary>
          <fluent-text-input data-field="log" autocomplete="off" spellcheck="false" .value=${this.log}>Name of the address book there</fluent-text-input>
          <p class="hint small quiet">Devices that use the same name share their contacts.</p>
        </details>
      </form>
      <p class="hint small quiet">Whoever has this address can read and change these contacts. It is stored sealed in this browser and never shown again.</p>
    `;
  }

  async #connect(event: Event): Promise<void> {
    event.preventDefault();
    const url = typed(this.address);
    const log = typed(this.logInput) || 'contacts';
    this.address.value = '';
    this.problem = url === '' ? 'Paste the address that the flow shows in its trigger.' : '';
    if (url === '') return;
    try {
      await this.book.connections.connect(this.name, { url, log });
      tell('Connected. The first sync has begun.');
    } catch (error) {
      this.problem = plainWords(error);
    }
  }
}
