/**
 * Sync and this device: the connections and how to make one, what the device is
 * called, whether the browser keeps what is stored, and what the book has set
 * aside. Everything is said in words; no address is shown.
 */
import { askToKeep, type ConnectionReport, type Keeping, keeping, type SharedBook, type Status } from 'contactmesh';
import { icon } from '../base/icons.js';
import {
  css,
  customElement,
  html,
  LitElement,
  nothing,
  property,
  repeat,
  state,
  type TemplateResult,
} from '../base/lit.js';
import { Live } from '../base/live.js';
import { complain, tell } from '../base/notices.js';
import { go } from '../base/route.js';
import { base, pane } from '../base/styles.js';
import { deviceName, nameDevice } from '../device.js';
import { Reports } from '../sync/reports.js';
import { chooseTheme, type Theme, theme } from '../theme.js';
import { count, number } from '../words/counts.js';
import { plainWords } from '../words/errors.js';
import { systemName } from '../words/systems.js';
import './connect-choice.js';
import './connection-panel.js';
import './outlook-panel.js';

/** What a book can be connected with, once each here. */
const KINDS: ConnectionReport['kind'][] = ['relay', 'outlook'];

@customElement('sync-view')
export class SyncView extends LitElement {
  static override styles = [
    base,
    pane,
    css`
      .surface { padding: 20px; display: flex; flex-direction: column; gap: 12px; }
      h2 { font-size: var(--fontSizeBase400); line-height: var(--lineHeightBase400); font-weight: var(--fontWeightSemibold); }
      .line { display: flex; flex-wrap: wrap; align-items: flex-end; gap: 12px; }
      .line > .grow { flex: 1 1 240px; max-inline-size: none; }
      fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 16px; }
      legend { padding: 0 0 6px; }
      fieldset label { display: flex; gap: 6px; align-items: center; }
      input[type='radio'] { accent-color: var(--colorBrandBackground); inline-size: 18px; block-size: 18px; margin: 0; }
      .more summary { cursor: pointer; color: var(--colorBrandForegroundLink); inline-size: fit-content; border-radius: 4px; }
      .more connect-choice { margin-block-start: 14px; }
      .aside li { padding-block: 4px; overflow-wrap: anywhere; }
    `,
  ];

  @property({ attribute: false }) accessor book!: SharedBook;
  @state() private accessor kept: Keeping | undefined;
  readonly #reports = new Reports(this);
  readonly #status = new Live<Status>(this, (book) => book.status());

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look(keeping);
  }

  protected override render(): TemplateResult {
    const { value: reports, error, online } = this.#reports;
    return html`
      <div class="bar">
        <fluent-button class="back" appearance="subtle" icon-only @click=${() => go({ view: 'list' })}>${icon('back')}<span class="unseen">Back to the list</span></fluent-button>
        <h1>Sync and this device</h1>
      </div>
      <div class="scroll">
        <div class="column">
          ${error === undefined ? nothing : html`<p role="alert">${plainWords(error)}</p>`}
          ${repeat(
            reports ?? [],
            ({ name }) => name,
            (report) => this.#connection(report, online),
          )}
          ${reports === undefined ? nothing : this.#connect(reports)}
          ${this.#device()}
          ${this.#numbers()}
        </div>
      </div>
    `;
  }

  #connection(report: ConnectionReport, online: boolean): TemplateResult {
    const own = this.#status.value?.replica ?? '';
    return html`
      <section class="surface" aria-label=${report.kind === 'relay' ? 'Connection with other devices' : `Connection with ${systemName(report.name)}`}>
        ${
          report.kind === 'relay'
            ? html`<connection-panel .book=${this.book} .report=${report} .online=${online}></connection-panel>`
            : html`<outlook-panel .book=${this.book} .report=${report} .online=${online} .own=${own}></outlook-panel>`
        }
      </section>
    `;
  }

  #connect(reports: ConnectionReport[]): TemplateResult | typeof nothing {
    const connected = reports.map(({ kind }) => kind);
    const choice = html`<connect-choice .book=${this.book} .connected=${connected}></connect-choice>`;
    if (KINDS.every((kind) => connected.includes(kind))) return nothing;
    if (connected.length > 0) {
      return html`<section class="surface" aria-label="Connect more"><details class="more"><summary>Connect something else</summary>${choice}</details></section>`;
    }
    return html`<section class="surface" aria-labelledby="connect"><h2 id="connect">Connect these contacts</h2>${choice}</section>`;
  }

  #device(): TemplateResult {
    const { kept } = this;
    const used =
      kept?.usage === undefined ? '' : ` They take ${number(Math.max(1, Math.round(kept.usage / 1_000_000)))} MB.`;
    return html`
      <section class="surface" aria-labelledby="device">
        <h2 id="device">This device</h2>
        <form class="line" @submit=${this.#rename}>
          <fluent-text-input class="grow" maxlength="60" autocomplete="off" .value=${deviceName()}>Name, as others see it beside what was written here</fluent-text-input>
          <fluent-button type="submit">Rename</fluent-button>
        </form>
        <fieldset @change=${(event: Event) => chooseTheme((event.target as HTMLInputElement).value as Theme)}>
          <legend>Colours</legend>
          ${this.#choice('system', 'As the system')}${this.#choice('light', 'Light')}${this.#choice('dark', 'Dark')}
        </fieldset>
        ${
          kept === undefined
            ? nothing
            : html`
              <div class="line">
                <p class="grow">${kept.persisted ? `The browser keeps these contacts until you remove them.${used}` : `The browser may remove these contacts when room is short.${used} Export them now and then, or sync them.`}</p>
                ${kept.persisted ? nothing : html`<fluent-button @click=${() => this.#look(askToKeep)}>Ask the browser to keep them</fluent-button>`}
              </div>
            `
        }
      </section>
    `;
  }

  #choice(value: Theme, label: string): TemplateResult {
    return html`<label><input type="radio" name="theme" value=${value} ?checked=${theme() === value}>${label}</label>`;
  }

  #numbers(): TemplateResult | typeof nothing {
    const status = this.#status.value;
    if (status === undefined) return nothing;
    const { cards, deleted, changes, conflicts, waiting, newer, refused, damage } = status;
    const aside = [
      ...(waiting > 0 ? [`${count(waiting, 'change')} wait for others that have not come yet.`] : []),
      ...(newer > 0
        ? [`${count(newer, 'package')} from a newer version are kept; load a newer version of this app to read them.`]
        : []),
      ...refused.map(({ reason }) => `A change was refused and set aside: ${reason}.`),
      ...damage.map(
        ({ reason }) => `A stored record is damaged: ${reason}. Sync to get it again from the other devices.`,
      ),
    ];
    return html`
      <section class="surface" aria-labelledby="book">
        <h2 id="book">This address book</h2>
        <p>${count(cards, 'contact')}, ${number(deleted)} deleted, ${count(conflicts, 'question')} to decide, ${count(changes, 'change')} in its history.</p>
        ${aside.length === 0 ? nothing : html`<ul class="aside">${aside.map((text) => html`<li>${text}</li>`)}</ul>`}
      </section>
    `;
  }

  #rename(event: Event): void {
    event.preventDefault();
    const input = this.renderRoot.querySelector<HTMLInputElement>('form fluent-text-input');
    nameDevice(input?.value ?? '');
    tell('Renamed. It is used from the next time all tabs of the app were closed.');
  }

  async #look(how: () => Promise<Keeping>): Promise<void> {
    try {
      this.kept = await how();
    } catch (error) {
      complain(plainWords(error));
    }
  }
}
