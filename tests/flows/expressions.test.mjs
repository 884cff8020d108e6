// The conformance list of expressions: each line is one thing that the language
// does, as documented or seen in the field.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { conditionHolds } from '../../pkg/dist/flows/runtime/condition.js';
import { evaluate } from '../../pkg/dist/flows/runtime/evaluate.js';
import { compose, run } from './flow.mjs';

const OBJECT = { text: 'abc', list: [1, 2, 3], none: null, inner: { x: 1 }, Big: true, body: { value: ['v'] } };
const SCOPE = { call: (name) => (name === 'body' ? OBJECT : undefined) };
const value = (text) => evaluate(text, SCOPE);

const GIVES = [
  // Text and expressions.
  ['plain', 'plain'],
  ['', ''],
  ['@', '@'],
  ['a@example.com', 'a@example.com'],
  ['@@x', '@x'],
  ['@@{x}', '@{x}'],
  ['a @@{x} b', 'a @{x} b'],
  ['@1', 1],
  ['@-1.5', -1.5],
  ['@true', true],
  ['@null', null],
  ["@'don''t'", "don't"],
  ['@{1}', '1'],
  ['@{true}', 'True'],
  ['@{false}', 'False'],
  ['@{null}', ''],
  ["a @{'b'} c", 'a b c'],
  ["@{'a'}@{'b'}", 'ab'],
  ["@{body('X').list}", '[1,2,3]'],
  ["@body('X').list ", '[1,2,3] '],
  ["@TOUPPER('a')", 'A'],
  ['@add( 1 , 2 )', 3],
  // Members.
  ["@body('X').text", 'abc'],
  ["@body('X')['text']", 'abc'],
  ["@body('X')?['text']", 'abc'],
  ["@body('X')['TEXT']", 'abc'],
  ["@body('X')?['absent']", null],
  ["@body('X')?['absent']?['more']", null],
  ["@body('X')?.absent?.more", null],
  ["@body('X')['list'][1]", 2],
  ["@body('X')['list']?[9]", null],
  ["@body('X')?['body/value']", ['v']],
  ["@body('X').inner.x", 1],
  // Timestamps.
  ["@formatDateTime('2026-11-23T05:04:58.75Z', 'yyyy-MM-ddTHH:mm:ssZ')", '2026-11-23T05:04:58Z'],
  ["@formatDateTime('2026-11-23T05:04:58+02:00')", '2026-11-23T03:04:58.0000000Z'],
  ["@addMinutes('2026-11-23T00:04:00', -5, 'yyyy-MM-ddTHH:mm:ssZ')", '2026-11-22T23:59:00Z'],
  ["@div(sub(ticks('2026-11-23T05:01:01Z'), ticks('2026-11-23T05:00:00Z')), 10000000)", 61],
  // Functions on texts.
  ["@concat('a', 1, true)", 'a1True'],
  ["@toLower('AbC')", 'abc'],
  ["@trim(' a ')", 'a'],
  ["@replace('aXbX', 'X', '$&')", 'a$&b$&'],
  ["@split('a_b_c', '_')", ['a', 'b', 'c']],
  ["@split('a_b_c', ' ')", ['a_b_c']],
  ["@split('ab', '')", ['ab']],
  ["@substring('hello', 1, 3)", 'ell'],
  ["@startsWith('Hello', 'hE')", true],
  ["@endsWith('Hello', 'LO')", true],
  ["@indexOf('hello', 'L')", 2],
  ["@lastIndexOf('hello', 'l')", 3],
  // Collections.
  ["@contains('hello', 'ell')", true],
  ["@contains('hello', 'ELL')", false],
  ["@contains(body('X').list, 2)", true],
  ["@contains(body('X').list, '2')", false],
  ["@contains(body('X'), 'text')", true],
  ["@empty('')", true],
  ['@empty(null)', true],
  ["@empty(json('[]'))", true],
  ["@length(body('X').list)", 3],
  ["@first(body('X').list)", 1],
  ["@last(body('X').list)", 3],
  ["@last(json('[]'))", null],
  ["@take(body('X').list, 2)", [1, 2]],
  ["@take(body('X').list, 9)", [1, 2, 3]],
  ["@skip(body('X').list, 1)", [2, 3]],
  ["@join(body('X').list, ' or ')", '1 or 2 or 3'],
  ['@union(createArray(1, 2), createArray(2, 3))', [1, 2, 3]],
  [
    `@union(json('[{"a":1,"b":2}]'), json('[{"b":2,"a":1},[["a",1],["b",2]]]'))`,
    [
      { a: 1, b: 2 },
      [
        ['a', 1],
        ['b', 2],
      ],
    ],
  ],
  [`@union(json('{"a":1,"b":2}'), json('{"b":null,"c":3}'))`, { a: 1, b: null, c: 3 }],
  ['@intersection(createArray(1, 2), createArray(2, 3))', [2]],
  ['@range(2, 3)', [2, 3, 4]],
  // Logic.
  ['@equals(1, 1)', true],
  ["@equals(1, '1')", false],
  ["@equals(null, '')", false],
  ['@equals(json(\'[{"a":1}]\'), json(\'[{"a":1}]\'))', true],
  ['@and(true, false)', false],
  ['@or(true, false)', true],
  ['@not(false)', true],
  ['@greater(2, 1)', true],
  ['@lessOrEquals(2, 2)', true],
  ["@if(equals(1, 1), 'yes', 'no')", 'yes'],
  ["@coalesce(null, 'a', 'b')", 'a'],
  ['@coalesce(null, null)', null],
  ["@if(true, 'ok', int('abc'))", 'ok'],
  ["@if(false, int('abc'), 'ok')", 'ok'],
  ["@and(false, int('abc'))", false],
  ["@or(true, int('abc'))", true],
  ["@coalesce('a', int('abc'))", 'a'],
  ["@greater('b', 'A')", true],
  ["@equals('a', 'A')", false],
  // Conversions and numbers.
  ['@string(10)', '10'],
  ['@string(null)', ''],
  ['@string(json(\'{"a":1}\'))', '{"a":1}'],
  ["@int('10')", 10],
  ["@float('1.5')", 1.5],
  ["@bool('true')", true],
  ['@bool(0)', false],
  ['@json(\'{"a":[1]}\')', { a: [1] }],
  ["@base64('hello')", 'aGVsbG8='],
  ["@base64ToString('aGVsbG8=')", 'hello'],
  ["@encodeUriComponent('a b')", 'a%20b'],
  ['@div(11, 5)', 2],
  ['@mod(3, 2)', 1],
  ['@max(1, 3, 2)', 3],
  ['@min(createArray(2, 1))', 1],
  ["@setProperty(json('{\"a\":1}'), 'a', 2)", { a: 2 }],
  ["@removeProperty(json('{\"a\":1}'), 'a')", {}],
];

