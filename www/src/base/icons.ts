/**
 * The app's icons: strokes on a field of 24 by 24, drawn for it. They say
 * nothing to a screen reader; what they mean stands beside them or in a label.
 */
import { html, svg, type TemplateResult } from './lit.js';

const PATHS = {
  add: 'M12 5v14M5 12h14',
  back: 'M15 5l-7 7 7 7',
  birthday:
    'M4 20h16M5 20v-7h14v7M5 16.5c2 0 2 1 3.5 1s1.5-1 3.5-1 2 1 3.5 1 1.5-1 3.5-1M12 13V9.5M12 4.5l1.2 1.7a1.45 1.45 0 1 1-2.4 0z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6L6 18',
  company: 'M5 20V5h9v15M14 10h5v10M3 20h18M8 8.5h3M8 12h3M8 15.5h3M16.5 13v0M16.5 16v0',
  delete: 'M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.3 10.5v5.5M13.7 10.5v5.5',
  device: 'M4 6h16v10H4zM2.5 19h19',
  down: 'M12 4v11M7.5 11l4.5 4.5L16.5 11M5 20h14',
  edit: 'M5 19l1-4L16.2 4.8a1.8 1.8 0 0 1 2.6 0l.4.4a1.8 1.8 0 0 1 0 2.6L9 18z',
  history: 'M4.5 12a7.5 7.5 0 1 0 2.3-5.4M4.5 4.5v3.3h3.3M12 8v4.3l3 1.7',
  keyword: 'M4 12.3V5h7.3l8.2 8.2-7.3 7.3zM8 9v0',
  language: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM4 12h16M12 4c5 5 5 11 0 16M12 4c-5 5-5 11 0 16',
  link: 'M10 14a3.5 3.5 0 0 0 5 0l3-3a3.5 3.5 0 0 0-5-5l-1 1M14 10a3.5 3.5 0 0 0-5 0l-3 3a3.5 3.5 0 0 0 5 5l1-1',
  mail: 'M4 6h16v12H4zM4.5 6.5L12 13l7.5-6.5',
  more: 'M5.2 12a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0M11.2 12a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0M17.2 12a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0',
  note: 'M6 4h12v16H6zM9 8.5h6M9 12h6M9 15.5h3.5',
  offline: 'M5 5l14 14M7 10.5A4 4 0 0 0 8 18.5h8.5M10.5 6.7A5 5 0 0 1 17 10.5a4 4 0 0 1 2.6 6.6',
  other: 'M5 6h14M5 10h14M5 14h9M5 18h6',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20c.7-4 3.7-5.5 7.5-5.5s6.8 1.5 7.5 5.5',
  phone:
    'M6 4h3.5l1.5 4.5L9 10c1 2.3 2.7 4 5 5l1.5-2 4.5 1.5V18c0 1.5-1 2.3-2.5 2C10.5 19 5 13.5 4 6.5 3.7 5 4.5 4 6 4z',
  pin: 'M12 21c4.5-4.5 6.5-8 6.5-11a6.5 6.5 0 1 0-13 0c0 3 2 6.5 6.5 11zM12 7.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  question: 'M7 5v5c0 3 1.8 4 5 4h5M17 5v4M13.5 10.5L17 14l-3.5 3.5M7 14v6',
  restore: 'M5 9h9a5 5 0 0 1 0 10H9M9 5L5 9l4 4',
  search: 'M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l5 5',
  sync: 'M5 10.5A7.2 7.2 0 0 1 18.5 8M19 4.5V8h-3.5M19 13.5A7.2 7.2 0 0 1 5.5 16M5 19.5V16h3.5',
  synced: 'M8 18.5a4 4 0 0 1-1-7.9A5 5 0 0 1 16.8 9 4.7 4.7 0 0 1 16.5 18.5zM9.5 13.5l2 2 3.3-3.6',
  up: 'M12 16V5M7.5 9L12 4.5 16.5 9M5 20h14',
  warning: 'M12 4.5L21 19.5H3zM12 10.5v4M12 17v0',
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName, slot?: string): TemplateResult {
  return html`<svg slot=${slot ?? ''} class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"
    fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">
    ${svg`<path fill="none" d=${PATHS[name]}></path>`}
  </svg>`;
}
