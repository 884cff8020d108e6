/** The list of the mailbox: as in the app, so that people are found again. */
import { css } from '../base/lit.js';

export const listStyles = css`
  :host { display: flex; flex-direction: column; block-size: 100%; min-block-size: 0; }
  .bar { display: flex; align-items: center; gap: 8px; padding: 14px 16px 10px 20px; flex: none; }
  .bar .gap { flex: 1; }
  h2 { font-size: var(--fontSizeBase500); line-height: var(--lineHeightBase500); font-weight: var(--fontWeightSemibold); }
  .count { padding-block-start: 2px; }
  .add {
    display: grid;
    place-items: center;
    inline-size: 32px;
    block-size: 32px;
    border-radius: var(--borderRadiusMedium);
    background: var(--colorBrandBackground);
    color: var(--colorNeutralForegroundOnBrand);
  }
  .add:hover { background: var(--colorBrandBackgroundHover); }
  .find { padding: 0 16px 10px; flex: none; }
  fluent-text-input { max-inline-size: none; inline-size: 100%; }
  fluent-text-input .icon { inline-size: 18px; block-size: 18px; }
  .scroll { flex: 1; min-block-size: 0; overflow-y: auto; border-block-start: 1px solid var(--colorNeutralStroke2); scrollbar-width: thin; }
  li { padding: 2px 8px; content-visibility: auto; contain-intrinsic-size: auto 64px; }
  li a { display: flex; align-items: center; gap: 12px; min-block-size: 60px; padding-inline: 12px; border-radius: 10px; color: inherit; text-decoration: none; }
  li a:hover { background: var(--colorSubtleBackgroundHover); }
  li a[aria-current='true'] { background: var(--colorBrandBackground2); }
  li a:focus-visible { outline-offset: -2px; border-radius: 10px; }
  .texts { flex: 1; min-inline-size: 0; }
  .texts > span { display: block; }
  .name { font-weight: var(--fontWeightSemibold); }
  .mark {
    flex: none;
    padding: 0 8px;
    border-radius: 999px;
    font-size: var(--fontSizeBase200);
    line-height: 20px;
    background: var(--colorBrandBackground2);
    color: var(--colorBrandForeground2);
  }
  [aria-current='true'] .mark { background: var(--colorNeutralBackground1); }
  .mark[data-mark='not saved'] { background: var(--colorPaletteMarigoldBackground2, #f9e2ae); color: var(--colorPaletteMarigoldForeground2, #463100); }
  .empty { display: flex; flex-direction: column; align-items: center; gap: 12px; padding: 48px 32px; text-align: center; color: var(--colorNeutralForeground3); }
`;
