/**
 * Notices at the bottom of the window: what was done goes by itself after a
 * while, what went wrong stays until it is put away. A screen reader is told
 * of both. It never takes the focus.
 */
import { icon } from '../base/icons.js';
import { css, customElement, html, LitElement, nothing, repeat, state, type TemplateResult } from '../base/lit.js';
import type { Notice } from '../base/notices.js';
import { base } from '../base/styles.js';

/** Long enough to read it, and to reach for the button. */
const STAYS = 10_000;
const MOST = 3;

interface Shown extends Notice {
  number: number;
}

@customElement('notice-stack')
export class NoticeStack extends LitElement {
  static override styles = [
    base,
    css`
      :host { position: fixed; inset-block-end: 24px; inset-inline: 16px; z-index: 10; pointer-events: none; display: flex; flex-direction: column; align-items: center; gap: 8px; }
      .notice {
        pointer-events: auto;
        display: flex;
        align-items: center;
        gap: 12px;
        max-inline-size: min(560px, 100%);
        padding: 8px 8px 8px 16px;
        border-radius: 10px;
        background: var(--colorNeutralBackgroundInverted);
        color: var(--colorNeutralForegroundInverted);
        box-shadow: var(--shadow16);
        animation: rise var(--durationNormal) var(--curveDecelerateMid);
      }
      .problem { background: var(--colorPaletteRedBackground1); color: var(--colorNeutralForeground1); border: 1px solid var(--colorPaletteRedBorder2); }
      .problem .icon { color: var(--colorPaletteRedForeground1); }
      .text { flex: 1; min-inline-size: 0; overflow-wrap: anywhere; }
      button { font: inherit; border: 0; background: none; color: inherit; padding: 6px 10px; border-radius: 6px; cursor: pointer; }
      button:hover { background: color-mix(in srgb, currentColor 14%, transparent); }
      .action { font-weight: var(--fontWeightSemibold); text-decoration: underline; text-underline-offset: 3px; }
      button:focus-visible { outline-color: currentColor; }
      @keyframes rise { from { transform: translateY(12px); opacity: 0; } }
      @media (prefers-reduced-motion: reduce) { .notice { animation: none; } }
    `,
  ];

  @state() private accessor shown: Shown[] = [];
  #count = 0;

  show(notice: Notice): void {
    this.#count += 1;
    const number = this.#count;
    const others = this.shown.filter(({ text }) => text !== notice.text);
    this.shown = [...others, { ...notice, number }].slice(-MOST);
    if (notice.kind === 'done') this.#goLater(number);
  }

  protected override render(): TemplateResult {
    const notices = (kind: Notice['kind']) => this.shown.filter((one) => one.kind === kind);
    return html`
      <div role="alert">${repeat(
        notices('problem'),
        ({ number }) => number,
        (one) => this.#notice(one),
      )}</div>
      <div role="status">${repeat(
        notices('done'),
        ({ number }) => number,
        (one) => this.#notice(one),
      )}</div>
    `;
  }

  #notice({ number, text, kind, action }: Shown): TemplateResult {
    return html`
      <div class="notice ${kind}" data-number=${number}>
        ${icon(kind === 'done' ? 'check' : 'warning')}
        <span class="text" dir="auto">${text}</span>
        ${action === undefined ? nothing : html`<button class="action" @click=${() => this.#act(number, action)}>${action.label}</button>`}
        <button aria-label="Put away" @click=${() => this.#drop(number)}>${icon('close')}</button>
      </div>
    `;
  }

  #act(number: number, { run }: NonNullable<Notice['action']>): void {
    this.#drop(number);
    void run();
  }

  #goLater(number: number): void {
    setTimeout(() => {
      // Somebody is about to use it.
      const busy = this.renderRoot.querySelector(`[data-number="${number}"]:is(:hover, :focus-within)`) !== null;
      if (busy) this.#goLater(number);
      else this.#drop(number);
    }, STAYS);
  }

  #drop(number: number): void {
    this.shown = this.shown.filter((one) => one.number !== number);
  }
}
