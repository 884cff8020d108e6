/** Questions stand out without shouting: a warm frame around plain answers. */
import { css } from '../base/lit.js';

export const questionStyles = css`
  section {
    border-radius: 12px;
    border: 1px solid light-dark(#e6c26a, #6b5417);
    background: light-dark(#fff9ea, #2b2411);
    padding: 16px;
    display: flex;
    flex-direction: column;
    gap: 12px;
  }
  h2 { display: flex; align-items: center; gap: 8px; font-size: var(--fontSizeBase400); line-height: var(--lineHeightBase400); font-weight: var(--fontWeightSemibold); }
  h2 .icon { color: light-dark(#8a5a00, #f0c75e); }
  .intro { color: var(--colorNeutralForeground2); margin-block-start: -8px; }
  .question { display: flex; flex-direction: column; gap: 8px; }
  .question + .question { border-block-start: 1px solid light-dark(#f0dba6, #4a3b14); padding-block-start: 12px; }
  .asked { font-weight: var(--fontWeightSemibold); }
  ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 10px; }
  li { display: grid; }
  .answer {
    display: flex;
    flex-direction: column;
    gap: 6px;
    padding: 12px 14px;
    border-radius: 10px;
    border: 1px solid var(--colorNeutralStroke2);
    background: var(--colorNeutralBackground1);
  }
  .main { font-size: var(--fontSizeBase400); line-height: var(--lineHeightBase400); overflow-wrap: anywhere; white-space: pre-wrap; }
  .who { color: var(--colorNeutralForeground2); }
  .foot { margin-block-start: auto; padding-block-start: 4px; display: flex; align-items: center; gap: 10px; }
  dl { display: flex; flex-direction: column; gap: 2px; }
  dl > div { display: grid; grid-template-columns: 96px minmax(0, 1fr); gap: 8px; }
  dt { color: var(--colorNeutralForeground3); }
  dd { overflow-wrap: anywhere; }
`;
