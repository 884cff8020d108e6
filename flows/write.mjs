// Writes the definitions that are imported into Power Automate from their one
// source, js/flows/shipped/. Run it after a change there and a build:
// `node flows/write.mjs`. A test compares, so that neither drifts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { SHIPPED } from '../pkg/dist/flows/shipped/index.js';

for (const [name, definition] of Object.entries(SHIPPED)) {
  const folder = new URL(`${name}/`, import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('definition.json', folder), `${JSON.stringify(definition, null, 2)}\n`);
}
