/**
 * Who changed what in one card, the newest first. Long changes, such as an
 * import, show their beginning. It only reads; what was there before can be
 * seen, and typed again.
 */
import type { Card, HistoryEntry, SharedBook, Value } from 'contactmesh';
import { type IconName, icon } from '../base/icons.js';
import {
  customElement,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  property,
  type TemplateResult,
} from '../base/lit.js';
import { concernsCard, Live } from '../base/live.js';
import { addressOf, go } from '../base/route.js';
import { base, pane } from '../base/styles.js';
import { labelOf, valueText } from '../card/labels.js';
import { count } from '../words/counts.js';
import { plainWords } from '../words/errors.js';
import { type RunRecord, runName, runText } from '../words/systems.js';
import { whenLong, whenShort } from '../words/time.js';
import { writerText } from '../words/writers.js';
import { historyStyles } from './card-history.styles.js';

const FIRST = 6;
/** Of so many runs it is known what they did; of earlier ones only which they were. */
const RUNS = 500;
const ICONS: Record<string, IconName> = { person: 'edit', import: 'down', system: 'sync', unknown: 'other' };

interface Told {
  card: Card;
  entries: HistoryEntry[];
  own: string;
  /** What is known here of runs, by their id. */
  runs: ReadonlyMap<string, RunRecord>;
}

@customElement('card-history')
export class CardHistory extends LitElement {
  static override styles = [base, pane, historyStyles];

  @property({ attribute: false }) accessor book!: SharedBook;
  @property({ attribute: false }) accessor card = '';

  readonly #told = new Live<Told>(
    this,
    async (book) => {
      const [card, entries, { replica }, runs] = await Promise.all([
        book.card(this.card),
        book.history(this.card),
        book.status(),
        book.connections.runs(RUNS),
      ]);
      const byId = new Map(runs.map((record) => [record.run, record]));
      return { card, entries: entries.toReversed(), own: replica, runs: byId };
    },
    (change) => concernsCard(this.card)(change),
  );

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('card') && this.hasUpdated) this.#told.restart();
  }

  protected override render(): TemplateResult {
    const { value, error } = this.#told;
    return html`
      <div class="bar">
        <fluent-button appearance="subtle" icon-only @click=${() => go({ view: 'card', id: this.card })}>${icon('back')}<span class="unseen">Back to the contact</span></fluent-button>
        <h1 class="cut" dir="auto">History${value === undefined ? '' : ` of ${value.card.name || 'contact'}`}</h1>
      </div>
      <div class="scroll">
        ${error === undefined ? nothing : html`<p role="alert">${plainWords(error)} <a href=${addressOf({ view: 'list' })}>Back to the list</a></p>`}
        ${value === undefined ? nothing : html`<ol class="column">${value.entries.map((entry) => this.#entry(entry, value))}</ol>`}
      </div>
    `;
  }

  #entry({ writer, changes, out }: HistoryEntry, { own, runs }: Told): TemplateResult {
    const told = changes.filter(({ path }) => !/\/(order|pref|pointer)$/.test(path));
    return html`
      <li class="surface">
        <span class="mark">${icon(ICONS[writer.origin] ?? 'other')}</span>
        <div class="said">
          <p class="head"><span class="who" dir="auto">${writerText(writer, own)}</span><time class="quiet small" title=${whenLong(writer.time)}>${whenShort(writer.time)}</time></p>
          ${writer.origin === 'system' && writer.run !== undefined ? html`<p class="run small quiet">${runLine(writer.run, runs)}</p>` : nothing}
          ${out ? html`<p class="aside small">Set aside: two programs wrote as one device, so this does not count.</p>` : nothing}
          <dl>${told.slice(0, FIRST).map((change) => this.#change(change))}</dl>
          ${told.length <= FIRST ? nothing : html`<details><summary>${count(told.length - FIRST, 'more value')}</summary><dl>${told.slice(FIRST).map((change) => this.#change(change))}</dl></details>`}
        </div>
      </li>
    `;
  }

  #change({ path, from, to }: HistoryEntry['changes'][number]): TemplateResult {
    const old = from.filter((value) => value !== null && value !== true);
    const was =
      old.length === 0
        ? nothing
        : html`<del dir="auto">${old.map((value) => valueText(path, value)).join(' / ')}</del>`;
    return html`<div><dt>${labelOf(path)}</dt><dd>${was} <span dir="auto">${this.#became(path, to)}</span></dd></div>`;
  }

  #became(path: string, to: Value): string {
    if (path.startsWith('link/')) return to === null ? 'no longer linked' : 'linked';
    if (to === null) return path.split('/').length < 3 ? 'removed' : 'cleared';
    if (path === 'state') return to === 'deleted' ? 'deleted' : 'restored';
    return valueText(path, to);
  }
}

/** The run that wrote it, and what else it did as far as that is known on this device. */
function runLine(run: string, runs: ReadonlyMap<string, RunRecord>): string {
  const record = runs.get(run);
  const told = record === undefined ? undefined : runText(record);
  return `In run ${runName(run)}${told === undefined ? '' : `: ${told.charAt(0).toLowerCase()}${told.slice(1)}`}`;
}
