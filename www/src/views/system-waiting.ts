/**
 * What waits for a person in one system of record: people who may be the same,
 * changes it refused, contacts whose place there went to somebody else, and
 * people who were not there the last time. Each with what can be done about it.
 */
import type { ParkedRow, SharedBook } from 'contactmesh';
import { icon } from '../base/icons.js';
import { css, customElement, html, LitElement, nothing, property, type TemplateResult } from '../base/lit.js';
import { complain, tell } from '../base/notices.js';
import { base } from '../base/styles.js';
import { type Desk, FIRST, missingOf } from '../systems/desk.js';
import { count, number } from '../words/counts.js';
import { plainWords } from '../words/errors.js';
import { systemName } from '../words/systems.js';
import './person-link.js';
import './same-person.js';

const WAITS: Record<Exclude<ParkedRow['why'], 'proposal'>, string> = {
  'pending-create': 'may be one that was just sent from here',
  moved: 'may be one that moved',
  copy: 'may be a copy of somebody known',
  older: 'looks older than before',
};

@customElement('system-waiting')
export class SystemWaiting extends LitElement {
  static override styles = [
    base,
    css`
      :host { display: flex; flex-direction: column; gap: 18px; }
      section { display: flex; flex-direction: column; gap: 8px; }
      h2 { display: flex; align-items: center; gap: 8px; font-size: var(--fontSizeBase300); line-height: var(--lineHeightBase300); font-weight: var(--fontWeightSemibold); }
      h2 .icon { color: light-dark(#8a5a00, #f0c75e); }
      ul { display: flex; flex-direction: column; }
      li { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; padding-block: 8px; border-block-start: 1px solid var(--colorNeutralStroke3); }
      li .said { flex: 1 1 200px; min-inline-size: 0; overflow-wrap: anywhere; }
      .pairs { gap: 10px; }
      .pairs li { display: block; padding: 0; border: 0; }
      .flow { display: flex; flex-wrap: wrap; flex-direction: row; gap: 6px 8px; }
      .flow li { padding: 0; border: 0; }
    `,
  ];

  @property({ attribute: false }) accessor book!: SharedBook;
  @property({ attribute: false }) accessor name = '';
  @property({ attribute: false }) accessor desk!: Desk;

  protected override render(): TemplateResult {
    return html`${this.#proposals()}${this.#refused()}${this.#detached()}${this.#unclear()}${this.#missing()}`;
  }

  #proposals(): TemplateResult | typeof nothing {
    const { status, known } = this.desk;
    const rows = status.parked.filter(({ why }) => why === 'proposal');
    if (rows.length === 0) return nothing;
    return html`
      <section aria-labelledby="same">
        <h2 id="same">${icon('question')}Is this the same person?</h2>
        <p class="small quiet">${count(rows.length, 'person', 'people')} in ${systemName(this.name)} ${rows.length === 1 ? 'looks' : 'look'} like somebody here. Until you decide, they are left alone on both sides.</p>
        <ul class="pairs">${rows.slice(0, FIRST).map((row) => html`<li><same-person .book=${this.book} .name=${this.name} .row=${row} .known=${known}></same-person></li>`)}</ul>
        ${this.#more(rows.length)}
      </section>
    `;
  }

  #refused(): TemplateResult | typeof nothing {
    const { status, known } = this.desk;
    const { refused } = status;
    if (refused.length === 0) return nothing;
    const system = systemName(this.name);
    return html`
      <section aria-labelledby="refused">
        <h2 id="refused">${icon('warning')}Refused by ${system}</h2>
        <p class="small quiet">The contact here is as you want it; ${system} did not take the change. It is sent again when the contact changes, or now.</p>
        <ul>${refused.slice(0, FIRST).map(
          ({ card, code, message }) => html`
            <li>
              <person-link .person=${known.get(card)}></person-link>
              <div class="said"><p dir="auto">${message || 'It gave no reason.'}</p><p class="small quiet">${system} answered ${code}</p></div>
              <fluent-button size="small" @click=${() => this.#retry(card)}>Try again</fluent-button>
            </li>
          `,
        )}</ul>
        ${this.#more(refused.length)}
      </section>
    `;
  }

  #detached(): TemplateResult | typeof nothing {
    const { detached } = this.desk.status;
    if (detached.length === 0) return nothing;
    const system = systemName(this.name);
    return html`
      <section aria-labelledby="detached">
        <h2 id="detached">${icon('warning')}No longer in ${system}</h2>
        <p class="small quiet">What was theirs in ${system} is somebody else’s now, so nothing is sent for them. Sending puts them there anew.</p>
        <ul>${detached.slice(0, FIRST).map(
          (card) => html`
            <li>
              <span class="said"><person-link .person=${this.desk.known.get(card)}></person-link></span>
              <fluent-button size="small" @click=${() => this.#retry(card)}>Send to ${system}</fluent-button>
            </li>
          `,
        )}</ul>
        ${this.#more(detached.length)}
      </section>
    `;
  }

  /** Nobody need do anything: another listing tells. */
  #unclear(): TemplateResult | typeof nothing {
    const rows = this.desk.status.parked.flatMap(({ called, why }) => (why === 'proposal' ? [] : [{ called, why }]));
    if (rows.length === 0) return nothing;
    return html`
      <section aria-labelledby="unclear">
        <h2 id="unclear">Looked at again with the next sync</h2>
        <ul>${rows.slice(0, FIRST).map(({ called, why }) => html`<li><span class="said"><span dir="auto">${called || 'Somebody without a name'}</span> <span class="quiet">${WAITS[why]}</span></span></li>`)}</ul>
        ${this.#more(rows.length)}
      </section>
    `;
  }

  #missing(): TemplateResult | typeof nothing {
    const missing = missingOf(this.desk.status);
    if (missing.length === 0) return nothing;
    const system = systemName(this.name);
    return html`
      <section aria-labelledby="missing">
        <h2 id="missing">Not seen in ${system} the last time</h2>
        <p class="small quiet">${missing.length === 1 ? 'It' : 'They'} may have moved. If the next listings show ${missing.length === 1 ? 'it' : 'them'} nowhere, ${missing.length === 1 ? 'it is' : 'they are'} deleted here, too.</p>
        <ul class="flow">${missing.slice(0, FIRST).map((card) => html`<li><person-link .person=${this.desk.known.get(card)}></person-link></li>`)}</ul>
        ${this.#more(missing.length)}
      </section>
    `;
  }

  #more(all: number): TemplateResult | typeof nothing {
    return all <= FIRST ? nothing : html`<p class="quiet">and ${number(all - FIRST)} more</p>`;
  }

  async #retry(card: string): Promise<void> {
    try {
      await this.book.systems.retry(this.name, card);
      tell('It goes out again with the next sync.');
    } catch (error) {
      complain(plainWords(error));
    }
  }
}
