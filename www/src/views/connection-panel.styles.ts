/** One connection: its state large, facts below, the rest folded away. */
import { css } from '../base/lit.js';

export const panelStyles = css`
  :host { display: flex; flex-direction: column; gap: 14px; }
  .head { display: flex; flex-wrap: wrap; align-items: center; gap: 14px; }
  .mark { flex: none; inline-size: 44px; block-size: 44px; display: grid; place-items: center; border-radius: 50%; background: var(--colorNeutralBackground6); color: var(--colorNeutralForeground2); }
  .good .mark, .busy .mark { background: var(--colorBrandBackground2); color: var(--colorBrandForeground2); }
  .warning .mark { background: light-dark(#fdf0d0, #4a3b14); color: light-dark(#8a5a00, #f0c75e); }
  .texts { flex: 1 1 160px; min-inline-size: 0; }
  .state { font-size: var(--fontSizeBase400); line-height: var(--lineHeightBase400); font-weight: var(--fontWeightSemibold); }
  .problem { display: flex; gap: 8px; padding: 10px 12px; border-radius: 8px; background: light-dark(#fff9ea, #2b2411); overflow-wrap: anywhere; }
  .problem .icon { color: light-dark(#8a5a00, #f0c75e); }
  dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; }
  dt { color: var(--colorNeutralForeground3); font-size: var(--fontSizeBase200); line-height: var(--lineHeightBase200); }
  .letters h2 { font-size: var(--fontSizeBase300); font-weight: var(--fontWeightSemibold); }
  .letters { display: flex; flex-direction: column; gap: 6px; }
  .letters li { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; padding-block: 8px; border-block-start: 1px solid var(--colorNeutralStroke3); }
  summary { cursor: pointer; color: var(--colorBrandForegroundLink); inline-size: fit-content; border-radius: 4px; }
  details > * + * { margin-block-start: 12px; }
`;
