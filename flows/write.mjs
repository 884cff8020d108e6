// Writes the definitions that are imported into Power Automate from their one
// source, js/flows/shipped/. Run it after a change there and a build:
// `node flows/write.mjs`. A test compares, so that neither drifts.
import { writeFileSync } from 'node:fs';
import { RELAY_EXCHANGE } from '../pkg/dist/flows/shipped/relay-exchange.js';

const target = new URL('relay-exchange/definition.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(RELAY_EXCHANGE, null, 2)}\n`);
