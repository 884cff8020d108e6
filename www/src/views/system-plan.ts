/**
 * What would be sent to a system of record now: person by person, field by
 * field, from what to what, and whose word it is. What waits for a decision is
 * named with the way to its question. It sends nothing.
 */
import type { PlannedAction, PlannedField, SharedBook, SystemPlan } from 'contactmesh';
import { icon } from '../base/icons.js';
import { customElement, html, LitElement, nothing, property, state, type TemplateResult } from '../base/lit.js';
import { addressOf } from '../base/route.js';
import { base } from '../base/styles.js';
import type { Known } from '../systems/desk.js';
import { count } from '../words/counts.js';
import { slotLabel } from '../words/slots.js';
import { systemName } from '../words/systems.js';
import { dateText, whenLong } from '../words/time.js';
import { writersText } from '../words/writers.js';
import { planStyles } from './system-plan.styles.js';

/** A first sync may send thousands. */
const PAGE = 20;
/** Outlook keeps a day as a time, the day first. */
const DAY = '2026-01-01'.length;

@customElement('system-plan')
export class SystemPlanView extends LitElement {
  static override styles = [base, planStyles];

  @property({ attribute: false }) accessor book!: SharedBook;
  @property({ attribute: false }) accessor name = '';
  @property({ attribute: false }) accessor plan!: SystemPlan;
  @property({ attribute: false }) accessor known: Known = new Map();
  /** The id of this replica, to say `this device`. */
  @property({ attribute: false }) accessor own = '';
  @state() private accessor shown = PAGE;

  protected override render(): TemplateResult {
    const { actions, held, unsettled } = this.plan;
    const rest = actions.length - this.shown;
    return html`
      <h2>What would be sent now</h2>
      ${
        actions.length === 0
          ? html`<p class="empty">${icon(held === null ? 'check' : 'warning')}<span>${this.#nothing()}</span></p>`
          : html`<p class="quiet small">${count(actions.length, 'person', 'people')}. ${held === null ? 'The next sync sends exactly this, unless something changes before.' : 'It waits until you have decided above.'}</p>`
      }
      ${unsettled === 0 ? nothing : html`<p class="quiet small">Of ${count(unsettled, 'change')} sent before nobody knows yet whether ${unsettled === 1 ? 'it' : 'they'} arrived; that is asked first.</p>`}
      <ul class="actions">${actions.slice(0, this.shown).map((action) => html`<li>${this.#action(action)}</li>`)}</ul>
      ${rest <= 0 ? nothing : html`<fluent-button @click=${this.#more}>Show ${Math.min(rest, PAGE)} more of ${rest}</fluent-button>`}
      ${this.#waiting()}
    `;
  }

  #nothing(): string {
    const { held, waiting } = this.plan;
    if (held !== null) return 'Nothing, until you have decided above.';
    return waiting.length === 0 ? 'Nothing.' : 'Nothing, but for what waits below.';
  }

  #action({ card, name, do: what, fields, because }: PlannedAction): TemplateResult {
    const system = systemName(this.name);
    const tag = { create: `New in ${system}`, update: `Changed in ${system}`, delete: `Deleted in ${system}` }[what];
    const one = this.#author(fields);
    return html`
      <article>
        <p class="head"><a href=${addressOf({ view: 'card', id: card })} dir="auto">${name || 'No name'}</a><span class="tag ${what}">${tag}</span></p>
        ${because === null ? nothing : html`<p class="small quiet" title=${whenLong(because.time)}>Deleted here: ${writersText([because], this.own)}</p>`}
        ${one === undefined ? nothing : html`<p class="small quiet">${one}</p>`}
        ${fields.length === 0 ? nothing : html`<dl>${fields.map((field) => this.#field(field, what === 'create', one === undefined))}</dl>`}
      </article>
    `;
  }

  /** Whose word all of it is, where one wrote it at one time: said once then. */
  #author(fields: PlannedField[]): string | undefined {
    const texts = fields.map(({ because }) => (because === null ? '' : writersText([because], this.own)));
    const [first] = texts;
    return first !== '' && texts.every((text) => text === first) ? first : undefined;
  }

  #field({ slot, from, to, because }: PlannedField, isNew: boolean, signed: boolean): TemplateResult {
    const text = (value: string) =>
      value === ''
        ? html`<span class="none">nothing</span>`
        : slot === 'birthday'
          ? dateText(value.slice(0, DAY))
          : value;
    const before =
      isNew && from === ''
        ? nothing
        : html`<del dir="auto">${text(from)}</del> <span class="arrow" aria-hidden="true">→</span><span class="unseen">becomes</span> `;
    return html`
      <div>
        <dt>${slotLabel(slot)}</dt>
        <dd>
          <span class="values">${before}<ins dir="auto">${text(to)}</ins></span>
          ${because === null || !signed ? nothing : html`<span class="small quiet" title=${whenLong(because.time)}>${writersText([because], this.own)}</span>`}
        </dd>
      </div>
    `;
  }

  #waiting(): TemplateResult | typeof nothing {
    const { waiting } = this.plan;
    if (waiting.length === 0) return nothing;
    const cards = [...new Set(waiting.map(({ card }) => card))];
    return html`
      <h2>${icon('question')}Waits for your decision</h2>
      <p class="quiet small">Two answers are open for these. The one you choose is sent.</p>
      <ul class="waiting">
        ${cards.slice(0, this.shown).map((card) => {
          const name = this.known.get(card)?.name || this.plan.actions.find((one) => one.card === card)?.name;
          const slots = waiting.filter((one) => one.card === card).map(({ slot }) => slotLabel(slot));
          return html`<li><a href=${addressOf({ view: 'card', id: card })} dir="auto">${name || 'A contact'}</a><span class="quiet">${[...new Set(slots)].join(', ')}</span></li>`;
        })}
      </ul>
    `;
  }

  #more(): void {
    this.shown += PAGE;
  }
}