const REFUSES = [
  ["@frobnicate('a')", /'frobnicate' is not defined/],
  ["@body('X')['absent']", /property 'absent' doesn't exist/],
  ["@body('X').text.more", /Property selection is not supported on values of type 'String'/],
  ["@body('X').text?['more']", /Property selection is not supported on values of type 'String'/],
  ["@body('X').none.more", /null/],
  ["@body('X').list[9]", /outside bounds/],
  ["@concat('a'", /unexpected/],
  ['@concat', /unexpected/],
  ['@()', /unexpected/],
  ['@{}', /unexpected/],
  [' @{', /unexpected/],
  ["@'a' b", /goes on/],
  ['@"a"', /unexpected/],
  ["@'a", /closing quote/],
  ['@1 + 2', /goes on|unexpected/],
  ["@add('1', 2)", /must be a number/],
  ['@length(1)', /must be an array or a text/],
  ["@int('1.5')", /not a whole number/],
  ['@div(1, 0)', /divided by zero/],
  ["@greater(1, '1')", /no order/],
  ["@if('true', 1, 2)", /must be a boolean/],
  ["@formatDateTime('yesterday')", /not a timestamp/],
  ["@ticks('2026-02-30T00:00:00Z')", /not a timestamp/],
  ["@addMinutes('2026-11-23T05:00:00Z', 1, 'd MMM')", /does not know the date format/],
  ["@union(createArray(1), json('{}'))", /must be an array/],
  ["@and(true, 'x')", /must be a boolean/],
  ['@if(true, 1)', /does not take 2/],
  ["@json('{')", /not valid JSON/],
  ["@substring('abc', 2, 5)", /outside/],
  ['@equals(1)', /does not take 1/],
  ['@constructor', /'constructor' is unexpected/],
];

describe('flows: expressions', () => {
  for (const [text, wanted] of GIVES)
    it(`${text} gives ${JSON.stringify(wanted)}`, () => assert.deepEqual(value(text), wanted));
  for (const [text, message] of REFUSES) it(`${text} is refused`, () => assert.throws(() => value(text), message));

  it('values are evaluated at any depth, and other values kept', () => {
    assert.deepEqual(evaluate({ a: ['@add(1, 1)', 2, { b: "@{'c'}" }], d: null }, SCOPE), {
      a: [2, 2, { b: 'c' }],
      d: null,
    });
  });

  it('a text of more than 131,072 characters is not made', () => {
    const scope = { call: (name) => (name === 'body' ? 'a'.repeat(131_072) : undefined) };
    assert.equal(evaluate("@string(body('X'))", scope).length, 131_072);
    assert.throws(() => evaluate("@concat(body('X'), 'a')", scope), /more than the 131072 allowed/);
  });

  it('a condition with too few or too many operands is refused', () => {
    for (const condition of [{ equals: ['@1'] }, { not: [true, true] }, { and: [{ less: [1, 2, 3] }] }]) {
      assert.throws(() => conditionHolds(condition, SCOPE), /does not take \d parameter/);
    }
    assert.equal(conditionHolds({ and: [{ equals: ['@1', 1] }, { not: { less: [2, 1] } }] }, SCOPE), true);
  });

  it('a parameter that is not there is refused, whatever it is called', async () => {
    for (const name of ['absent', 'constructor']) {
      const { states } = await run({ A: compose(`@parameters('${name}')`) });
      assert.equal(states.A, 'Failed', name);
    }
  });

  it('an expression has at most 8,192 characters', () => {
    assert.throws(() => value(`@length('${'a'.repeat(8192)}')`), /more than the 8192 allowed/);
  });
});
