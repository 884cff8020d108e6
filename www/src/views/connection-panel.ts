/**
 * One connection: how it stands, what failed and what to do, what the flow
 * refused for good. Everything that can be done about it is here; no address
 * is.
 */
import type { ConnectionReport, LetterReport, SharedBook } from 'contactmesh';
import { isContactmeshError } from 'contactmesh';
import { icon } from '../base/icons.js';
import {
  customElement,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  property,
  query,
  state,
  type TemplateResult,
} from '../base/lit.js';
import { complain, tell } from '../base/notices.js';
import { base, dialog } from '../base/styles.js';
import { count, number } from '../words/counts.js';
import { plainWords } from '../words/errors.js';
import { lineOf, problemText } from '../words/sync.js';
import { whenShort } from '../words/time.js';
import { panelStyles } from './connection-panel.styles.js';
import './connect-form.js';

@customElement('connection-panel')
export class ConnectionPanel extends LitElement {
  static override styles = [base, dialog, panelStyles];

  @property({ attribute: false }) accessor book!: SharedBook;
  @property({ attribute: false }) accessor report!: ConnectionReport;
  @property({ attribute: false }) accessor online = true;
  @state() private accessor letters: LetterReport[] = [];
  @query('dialog') private accessor dialog!: HTMLDialogElement;

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('report')) void this.#readLetters();
  }

  protected override render(): TemplateResult {
    const { report } = this;
    const { tone, icon: name, text } = lineOf(report, this.online);
    const problem = problemText(report);
    return html`
      <div class="head ${tone}">
        <span class="mark">${icon(name)}</span>
        <div class="texts">
          <p class="state" role="status">${text}</p>
          <p class="quiet small cut">${report.place}${report.log === 'contacts' ? '' : ` · ${report.log}`}</p>
        </div>
        <fluent-button appearance="primary" ?disabled=${report.phase === 'syncing'} @click=${this.#sync}>${icon('sync', 'start')}Sync now</fluent-button>
      </div>
      ${problem === undefined ? nothing : html`<p class="problem" role="alert">${icon('warning')}<span>${problem}</span></p>`}
      <dl>
        <div><dt>Last in step</dt><dd>${report.done === undefined ? 'not yet' : whenShort(Date.parse(report.done))}</dd></div>
        <div><dt>Last try</dt><dd>${report.ended === undefined ? 'none yet' : whenShort(Date.parse(report.ended))}</dd></div>
        <div><dt>Waiting to be sent</dt><dd>${report.unsent === 0 ? 'nothing' : count(report.unsent, 'change')}</dd></div>
        ${report.progress === undefined ? nothing : html`<div><dt>Exchanged so far</dt><dd>${count(report.progress, 'package')}</dd></div>`}
      </dl>
      ${this.letters.length === 0 ? nothing : this.#refused()}
      <details>
        <summary>Change or remove this connection</summary>
        <connect-form .book=${this.book} .name=${report.name} .log=${report.log}></connect-form>
        <fluent-button class="remove" @click=${() => this.dialog.showModal()}>Disconnect …</fluent-button>
      </details>
      <dialog aria-labelledby="heading">
        <h2 id="heading">Disconnect?</h2>
        <p>All contacts stay on this device. ${report.unsent > 0 ? `${count(report.unsent, 'change')} made here will not reach the other devices.` : ''} The address is forgotten; to connect again you need it.</p>
        <div class="actions">
          <fluent-button @click=${() => this.dialog.close()}>Stay connected</fluent-button>
          <fluent-button appearance="primary" @click=${this.#disconnect}>Disconnect</fluent-button>
        </div>
      </dialog>
    `;
  }

  #refused(): TemplateResult {
    return html`
      <section class="letters" aria-label="Refused">
        <h2>Refused by the flow</h2>
        <p class="small quiet">Other devices do not get these changes until the flow takes them. They stay in this book.</p>
        <ul>
          ${this.letters.map(
            ({ hash, reason, time, attempts, retry, bytes }) => html`
              <li>
                <div class="texts">
                  <p>${reason}</p>
                  <p class="small quiet">${number(bytes)} bytes, refused ${count(attempts, 'time')}, ${whenShort(time)}${retry ? ', goes out again with the next sync' : ''}</p>
                </div>
                <fluent-button size="small" ?disabled=${retry} @click=${() => this.#letter('retryLetter', hash)}>Try again</fluent-button>
                <fluent-button size="small" appearance="subtle" @click=${() => this.#letter('dropLetter', hash)}>Give up</fluent-button>
              </li>
            `,
          )}
        </ul>
      </section>
    `;
  }

  async #sync(): Promise<void> {
    try {
      await this.book.connections.sync(this.report.name, { now: true });
      tell('In step with the other devices.');
    } catch (error) {
      // The report says it, and stays.
      if (!isContactmeshError(error)) complain(plainWords(error));
    }
  }

  async #disconnect(): Promise<void> {
    this.dialog.close();
    try {
      await this.book.connections.disconnect(this.report.name);
      tell('Disconnected. All contacts are still here.');
    } catch (error) {
      complain(plainWords(error));
    }
  }

  async #letter(what: 'retryLetter' | 'dropLetter', hash: string): Promise<void> {
    try {
      await this.book.connections[what](this.report.name, hash);
      await this.#readLetters();
    } catch (error) {
      complain(plainWords(error));
    }
  }

  async #readLetters(): Promise<void> {
    if (this.report.letters === 0 && this.letters.length === 0) return;
    try {
      this.letters = await this.book.connections.letters(this.report.name);
    } catch (error) {
      complain(plainWords(error));
    }
  }
}
