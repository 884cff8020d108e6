// The colours of the app as CSS: Fluent's tokens with a brand of our own, light and dark. Made while
// building, so that a page has its colours before any script runs. The only importer of the tokens.

import { createDarkTheme, createLightTheme } from '@fluentui/tokens';

/** From the darkest to the lightest; 80 carries white text in the light theme, 70 in the dark one. */
const BRAND = {
  10: '#021213',
  20: '#072123',
  30: '#09393c',
  40: '#0a494d',
  50: '#0a595e',
  60: '#0a686e',
  70: '#0a7278',
  80: '#0b777d',
  90: '#2a898e',
  100: '#52a9ad',
  110: '#67b5b8',
  120: '#79bcbf',
  130: '#94cccf',
  140: '#b0dcde',
  150: '#cceaeb',
  160: '#e6f6f7',
};

/** `data-theme` on the root element overrules what the system prefers. */
export function themeCss() {
  const light = declarations(createLightTheme(BRAND));
  const dark = declarations(createDarkTheme(BRAND));
  return [
    `:root{color-scheme:light;${light}}`,
    `@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${dark}}}`,
    `:root[data-theme=dark]{color-scheme:dark;${dark}}`,
    '',
  ].join('\n');
}

function declarations(theme) {
  return Object.entries(theme)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}
