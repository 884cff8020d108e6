/**
 * The flows that ship, by name. The name is also that of the folder in flows/
 * that holds the definition.
 */
import type { Definition } from '../definition.js';
import { OUTLOOK_APPLY } from './outlook-apply.js';
import { OUTLOOK_PULL } from './outlook-pull.js';
import { RELAY_EXCHANGE } from './relay-exchange.js';

export type FlowName = 'relay-exchange' | 'outlook-pull' | 'outlook-apply';

export const SHIPPED: Readonly<Record<FlowName, Definition>> = {
  'relay-exchange': RELAY_EXCHANGE,
  'outlook-pull': OUTLOOK_PULL,
  'outlook-apply': OUTLOOK_APPLY,
};
