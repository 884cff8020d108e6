/** One line below the list: how it stands with the other devices. It leads to the sync view. */
import type { SharedBook } from 'contactmesh';
import { icon } from '../base/icons.js';
import { css, customElement, html, LitElement, nothing, property, type TemplateResult } from '../base/lit.js';
import { addressOf } from '../base/route.js';
import { base } from '../base/styles.js';
import { Reports } from '../sync/reports.js';
import { standingLine } from '../words/standing.js';

/** `2 minutes ago` grows old by itself. */
const REFRESH = 30_000;

@customElement('sync-status')
export class SyncStatus extends LitElement {
  static override styles = [
    base,
    css`
      a { display: flex; align-items: center; gap: 10px; min-block-size: 44px; padding-inline: 20px; color: var(--colorNeutralForeground2); text-decoration: none; border-block-start: 1px solid var(--colorNeutralStroke2); }
      a:hover { background: var(--colorSubtleBackgroundHover); }
      a:focus-visible { outline-offset: -3px; }
      .good .icon { color: var(--colorBrandForeground1); }
      .warning { color: var(--colorPaletteDarkOrangeForeground1); font-weight: var(--fontWeightSemibold); }
      .busy .icon { animation: turn 1.2s linear infinite; color: var(--colorBrandForeground1); }
      @keyframes turn { to { transform: rotate(360deg); } }
      @media (prefers-reduced-motion: reduce) { .busy .icon { animation: none; } }
    `,
  ];

  @property({ attribute: false }) accessor book!: SharedBook;
  readonly #reports = new Reports(this);
  #timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.requestUpdate(), REFRESH);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { value, online } = this.#reports;
    if (value === undefined) return nothing;
    const { tone, icon: name, text } = standingLine(value, online);
    return html`<a class=${tone} href=${addressOf({ view: 'sync' })}>${icon(name)}<span class="cut">${text}</span></a>`;
  }
}
