/** The frame: two panes on a wide screen, one on a narrow one. */
import { css } from '../base/lit.js';

export const frame = css`
  :host { block-size: 100%; }
  .frame { display: grid; grid-template-columns: minmax(300px, 372px) minmax(0, 1fr); block-size: 100%; }
  .side { border-inline-end: 1px solid var(--colorNeutralStroke2); background: var(--colorNeutralBackground2); min-block-size: 0; }
  .detail { min-inline-size: 0; min-block-size: 0; background: var(--colorNeutralBackground3); }
  .opening, .nothing {
    block-size: 100%;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: var(--spacingVerticalL);
    padding: var(--spacingHorizontalXXL);
    text-align: center;
    color: var(--colorNeutralForeground3);
  }
  .opening { background: var(--colorNeutralBackground3); }
  .opening h1 { font-size: var(--fontSizeBase600); line-height: var(--lineHeightBase600); color: var(--colorNeutralForeground1); }
  .opening p { max-inline-size: 52ch; }
  .nothing img { opacity: 0.35; filter: grayscale(1); }
  @media (max-width: 819px) {
    .frame { grid-template-columns: minmax(0, 1fr); }
    .frame[data-view='list'] .detail { display: none; }
    .frame:not([data-view='list']) .side { display: none; }
    .side { border: none; }
  }
`;
