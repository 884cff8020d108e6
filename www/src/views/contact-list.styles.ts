/** The list: bar, search, choices, rows of one height. */
import { css } from '../base/lit.js';

export const ROW_HEIGHT = 64;

export const listStyles = css`
  :host { display: flex; flex-direction: column; block-size: 100%; min-block-size: 0; }
  .bar { display: flex; align-items: center; gap: 8px; padding: 14px 16px 10px 20px; flex: none; }
  .bar .gap { flex: 1; }
  h1 { font-size: var(--fontSizeBase600); line-height: var(--lineHeightBase600); font-weight: var(--fontWeightSemibold); letter-spacing: -0.01em; }
  .count { font-size: var(--fontSizeBase300); padding-block-start: 4px; }
  .find { padding: 0 16px 10px; display: flex; flex-direction: column; gap: 10px; flex: none; }
  fluent-text-input { max-inline-size: none; inline-size: 100%; }
  fluent-text-input .icon { inline-size: 18px; block-size: 18px; }
  .choices { display: flex; gap: 6px; }
  .choices button {
    font: inherit;
    font-size: var(--fontSizeBase200);
    line-height: var(--lineHeightBase200);
    padding: 4px 12px;
    border-radius: 999px;
    border: 1px solid var(--colorNeutralStroke1);
    background: transparent;
    color: var(--colorNeutralForeground2);
    cursor: pointer;
  }
  .choices button:hover { background: var(--colorSubtleBackgroundHover); }
  .choices button:focus-visible { border-radius: 999px; }
  .choices button[aria-pressed='true'] {
    background: var(--colorBrandBackground2);
    border-color: var(--colorBrandStroke2);
    color: var(--colorBrandForeground2);
    font-weight: var(--fontWeightSemibold);
  }
  .amount { margin-inline-start: 6px; font-weight: var(--fontWeightSemibold); }
  .scroll { flex: 1; min-block-size: 0; overflow-y: auto; border-block-start: 1px solid var(--colorNeutralStroke2); scrollbar-width: thin; }
  ul { position: relative; }
  li { position: absolute; inset-inline: 0; inset-block-start: 0; block-size: ${ROW_HEIGHT}px; padding: 2px 8px; }
  li a { display: block; block-size: 100%; border-radius: 10px; color: inherit; text-decoration: none; }
  li a:hover { background: var(--colorSubtleBackgroundHover); }
  li a[aria-current='true'] { background: var(--colorBrandBackground2); }
  li a:focus-visible { outline-offset: -2px; border-radius: 10px; }
  .waiting { display: block; block-size: 100%; }
  .empty { display: flex; flex-direction: column; align-items: center; gap: 12px; padding: 48px 32px; text-align: center; color: var(--colorNeutralForeground3); }
  .empty .strong { color: var(--colorNeutralForeground1); font-weight: var(--fontWeightSemibold); font-size: var(--fontSizeBase400); }
`;
