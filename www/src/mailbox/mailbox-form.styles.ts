/** The form of the mailbox: a surface for each group of fields, in a grid that folds. */
import { css } from '../base/lit.js';

export const formStyles = css`
  form { display: flex; flex-direction: column; block-size: 100%; min-block-size: 0; }
  .column { gap: 12px; }
  fieldset { margin: 0; padding: 16px; border-style: solid; min-inline-size: 0; }
  legend { padding: 0; }
  .title { margin-block-end: 8px; }
  .fields { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 12px; align-items: start; }
  .field { grid-column: span 2; min-inline-size: 0; }
  [data-section='Phone'] .field { grid-column: span 3; }
  [data-section$='address'] .fields { grid-template-columns: 2.2fr 1fr 1.4fr 1fr 1.4fr; }
  [data-section$='address'] .field { grid-column: auto; }
  fluent-text-input { inline-size: 100%; max-inline-size: none; min-inline-size: 0; }
  label { display: flex; flex-direction: column; gap: 4px; }
  label > span { line-height: var(--lineHeightBase300); }
  input, textarea {
    font: inherit;
    inline-size: 100%;
    min-block-size: 32px;
    padding: 5px 12px;
    color: var(--colorNeutralForeground1);
    background: var(--colorNeutralBackground1);
    border: 1px solid var(--colorNeutralStroke1);
    border-block-end-color: var(--colorNeutralStrokeAccessible);
    border-radius: var(--borderRadiusMedium);
  }
  textarea { resize: none; display: block; }
  input:focus-visible, textarea:focus-visible { outline: 2px solid var(--colorStrokeFocus2); outline-offset: 1px; }
  .news { margin-block-start: 4px; color: light-dark(#8a5a00, #f0c75e); overflow-wrap: anywhere; }
  .stamp { padding-inline: 4px; }
  @media (max-width: 1020px) {
    .field, [data-section='Phone'] .field { grid-column: span 3; }
    [data-section='Name'] .field, [data-section='Work'] .field { grid-column: span 2; }
    [data-section$='address'] .fields { grid-template-columns: repeat(6, minmax(0, 1fr)); }
    [data-section$='address'] .field { grid-column: span 2; }
    [data-section$='address'] .field:first-child { grid-column: span 4; }
  }
  @media (max-width: 560px) {
    .bar { gap: 4px; }
    .bar fluent-button:not([icon-only]) { min-inline-size: 0; }
    /* The arrow does the same. */
    .close { display: none; }
    .field, [data-section='Phone'] .field, [data-section='Name'] .field, [data-section='Work'] .field { grid-column: 1 / -1; }
    [data-section$='address'] .field { grid-column: span 3; }
    [data-section$='address'] .field:first-child { grid-column: 1 / -1; }
  }
`;
