/** A history: one surface for each change. */
import { css } from '../base/lit.js';

export const historyStyles = css`
  .column { gap: 12px; }
  li { display: flex; gap: 14px; padding: 14px 16px; }
  .mark { flex: none; inline-size: 32px; block-size: 32px; display: grid; place-items: center; border-radius: 50%; background: var(--colorBrandBackground2); color: var(--colorBrandForeground2); }
  .mark .icon { inline-size: 18px; block-size: 18px; }
  .said { flex: 1; min-inline-size: 0; display: flex; flex-direction: column; gap: 6px; }
  .head { display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: baseline; }
  .who { font-weight: var(--fontWeightSemibold); overflow-wrap: anywhere; }
  .aside { color: var(--colorPaletteDarkOrangeForeground1); }
  dl { display: flex; flex-direction: column; gap: 4px; }
  dl > div { display: grid; grid-template-columns: 152px minmax(0, 1fr); gap: 12px; }
  dt { color: var(--colorNeutralForeground3); overflow-wrap: anywhere; }
  dd { overflow-wrap: anywhere; }
  del { color: var(--colorNeutralForeground3); margin-inline-end: 6px; }
  summary { cursor: pointer; color: var(--colorBrandForegroundLink); inline-size: fit-content; border-radius: 4px; }
  details dl { padding-block-start: 6px; }
  @media (max-width: 560px) { dl > div { grid-template-columns: minmax(0, 1fr); gap: 0; padding-block-end: 4px; } }
`;
