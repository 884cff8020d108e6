/**
 * Finds expressions that make a text of what may be long: `string()`,
 * `concat()`, `base64()` and the like, and interpolation. What may be long are
 * the bytes of chunks, the fields of contacts, and whatever is not projected at
 * all: a whole body, row, item or push. The texts that a Select made may be
 * joined, and so may an array whose items the schema keeps short.
 */
import type { Node } from '../runtime/parser.js';

const MAKES_TEXT = new Set('string concat base64 base64tostring replace uricomponent encodeuricomponent'.split(' '));
/** Functions that hand on one of their arguments. */
const HANDS_ON = new Set(
  'if coalesce first last take skip union intersection createarray array reverse join'.split(' '),
);
const WHOLE = new Set('triggerbody triggeroutputs trigger item items result actions body outputs'.split(' '));
const BULKY = new Set('chunk push value chunks body outputs inputs changes fields items rows row'.split(' '));

/** `from` is what `item()` is an item of, where that is known. */
export function bytesMistakes(nodes: Node[], interpolated: boolean, from?: Node): string[] {
  const isLong = (node: Node): boolean => mayBeLong(node, from);
  const mistakes: string[] = [];
  for (const node of nodes) {
    if (interpolated && isLong(node)) mistakes.push('an interpolation makes a text of what may be long');
    for (const call of callsIn(node)) {
      if (MAKES_TEXT.has(call.name.toLowerCase()) && call.args.some(isLong))
        mistakes.push(`${call.name}() makes a text of what may be long`);
    }
  }
  return mistakes;
}

function mayBeLong(node: Node, from: Node | undefined): boolean {
  if (node.kind === 'literal') return false;
  if (node.kind === 'member') {
    if (node.name.kind !== 'literal') return mayBeLong(node.of, from);
    if (typeof node.name.value === 'number') return mayBeLong(node.of, from);
    return BULKY.has(String(node.name.value).toLowerCase().split('/').at(-1) ?? '');
  }
  const name = node.name.toLowerCase();
  const isJoinOfSelect = name === 'join' && node.args[0]?.kind === 'call' && node.args[0].name.toLowerCase() === 'body';
  if (isJoinOfSelect) return false;
  if (name === 'item' && from) return mayBeLong(from, undefined);
  if (HANDS_ON.has(name)) return node.args.some((arg) => mayBeLong(arg, from));
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
