/**
 * The connection with a mailbox: how it stands, what the last run did, what is
 * held, what waits, what would be sent. Everything that can be done about it is
 * here; no address is.
 */
import type { ConnectionReport, SharedBook } from 'contactmesh';
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
  type TemplateResult,
} from '../base/lit.js';
import { Live } from '../base/live.js';
import { complain, tell } from '../base/notices.js';
import { base, dialog } from '../base/styles.js';
import { type Desk, readDesk, waits } from '../systems/desk.js';
import { number } from '../words/counts.js';
import { plainWords } from '../words/errors.js';
import { alertTexts, runText, systemLine, systemName, systemProblem } from '../words/systems.js';
import { whenLong, whenShort } from '../words/time.js';
import { panelStyles } from './connection-panel.styles.js';
import { outlookStyles } from './outlook-panel.styles.js';
import './held-run.js';
import './outlook-form.js';
import './system-plan.js';
import './system-waiting.js';

@customElement('outlook-panel')
export class OutlookPanel extends LitElement {
  static override styles = [base, dialog, panelStyles, outlookStyles];

  @property({ attribute: false }) accessor book!: SharedBook;
  @property({ attribute: false }) accessor report!: ConnectionReport;
  @property({ attribute: false }) accessor online = true;
  /** The id of this replica. */
  @property({ attribute: false }) accessor own = '';
  readonly #desk = new Live<Desk>(this, (book) => readDesk(book, this.report.name));
  @query('dialog') private accessor dialog!: HTMLDialogElement;

  protected override updated(changed: PropertyValues<this>): void {
    // A run may end without any change of the book: what it held, or what it could not read.
    if (changed.has('report') && changed.get('report') !== undefined) this.#desk.refresh();
  }

  protected override render(): TemplateResult {
    const { report } = this;
    const { value: desk, error } = this.#desk;
    const { tone, icon: name, text } = systemLine(report, this.online, desk?.plan.actions.length);
    const problem = systemProblem(report) ?? (error === undefined ? undefined : plainWords(error));
    const folders = desk?.status.folders.join(', ');
    const calm = report.phase === 'held' || this.#elsewhere(desk);
    return html`
      <div class="head ${tone}">
        <span class="mark">${icon(name)}</span>
        <div class="texts">
          <p class="state" role="status">${text}</p>
          <p class="quiet small cut">${report.place}${folders === undefined ? '' : ` · ${folders}`}</p>
        </div>
        <fluent-button appearance=${calm ? 'outline' : 'primary'} ?disabled=${report.phase === 'syncing'} @click=${this.#sync}>${icon('sync', 'start')}Sync now</fluent-button>
      </div>
      ${problem === undefined ? nothing : html`<p class="problem" role="alert">${icon('warning')}<span>${problem}</span></p>`}
      ${desk === undefined ? nothing : this.#desktop(desk)}
      ${this.#change(desk)}
      ${this.#farewell()}
    `;
  }

  #desktop(desk: Desk): TemplateResult {
    const { status, plan, known } = desk;
    const { name } = this.report;
    return html`
      ${status.held === null ? nothing : html`<held-run .book=${this.book} .name=${name} .held=${status.held} .known=${known}></held-run>`}
      ${this.#facts(desk)}
      ${waits(status) ? html`<system-waiting .book=${this.book} .name=${name} .desk=${desk}></system-waiting>` : nothing}
      ${this.#elsewhere(desk) ? nothing : html`<system-plan .book=${this.book} .name=${name} .plan=${plan} .known=${known} .own=${this.own}></system-plan>`}
    `;
  }

  #facts({ status, last }: Desk): TemplateResult {
    const { done } = this.report;
    const told = last === undefined ? undefined : runText(last);
    return html`
      <dl>
        <div><dt>Linked with ${systemName(this.report.name)}</dt><dd>${number(status.rows)}</dd></div>
        <div><dt>Last in step</dt><dd>${done === undefined ? 'not yet' : whenShort(Date.parse(done))}</dd></div>
      </dl>
      ${
        last === undefined || told === undefined
          ? nothing
          : html`<div class="last"><p class="label">Last sync, <time title=${whenLong(Date.parse(last.ended))}>${whenShort(Date.parse(last.ended))}</time></p><p>${told}</p>${alertTexts(last).map((text) => html`<p class="quiet">${text}</p>`)}</div>`
      }
    `;
  }

  #change(desk: Desk | undefined): TemplateResult {
    const { name } = this.report;
    const elsewhere = this.#elsewhere(desk);
    const folder = desk?.status.folders.find((one) => one !== 'Contacts') ?? '';
    return html`
      <details ?open=${elsewhere}>
        <summary>Change or remove this connection</summary>
        <outlook-form .book=${this.book} .name=${name} .folder=${folder} .elsewhere=${elsewhere}></outlook-form>
        <fluent-button class="remove" @click=${() => this.dialog.showModal()}>Disconnect …</fluent-button>
      </details>
    `;
  }

  /** Another device syncs with it, as the flows or the book say. */
  #elsewhere(desk: Desk | undefined): boolean {
    return this.report.problem?.code === 'not-driver' || desk?.status.isDriver === false;
  }

  #farewell(): TemplateResult {
    const system = systemName(this.report.name);
    return html`
      <dialog aria-labelledby="heading">
        <h2 id="heading">Disconnect from ${system}?</h2>
        <p>All contacts stay, here and in ${system}; from then on changes on one side do not reach the other. The addresses are forgotten; to connect again you need them.</p>
        <div class="actions">
          <fluent-button @click=${() => this.dialog.close()}>Stay connected</fluent-button>
          <fluent-button appearance="primary" @click=${this.#disconnect}>Disconnect</fluent-button>
        </div>
      </dialog>
    `;
  }

  /** Everything is listed: somebody who asks wants to know. */
  async #sync(): Promise<void> {
    const { name } = this.report;
    try {
      const { report } = await this.book.connections.sync(name, { now: true, audit: true });
      tell(report?.held ? `${systemName(name)} waits for your decision.` : `Synced with ${systemName(name)}.`);
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
}
