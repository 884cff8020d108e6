/**
 * How Outlook Apply makes a contact, once, however often it is asked and by how
 * many runs at the same time. The claim comes first and looks at nothing: the
 * unique column of the list lets one in. Who is not let in looks what became of
 * it. A claim without a result says that nobody knows.
 */
import type { Actions } from '../definition.js';
import { ASKED, CLAIM, ONE, onClaims, onContacts, said } from './outlook-parts.js';
import { NO_RETRIES, quoted, READ_RETRIES, TRIED } from './parts.js';

const TITLE = `@{${ASKED('book')}}.@{${ASKED('system')}}.@{${ONE('key')}}`;
const TICKS_IN_A_SECOND = 10_000_000;
const AGE = `@max(0, div(sub(ticks(utcNow()), ticks(${CLAIM}?['Created'])), ${TICKS_IN_A_SECOND}))`;

export const CREATE: Actions = {
  Claim: {
    type: 'OpenApiConnection',
    inputs: onClaims(
      'PostItem',
      { 'item/Title': TITLE, 'item/Driver': `@${ASKED('driver')}`, 'item/Epoch': `@${ASKED('epoch')}` },
      NO_RETRIES,
    ),
    runAfter: {},
  },
  If_claimed: {
    type: 'If',
    expression: { equals: ["@actions('Claim')?['status']", 'Succeeded'] },
    runAfter: { Claim: TRIED },
    actions: {
      Create: {
        type: 'OpenApiConnection',
        inputs: onContacts('ContactPostItem_V2', { item: `@${ONE('fields')}` }),
        runAfter: {},
      },
      Keep_result: {
        type: 'OpenApiConnection',
        inputs: onClaims(
          'PatchItem',
          { id: "@body('Claim')?['ID']", 'item/Title': TITLE, 'item/Result': "@body('Create')?['id']" },
          READ_RETRIES,
        ),
        runAfter: { Create: ['Succeeded'] },
      },
      // Also if the result could not be kept: this run knows it.
      Created: said('done', { row: "@body('Create')", earlier: false }, { Keep_result: TRIED }),
    },
    else: {
      actions: {
        Look: {
          type: 'OpenApiConnection',
          inputs: onClaims(
            'GetItems',
            {
              $filter: `Title eq '${quoted(ASKED('book'))}.${quoted(ASKED('system'))}.${quoted(ONE('key'))}'`,
              $top: 1,
            },
            READ_RETRIES,
          ),
          runAfter: {},
        },
        Found: {
          type: 'ParseJson',
          description: 'Fails if there is no claim: it could not be made, and nothing was done.',
          inputs: { content: "@body('Look')?['value']", schema: { type: 'array', minItems: 1 } },
          runAfter: { Look: ['Succeeded'] },
        },
        If_made: {
          type: 'If',
          expression: { equals: [`@coalesce(${CLAIM}?['Result'], '')`, ''] },
          runAfter: { Found: ['Succeeded'] },
          actions: {
            Claimed: said('claimed', { age: AGE }, {}),
          },
          else: {
            actions: {
              Read_made: {
                type: 'OpenApiConnection',
                inputs: onContacts('ContactGetItem_V2', { id: `@${CLAIM}?['Result']` }),
                runAfter: {},
              },
              Made: said('done', { row: "@body('Read_made')", earlier: true }, { Read_made: ['Succeeded'] }),
            },
          },
        },
      },
    },
  },
};
