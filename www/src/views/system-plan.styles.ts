/** A plan: a person, then a line for each field, what was beside what becomes of it. */
import { css } from '../base/lit.js';

export const planStyles = css`
  :host { display: flex; flex-direction: column; gap: 8px; align-items: stretch; }
  h2 { display: flex; align-items: center; gap: 8px; font-size: var(--fontSizeBase300); line-height: var(--lineHeightBase300); font-weight: var(--fontWeightSemibold); }
  h2 .icon { color: light-dark(#8a5a00, #f0c75e); }
  h2:not(:first-child) { margin-block-start: 10px; }
  .empty { display: flex; gap: 8px; align-items: center; color: var(--colorNeutralForeground2); }
  .empty .icon { color: var(--colorBrandForeground1); }
  .actions > li { padding-block: 10px; border-block-start: 1px solid var(--colorNeutralStroke3); }
  article { display: flex; flex-direction: column; gap: 6px; }
  .head { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; }
  .head a { font-weight: var(--fontWeightSemibold); color: var(--colorNeutralForeground1); overflow-wrap: anywhere; }
  .tag { font-size: var(--fontSizeBase200); line-height: var(--lineHeightBase200); padding: 1px 8px; border-radius: 999px; background: var(--colorNeutralBackground6); color: var(--colorNeutralForeground2); }
  .tag.create { background: var(--colorBrandBackground2); color: var(--colorBrandForeground2); }
  .tag.delete { background: light-dark(#fdf0d0, #4a3b14); color: light-dark(#7a5000, #f0c75e); }
  dl { display: flex; flex-direction: column; gap: 6px; }
  dl > div { display: grid; grid-template-columns: 152px minmax(0, 1fr); gap: 12px; }
  dt { color: var(--colorNeutralForeground3); overflow-wrap: anywhere; }
  dd { min-inline-size: 0; display: flex; flex-direction: column; overflow-wrap: anywhere; }
  .values { white-space: pre-line; }
  del { color: var(--colorNeutralForeground3); }
  ins { text-decoration: none; font-weight: var(--fontWeightSemibold); }
  .arrow { color: var(--colorNeutralForeground3); padding-inline: 2px; }
  .none { font-style: italic; font-weight: var(--fontWeightRegular); color: var(--colorNeutralForeground3); text-decoration: none; display: inline-block; }
  .waiting li { display: flex; flex-wrap: wrap; gap: 2px 12px; padding-block: 6px; }
  fluent-button { align-self: flex-start; }
  @media (max-width: 560px) { dl > div { grid-template-columns: minmax(0, 1fr); gap: 0; } }
`;
