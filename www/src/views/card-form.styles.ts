/** The form: one surface for each kind of entry, its fields in a grid that folds. */
import { css } from '../base/lit.js';

export const formStyles = css`
  form { display: flex; flex-direction: column; block-size: 100%; min-block-size: 0; }
  .column { gap: 12px; }
  fieldset { margin: 0; padding: 16px; border-style: solid; min-inline-size: 0; display: flex; flex-direction: column; gap: 12px; }
  legend { padding: 0; }
  .entry { display: flex; align-items: flex-start; gap: 8px; }
  .entry + .entry { border-block-start: 1px solid var(--colorNeutralStroke3); padding-block-start: 12px; }
  .fields { flex: 1; min-inline-size: 0; display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-end; }
  .fields > card-field { flex: 1 1 200px; }
  .fields > [data-input='email'], .fields > [data-input='url'] { flex: 2 1 260px; }
  .fields > [data-input='flags'], .fields > [data-input='choice'] { flex: 0 1 150px; }
  .fields > [data-input='area'] { flex-basis: 100%; }
  .rare-place { flex-basis: 100%; display: flex; margin-block: -6px; }
  .remove { margin-block-start: 26px; }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    font: inherit;
    color: var(--colorNeutralForeground2);
    background: transparent;
    border: 1px solid var(--colorNeutralStroke1);
    border-radius: 999px;
    padding: 5px 12px 5px 8px;
    cursor: pointer;
    align-self: flex-start;
  }
  .chip .icon { inline-size: 18px; block-size: 18px; }
  .chip:hover { background: var(--colorSubtleBackgroundHover); color: var(--colorNeutralForeground1); }
  .chip:focus-visible { border-radius: 999px; }
  .chip.plain { border-color: transparent; color: var(--colorBrandForegroundLink); padding-inline-start: 4px; margin-inline-start: -4px; }
  .more { display: flex; flex-wrap: wrap; gap: 8px; padding: 16px; }
  @media (max-width: 560px) {
    .fields > [data-input='flags'], .fields > [data-input='choice'] { flex: 1 1 110px; }
  }
`;
