/** The import: a target over the whole window while something is dragged, and a dialog. */
import { css } from '../base/lit.js';

export const importStyles = css`
  .drop {
    position: fixed;
    inset: 12px;
    z-index: 20;
    display: grid;
    place-items: center;
    border: 3px dashed var(--colorBrandStroke1);
    border-radius: 20px;
    background: color-mix(in srgb, var(--colorNeutralBackground1) 88%, transparent);
    pointer-events: none;
  }
  .drop div { display: flex; flex-direction: column; align-items: center; gap: 4px; font-size: var(--fontSizeBase500); font-weight: var(--fontWeightSemibold); color: var(--colorBrandForeground1); }
  .drop .icon { inline-size: 48px; block-size: 48px; }
  h2 { font-size: var(--fontSizeBase500); line-height: var(--lineHeightBase500); }
  .file { color: var(--colorNeutralForeground3); }
  progress { inline-size: 100%; block-size: 6px; accent-color: var(--colorBrandBackground); margin-block: 12px 4px; }
  .outcome + .outcome { margin-block-start: 16px; padding-block-start: 16px; border-block-start: 1px solid var(--colorNeutralStroke2); }
  .summary { font-size: var(--fontSizeBase500); line-height: var(--lineHeightBase500); font-weight: var(--fontWeightSemibold); padding-block: 2px 4px; }
  li { color: var(--colorNeutralForeground2); }
  .problem { display: flex; gap: 8px; margin-block-start: 8px; padding: 10px 12px; border-radius: 8px; background: light-dark(#fff9ea, #2b2411); overflow-wrap: anywhere; }
  .problem .icon { color: light-dark(#8a5a00, #f0c75e); }
`;
