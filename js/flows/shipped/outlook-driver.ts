/**
 * Who drives: one item of the claims list for each book and system names the
 * replica and its epoch. A run of an older epoch does nothing, neither does one
 * of another replica in the same epoch; a newer epoch takes over. The list's
 * change is not conditional, so what a run wrote is looked at again.
 */
import type { Actions, Status } from '../definition.js';
import { ASKED, mustHold, onClaims } from './outlook-parts.js';
import { NO_RETRIES, quoted, READ_RETRIES, TRIED } from './parts.js';

const TITLE = `driver/@{${ASKED('book')}}.@{${ASKED('system')}}`;
const LOOK = onClaims(
  'GetItems',
  { $filter: `Title eq 'driver/${quoted(ASKED('book'))}.${quoted(ASKED('system'))}'`, $top: 1 },
  READ_RETRIES,
);
const STORED = "first(body('Driver')?['value'])";
const NOW = "first(coalesce(body('Driver_now')?['value'], body('Driver')?['value']))";
const ITEM = {
  'item/Title': TITLE,
  'item/Driver': `@${ASKED('driver')}`,
  'item/Epoch': `@${ASKED('epoch')}`,
};

/** The last of them, `Is_driver`, succeeds if the caller drives. */
export function driverActions(after: Record<string, Status[]>): Actions {
  return {
    Driver: { type: 'OpenApiConnection', inputs: LOOK, runAfter: after },
    Take_over: {
      type: 'If',
      description: 'Nobody drives yet, or somebody of an earlier epoch.',
      expression: { less: [`@coalesce(${STORED}?['Epoch'], 0)`, `@${ASKED('epoch')}`] },
      runAfter: { Driver: ['Succeeded'] },
      actions: {
        First_driver: {
          type: 'If',
          expression: { equals: ["@length(body('Driver')?['value'])", 0] },
          runAfter: {},
          actions: {
            Make_driver: {
              type: 'OpenApiConnection',
              description: 'The unique column Title lets one of two in.',
              inputs: onClaims('PostItem', ITEM, NO_RETRIES),
              runAfter: {},
            },
          },
          else: {
            actions: {
              Renew_driver: {
                type: 'OpenApiConnection',
                inputs: onClaims('PatchItem', { id: `@${STORED}?['ID']`, ...ITEM }, NO_RETRIES),
                runAfter: {},
              },
            },
          },
        },
        Driver_now: { type: 'OpenApiConnection', inputs: LOOK, runAfter: { First_driver: TRIED } },
      },
      else: { actions: {} },
    },
    Is_driver: mustHold(
      {
        driver: `@equals(${NOW}?['Driver'], ${ASKED('driver')})`,
        // Not by equality: the service tells 3 from 3.0.
        epoch: `@not(or(less(coalesce(${NOW}?['Epoch'], 0), ${ASKED('epoch')}), greater(coalesce(${NOW}?['Epoch'], 0), ${ASKED('epoch')})))`,
      },
      'Fails if another replica drives, or the item could not be written.',
      { Take_over: ['Succeeded'] },
    ),
  };
}

/** The status of a run that is not the driver's; null for one that is, or did not come so far. */
export const DRIVER_STATUS = `if(equals(actions('Is_driver')?['status'], 'Failed'), if(less(coalesce(${NOW}?['Epoch'], 0), ${ASKED('epoch')}), '502', '409'), null)`;
