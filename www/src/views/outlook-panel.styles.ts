/** What a mailbox's connection has beside that of a relay. */
import { css } from '../base/lit.js';

export const outlookStyles = css`
  :host { gap: 18px; }
  .last { display: flex; flex-direction: column; gap: 2px; }
  .last .label { color: var(--colorNeutralForeground3); font-size: var(--fontSizeBase200); line-height: var(--lineHeightBase200); }
  system-plan, system-waiting { border-block-start: 1px solid var(--colorNeutralStroke3); padding-block-start: 16px; }
`;
