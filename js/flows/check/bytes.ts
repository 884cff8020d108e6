/**
 * Finds expressions that make a text of chunk bytes: `string()`, `concat()`,
 * `base64()` and the like, and interpolation. What may hold bytes is the column
 * or property `chunk`, and whatever is not projected at all: a whole body, row,
 * item or push. The texts that a Select made may be joined.
 */
import type { Node } from '../runtime/parser.js';

const MAKES_TEXT = new Set('string concat base64 base64tostring replace uricomponent encodeuricomponent'.split(' '));
/** Functions that hand on one of their arguments. */
const HANDS_ON = new Set(
  'if coalesce first last take skip union intersection createarray array reverse join'.split(' '),
);
const WHOLE = new Set('triggerbody triggeroutputs trigger item items result actions body outputs'.split(' '));
const BULKY = new Set(['chunk', 'push', 'value', 'chunks', 'body', 'outputs', 'inputs']);

export function bytesMistakes(nodes: Node[], interpolated: boolean): string[] {
  const mistakes: string[] = [];
  for (const node of nodes) {
    if (interpolated && mayHoldBytes(node)) mistakes.push('an interpolation makes a text of chunk bytes');
    for (const call of callsIn(node)) {
      const name = call.name.toLowerCase();
      if (MAKES_TEXT.has(name) && call.args.some(mayHoldBytes))
        mistakes.push(`${call.name}() makes a text of chunk bytes`);
    }
  }
  return mistakes;
}

function mayHoldBytes(node: Node): boolean {
  if (node.kind === 'literal') return false;
  if (node.kind === 'member') {
    if (node.name.kind !== 'literal') return mayHoldBytes(node.of);
    if (typeof node.name.value === 'number') return mayHoldBytes(node.of);
    return BULKY.has(String(node.name.value).toLowerCase().split('/').at(-1) ?? '');
  }
  const name = node.name.toLowerCase();
  const isJoinOfSelect = name === 'join' && node.args[0]?.kind === 'call' && node.args[0].name.toLowerCase() === 'body';
  if (isJoinOfSelect) return false;
  if (HANDS_ON.has(name)) return node.args.some(mayHoldBytes);
  return WHOLE.has(name);
}

function* callsIn(node: Node): Generator<Extract<Node, { kind: 'call' }>> {
  if (node.kind === 'member') {
    yield* callsIn(node.of);
    yield* callsIn(node.name);
  } else if (node.kind === 'call') {
    yield node;
    for (const arg of node.args) yield* callsIn(arg);
  }
}
