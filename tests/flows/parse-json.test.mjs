// What ParseJson takes and refuses: the gate every shipped flow begins with.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { after, reply, run } from './flow.mjs';

describe('flows: ParseJson', () => {
  const schema = {
    type: 'object',
    required: ['v', 'name'],
    properties: {
      v: { type: 'integer', enum: [1] },
      name: { type: 'string', minLength: 1, maxLength: 3 },
      list: { type: 'array', maxItems: 2, items: { type: 'string' } },
    },
  };
  const parse = async (content, over = schema) => {
    const { states, reply: said } = await run(
      {
        P: { type: 'ParseJson', inputs: { content: '@triggerBody()', schema: over }, runAfter: {} },
        R: reply(
          { body: "@body('P')", error: "@actions('P')?['error']?['message']" },
          after('P', 'Succeeded', 'Failed'),
        ),
      },
      { body: content },
    );
    return { state: states.P, ...said };
  };

  it('takes an object, and a text with JSON in it', async () => {
    const value = { v: 1, name: 'abc', more: true };
    assert.deepEqual((await parse(value)).body, value);
    assert.deepEqual((await parse(JSON.stringify(value))).body, value);
  });

  for (const [title, content, message] of [
    ['a text that is no JSON', '{', /not valid JSON/],
    ['nothing', null, /must not be null/],
    ['a missing property', { v: 1 }, /Required properties are missing from object: name/],
    ['null for a typed property', { v: 1, name: null }, /Expected String but got Null/],
    ['another type', { v: '1', name: 'a' }, /Expected Integer but got String/],
    ['a fraction for an integer', { v: 1.5, name: 'a' }, /Expected Integer but got Number/],
    ['a number that nothing can count with', { v: 1e300, name: 'a' }, /Expected Integer but got Number/],
    ['another version', { v: 2, name: 'a' }, /enum/],
    ['a text that is too short', { v: 1, name: '' }, /shorter than 1/],
    ['a text that is too long', { v: 1, name: 'abcd' }, /exceeds 3/],
    ['too many items', { v: 1, name: 'a', list: ['a', 'b', 'c'] }, /exceeds 2/],
    ['a wrong item', { v: 1, name: 'a', list: [1] }, /Path 'list\[0\]'/],
  ]) {
    it(`refuses ${title}`, async () => {
      const { state, error, body } = await parse(content);
      assert.deepEqual([state, body], ['Failed', null]);
      assert.match(error, message);
    });
  }

  it('refuses a schema with a pattern, as the service does, whatever the value', async () => {
    const { state, error } = await parse('{}', { type: 'object', properties: { a: { items: { pattern: 'a' } } } });
    assert.equal(state, 'Failed');
    assert.match(error, /has a 'pattern'/);
  });

  it('refuses a schema keyword that it does not check', async () => {
    for (const keyword of ['oneOf', 'constructor']) {
      const { error } = await parse({}, { type: 'object', [keyword]: [] });
      assert.match(error, new RegExp(`does not know the schema keyword '${keyword}'`));
    }
  });
});
