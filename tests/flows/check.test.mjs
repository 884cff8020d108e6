// The static rules: every shipped flow keeps them, and each planted mistake is found by name.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { checkDefinition } from '../../pkg/dist/flows/check.js';
import { SHIPPED } from '../../pkg/dist/flows/shipped/index.js';
import { after, compose, definitionOf, reply } from './flow.mjs';

const FLOWS = new URL('../../flows/', import.meta.url);

describe('flows: static rules', () => {
  it('every shipped flow keeps them', async () => {
    const folders = (await readdir(FLOWS, { withFileTypes: true })).filter((one) => one.isDirectory());
    assert.ok(folders.length > 0);
    for (const { name } of folders) {
      const text = await readFile(new URL(`${name}/definition.json`, FLOWS), 'utf8');
      assert.deepEqual(checkDefinition(JSON.parse(text)), [], name);
    }
  });

  for (const [name, definition] of Object.entries(SHIPPED)) {
    it(`${name} is the definition that is imported`, async () => {
      const text = await readFile(new URL(`${name}/definition.json`, FLOWS), 'utf8');
      assert.equal(text, `${JSON.stringify(definition, null, 2)}\n`, 'run: node flows/write.mjs');
    });
  }

  const planted = (change) => {
    const copy = structuredClone(SHIPPED['relay-exchange']);
    change(copy, copy.actions.Try.actions);
    return checkDefinition(copy);
  };
  const ok = (actions) => definitionOf({ ...actions, R: reply(1, after(Object.keys(actions).at(-1))) });

  for (const [title, change, message] of [
    ['a second trigger', (d) => (d.triggers.other = d.triggers.manual), /one trigger, 'manual'/],
    ['a trigger schema', (d) => (d.triggers.manual.inputs.schema = {}), /has a schema/],
    ['a trigger that takes GET', (d) => (d.triggers.manual.inputs.method = 'GET'), /must take POST/],
    ['an unknown action type', (_, t) => (t.Rows.type = 'Http'), /'Rows' has the type 'Http'/],
    ['a scope without actions', (d) => delete d.actions.Catch.actions, /'Catch' has no actions/],
    ['a runAfter of nothing', (_, t) => (t.Rows.runAfter = { Nobody: ['Succeeded'] }), /'Rows' runs after 'Nobody'/],
    ['a runAfter across scopes', (_, t) => (t.Rows.runAfter = { Doubts: ['Succeeded'] }), /not beside it/],
    ['a state that is none', (_, t) => (t.Rows.runAfter = { Request: ['Done'] }), /'Done', which is no state/],
    ['a cycle', (_, t) => (t.Request.runAfter = { Reply: ['Succeeded'] }), /runs after itself/],
    ['two actions of one name', (d) => (d.actions.Catch.actions.Rows = compose(1)), /two actions called 'Rows'/],
    ['an expression that does not parse', (_, t) => (t.Ours.inputs.where = '@equals(1,'), /'Ours': the expression/],
    ['a space after an expression', (_, t) => (t.Ours.inputs.from += ' '), /white space after/],
    ['an unknown function', (_, t) => (t.Ours.inputs.where = "@matches('a')"), /the function 'matches' is unknown/],
    ['an unknown action', (_, t) => (t.Ours.inputs.from = "@body('Row')"), /'Row' is not an action that can have run/],
    ['an action that runs later', (_, t) => (t.Ours.inputs.from = "@body('Chunks')"), /'Chunks' is not an action/],
    ['an action inside a loop', (_, t) => (t.Ours.inputs.from = "@body('Store')"), /'Store' is not an action/],
    [
      'an unknown variable',
      (_, t) => (t.Ours.inputs.from = "@variables('x')"),
      /the variable 'x' is never initialised/,
    ],
    ['an unknown parameter', (_, t) => (t.Ours.inputs.from = "@parameters('x')"), /the parameter 'x' is not declared/],
    ['a loop that is not around', (_, t) => (t.Ours.inputs.from = "@items('Store_each')"), /outside of that loop/],
    ['an item where nothing repeats', (_, t) => (t.Ours.inputs.from = '@item()'), /where nothing repeats/],
    ['a trigger body that is not parsed', (_, t) => (t.Ours.inputs.from = '@triggerBody()'), /read it with ParseJson/],
    [
      'an action named by an expression',
      (_, t) => (t.Ours.inputs.from = "@body(toLower('A'))"),
      /must name what it reads/,
    ],
    ['a response without CORS', (_, t) => (t.Reply.inputs.headers = {}), /'Reply' has no Access-Control-Allow-Origin/],
    ['a response that redirects', (_, t) => (t.Reply.inputs.statusCode = 302), /status 302/],
    [
      'a response in a loop',
      (_, t) => (t.Store_each.actions.Bad = { ...t.Reply, runAfter: {} }),
      /'Bad' replies inside the loop/,
    ],
    [
      'a response beside a branch',
      (_, t) => (t.Lonely = compose(1)),
      /'Reply' replies in a branch parallel to 'Lonely'/,
    ],
    ['an operation without a retry policy', (_, t) => delete t.Rows.inputs.retryPolicy, /does not say how it retries/],
    [
      'a create that is tried again',
      (_, t) => (t.Store_each.actions.Store.inputs.retryPolicy = { type: 'fixed', count: 1, interval: 'PT5S' }),
      /must be none/,
    ],
    ['retries that take too long', (_, t) => (t.Rows.inputs.retryPolicy.interval = 'PT60S'), /may wait 120 s/],
    ['a variable set below', (_, t) => (t.Store_each.actions.Note_doubt.inputs.name = 'x'), /'x' is never initialised/],
    ['a name that is too long', (_, t) => (t['x'.repeat(81)] = compose(1, after('Reply'))), /longer than 80/],
    [
      'a terminate in a loop',
      (d, t) => (t.Store_each.actions.End = { ...d.actions.Catch.actions.Stop, runAfter: {} }),
      /'End' terminates inside the loop/,
    ],
    [
      'a variable changed side by side',
      (_, t) => delete t.Store_each.runtimeConfiguration,
      /does not say that it runs one at a time/,
    ],
    [
      'a schema with a pattern',
      (_, t) => (t.Request.inputs.schema.properties.book.pattern = '^a$'),
      /which Parse JSON refuses/,
    ],
    [
      'a loop that does not say when it gives up',
      (_, t) => (t.Loop = { type: 'Until', expression: '@true', actions: { In: compose(1) }, limit: { count: 9 } }),
      /'Loop' does not say when it gives up/,
    ],
    [
      'a loop that outlives its caller',
      (_, t) => (t.Loop = { type: 'Until', expression: '@true', actions: {}, limit: { count: 9, timeout: 'PT2M' } }),
      /'Loop' may go on for longer/,
    ],
    [
      'a variable that is changed by what reads it',
      (_, t) => (t.Store_each.actions.Note_doubt.inputs.value.claim = "@length(variables('doubts'))"),
      /'doubts' is changed by what reads it/,
    ],
    [
      'fields in an interpolation',
      (_, t) => (t.Rows.inputs.parameters.$filter = "@{body('Request')?['fields']}"),
      /'Rows': an interpolation/,
    ],
    [
      'an item of a whole answer in an interpolation',
      (_, t) => (t.Chunks.inputs.select.chunk = '@{item()}'),
      /'Chunks': an interpolation makes a text/,
    ],
    ['a word that is none', (_, t) => (t.Ours.inputs.where = '@constructor'), /'constructor' is unexpected/],
    ['a parameter too few', (_, t) => (t.Ours.inputs.where = '@equals(1)'), /'equals' does not take 1 parameter/],
    ['a parameter too many', (_, t) => (t.Ours.inputs.where = '@not(true, 1)'), /'not' does not take 2 parameter/],
    [
      'a condition with an operand too few',
      (_, t) => (t.Settle_doubts.expression = { and: [{ equals: ['@1'] }] }),
      /'Settle_doubts': The template function 'equals' does not take 1 parameter/,
    ],
    [
      'a condition of two functions',
      (_, t) => (t.Settle_doubts.expression = { equals: [1, 1], less: [1, 2] }),
      /'Settle_doubts': a condition names exactly one function/,
    ],
    [
      'an unknown condition',
      (_, t) => (t.Settle_doubts.expression = { not: { constructor: [1] } }),
      /'Settle_doubts': the function 'constructor' is unknown/,
    ],
    [
      'bytes in a concat',
      (_, t) => (t.Ours.inputs.where = "@equals(concat(item()?['Chunk'], 'a'), '')"),
      /concat\(\) makes a text/,
    ],
    ['bytes in a string', (_, t) => (t.Ours.inputs.where = "@equals(string(item()), '')"), /string\(\) makes a text/],
    [
      'bytes in an interpolation',
      (_, t) => (t.Chunks.inputs.select.chunk = "@{item()?['Chunk']}"),
      /interpolation makes a text/,
    ],
    ['a body in a string', (_, t) => (t.Ours.inputs.where = "@empty(string(body('Rows')))"), /string\(\) makes a text/],
  ]) {
    it(`finds ${title}`, () => {
      const mistakes = planted(change);
      assert.ok(
        mistakes.some((one) => message.test(one)),
        `got: ${mistakes.join('; ') || 'nothing'}`,
      );
    });
  }

  it('finds a definition that is too deep, too long or too full of variables', () => {
    let deep = { Leaf: compose(1) };
    for (let n = 0; n < 9; n++) deep = { [`S${n}`]: { type: 'Scope', actions: deep, runAfter: {} } };
    assert.match(checkDefinition(ok(deep)).join(), /'Leaf' is nested deeper than 8/);
    const chain = Array.from({ length: 500 }, (_, n) => [`A${n}`, compose(1, n === 0 ? {} : after(`A${n - 1}`))]);
    assert.match(checkDefinition(ok(Object.fromEntries(chain))).join(), /there are 501 actions/);
    const nested = { type: 'InitializeVariable', inputs: { variables: [{ name: 'n', type: 'array' }] }, runAfter: {} };
    assert.match(
      checkDefinition(ok({ S: { type: 'Scope', actions: { nested }, runAfter: {} } })).join(),
      /below the top level/,
    );
  });
});
