/** A held run: a strong warm frame, so that nobody passes it over; its buttons plain. */
import { css } from '../base/lit.js';

export const heldStyles = css`
  :host { display: block; }
  section {
    display: flex;
    flex-direction: column;
    gap: 14px;
    padding: 18px;
    border-radius: 12px;
    border: 2px solid light-dark(#c98a00, #d9a93c);
    background: light-dark(#fff6dd, #332907);
  }
  .head { display: flex; align-items: center; gap: 14px; }
  .mark { flex: none; inline-size: 44px; block-size: 44px; display: grid; place-items: center; border-radius: 50%; background: light-dark(#8a5a00, #f0c75e); color: light-dark(#ffffff, #241c04); }
  .over { color: light-dark(#7a5000, #f0c75e); font-weight: var(--fontWeightSemibold); }
  h2 { font-size: var(--fontSizeBase500); line-height: var(--lineHeightBase500); font-weight: var(--fontWeightSemibold); }
  .people { display: flex; flex-wrap: wrap; gap: 6px 8px; }
  .people li { min-inline-size: 0; max-inline-size: 100%; }
  .people .more { align-self: center; padding-inline-start: 4px; }
  .ways { display: flex; flex-wrap: wrap; gap: 10px; }
  /* What they say may take two lines. */
  .ways fluent-button { block-size: auto; min-block-size: 32px; padding-block: 6px; }
  .danger { background: light-dark(#b10e1c, #c4314b); color: #ffffff; }
  @media (max-width: 560px) { .ways fluent-button { flex: 1 1 100%; } }
`;
