// Looks at what is on screen in both themes, on a desk and on a phone: no violation that axe-core can
// see, nothing cut off at the side. With CONTACTMESH_SCREENSHOTS=folder it keeps pictures.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** To be evaluated in the page before it is looked at. */
export const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FOLDER = process.env.CONTACTMESH_SCREENSHOTS;
const SIZES = { desk: { width: 1180, height: 760 }, phone: { width: 390, height: 800 } };
const THEMES = ['light', 'dark'];

if (FOLDER !== undefined) mkdirSync(FOLDER, { recursive: true });

/** Colours that fade over would be measured in between: waits until nothing moves, in no shadow tree either. */
function settled(page) {
  return page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const moving = (root) => {
      const own = root.getAnimations().some(({ playState, effect }) => {
        return playState === 'running' && effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY;
      });
      return own || [...root.querySelectorAll('*')].some(({ shadowRoot }) => shadowRoot !== null && moving(shadowRoot));
    };
    await frame();
    await frame();
    while (moving(document)) await frame();
  });
}

export async function look(page, name) {
  for (const theme of THEMES) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await settled(page);
      if (FOLDER !== undefined) await page.screenshot({ path: join(FOLDER, `${name}-${theme}-${size}.png`) });
      // Colours do not change with the size, nor the order of things with the theme: each once is enough.
      if ((theme === 'light') !== (size === 'desk')) continue;
      const { violations, wide } = await page.evaluate(async () => {
        const result = await globalThis.axe.run(document, { resultTypes: ['violations'] });
        return { violations: result.violations, wide: document.documentElement.scrollWidth > innerWidth };
      });
      const said = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.flat(9).join(' ')).join(', ')}`,
      );
      assert.deepEqual(said, [], `${name}, ${theme}, ${size}`);
      assert.equal(wide, false, `${name}, ${size}: wider than the window`);
    }
  }
  await page.setViewportSize(SIZES.desk);
}
