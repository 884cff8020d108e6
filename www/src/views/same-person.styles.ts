/** Two people side by side, one below the other on a phone. */
import { css } from '../base/lit.js';

export const samePersonStyles = css`
  :host { display: block; }
  .pair { display: flex; flex-direction: column; gap: 12px; padding: 14px; border: 1px solid var(--colorNeutralStroke2); border-radius: 10px; }
  .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 14px 20px; }
  .side { min-inline-size: 0; display: flex; flex-direction: column; gap: 6px; align-items: flex-start; }
  .where { color: var(--colorNeutralForeground3); }
  .who { display: flex; align-items: center; gap: 10px; min-inline-size: 0; font-size: var(--fontSizeBase400); line-height: var(--lineHeightBase400); overflow-wrap: anywhere; }
  .who strong { font-weight: var(--fontWeightSemibold); }
  contact-face { --face-size: 36px; }
  .lines { color: var(--colorNeutralForeground2); padding-inline-start: 46px; overflow-wrap: anywhere; }
  .ways { display: flex; flex-wrap: wrap; gap: 10px; }
`;
