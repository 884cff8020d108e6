/** A contact to read: head, then one surface for each kind of entry. */
import { css } from '../base/lit.js';

export const cardStyles = css`
  .head { display: flex; align-items: center; gap: 20px; padding-block: 8px 4px; }
  .head contact-face { --face-size: 84px; }
  .head h1 { font-size: var(--fontSizeHero700); line-height: var(--lineHeightHero700); font-weight: var(--fontWeightSemibold); letter-spacing: -0.01em; overflow-wrap: anywhere; }
  .head .quiet { font-size: var(--fontSizeBase400); line-height: var(--lineHeightBase400); }
  .column { gap: 12px; }
  .section + .section { border-block-start: 1px solid var(--colorNeutralStroke3); }
  .section { display: grid; grid-template-columns: 168px minmax(0, 1fr); }
  .section h2 { display: flex; align-items: center; align-self: start; gap: 10px; padding: 14px 12px 14px 16px; font: inherit; color: var(--colorNeutralForeground3); }
  .entry { display: flex; align-items: flex-start; gap: 12px; padding: 14px 16px 14px 0; }
  .section li + li .entry { padding-block-start: 0; }
  .texts { flex: 1; min-inline-size: 0; display: flex; flex-direction: column; gap: 2px; align-items: flex-start; }
  .main { overflow-wrap: anywhere; }
  .main.long { white-space: pre-wrap; }
  a.main { text-decoration: none; }
  a.main:hover { text-decoration: underline; }
  .line { color: var(--colorNeutralForeground2); overflow-wrap: anywhere; }
  .tags { display: flex; flex-wrap: wrap; gap: 6px; justify-content: flex-end; }
  .tag {
    font-size: var(--fontSizeBase200);
    line-height: var(--lineHeightBase200);
    padding: 1px 8px;
    border-radius: 999px;
    background: var(--colorNeutralBackground6);
    color: var(--colorNeutralForeground2);
  }
  .origin { background: var(--colorBrandBackground2); color: var(--colorBrandForeground2); text-decoration: none; }
  .origin:hover { text-decoration: underline; }
  .others summary { padding: 14px 16px; cursor: pointer; color: var(--colorNeutralForeground3); border-radius: 12px; }
  .others dl { padding: 0 16px 14px; display: flex; flex-direction: column; gap: 8px; }
  .others dl > div { display: grid; grid-template-columns: 152px minmax(0, 1fr); gap: 0; }
  .others dt { color: var(--colorNeutralForeground3); }
  .others dd { overflow-wrap: anywhere; }
  .missing { max-inline-size: 52ch; margin: 48px auto; text-align: center; }
  @media (max-width: 560px) {
    .section { grid-template-columns: minmax(0, 1fr); }
    .section h2 { padding-block: 12px 0; font-size: var(--fontSizeBase200); }
    .section h2 .icon { display: none; }
    .entry { padding: 6px 16px 12px; }
    .section li + li .entry { padding-block-start: 0; }
    .head contact-face { --face-size: 64px; }
    .head h1 { font-size: var(--fontSizeBase600); line-height: var(--lineHeightBase600); }
    .others dl > div { grid-template-columns: minmax(0, 1fr); }
  }
`;
