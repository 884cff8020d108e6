/** Styles that several elements share: reset, surfaces, headings, focus. No sizes of any one view. */
import { css } from './lit.js';

export const base = css`
  :host {
    box-sizing: border-box;
    font-family: var(--fontFamilyBase);
    font-size: var(--fontSizeBase300);
    line-height: var(--lineHeightBase300);
    color: var(--colorNeutralForeground1);
  }
  :host([hidden]) { display: none; }
  /* Not inherited: what lies in a <details> would inherit from a slot of the browser's own. */
  *, *::before, *::after { box-sizing: border-box; }
  h1, h2, h3, p, dl, dd, ul, ol { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  .icon { display: block; flex: none; }
  .quiet { color: var(--colorNeutralForeground3); }
  .small { font-size: var(--fontSizeBase200); line-height: var(--lineHeightBase200); }
  .cut { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  a { color: var(--colorBrandForegroundLink); text-underline-offset: 2px; }
  a:focus-visible, button:focus-visible, [tabindex]:focus-visible {
    outline: 2px solid var(--colorStrokeFocus2);
    outline-offset: 2px;
    border-radius: var(--borderRadiusMedium);
  }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/** A view in the right-hand pane: a column that scrolls, with a bar on top. */
export const pane = css`
  :host { display: flex; flex-direction: column; min-block-size: 0; block-size: 100%; }
  .bar {
    display: flex;
    align-items: center;
    gap: var(--spacingHorizontalS);
    min-block-size: 56px;
    padding-inline: var(--spacingHorizontalXXL);
    flex: none;
  }
  .bar .gap { flex: 1; }
  .bar h1, .bar h2 { font-size: var(--fontSizeBase400); line-height: var(--lineHeightBase400); font-weight: var(--fontWeightSemibold); }
  fluent-message-bar { border-radius: 12px; }
  .back { display: none; }
  .scroll { flex: 1; min-block-size: 0; overflow: auto; scrollbar-width: thin; scrollbar-gutter: stable; padding: 0 var(--spacingHorizontalXXL) var(--spacingVerticalXXXL); }
  .column { max-inline-size: 720px; margin-inline: auto; display: flex; flex-direction: column; gap: var(--spacingVerticalL); }
  .surface {
    background: var(--colorNeutralBackground1);
    border: 1px solid var(--colorNeutralStroke3);
    border-radius: 12px;
    box-shadow: var(--shadow2);
  }
  @media (max-width: 819px) {
    .back { display: inline-flex; margin-inline-start: -8px; }
    .bar { padding-inline: var(--spacingHorizontalL); }
    .scroll { padding-inline: var(--spacingHorizontalL); }
  }
`;

/** A question or a report over everything else, in the browser's own dialog. */
export const dialog = css`
  dialog {
    inline-size: min(560px, calc(100vw - 32px));
    max-block-size: calc(100dvh - 64px);
    overflow: auto;
    padding: 24px;
    border: 1px solid var(--colorTransparentStroke);
    border-radius: 16px;
    background: var(--colorNeutralBackground1);
    color: inherit;
    box-shadow: var(--shadow64);
  }
  dialog::backdrop { background: var(--colorBackgroundOverlay); }
  dialog h2 { font-size: var(--fontSizeBase500); line-height: var(--lineHeightBase500); margin-block-end: 8px; }
  dialog .actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 8px; margin-block-start: 20px; }
`;
