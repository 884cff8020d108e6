/**
 * Every text of a definition that is an expression: it parses, its functions
 * exist, the actions, variables, parameters and loops it names exist and can be
 * seen from where it stands, and it makes no text of what may hold the bytes of
 * chunks, for such a text has at most 131,072 characters (limits-and-config.md).
 */
import { type Action, type Definition, isObject, type Json, prop, propsOf } from '../definition.js';
import { countMistake } from '../runtime/functions/arguments.js';
import { FUNCTIONS } from '../runtime/functions/index.js';
import { type Node, parseTemplate } from '../runtime/parser.js';
import { RUN_FUNCTIONS } from '../runtime/reader.js';
import { bytesMistakes } from './bytes.js';
import { addVisible, everyPlace, type Place } from './graph.js';

export function expressionMistakes(definition: Definition): string[] {
  const mistakes: string[] = [];
  const variables = variablesOf(definition);
  for (const place of everyPlace(definition.actions)) {
    const add = (mistake: string): number => mistakes.push(`'${place.name}': ${mistake}`);
    for (const [text, repeats] of textsOf(place.action)) {
      try {
        const template = parseTemplate(text);
        if (template.kind === 'plain') continue;
        if (template.kind === 'mixed' && typeof template.parts[0] !== 'string' && /^@[^{]/.test(text)) {
          add(`white space after '${text.trim()}' makes a text of it`);
        }
        const nodes =
          template.kind === 'typed' ? [template.node] : template.parts.filter((part) => typeof part !== 'string');
        for (const mistake of bytesMistakes(nodes, template.kind === 'mixed', fromOf(place.action))) add(mistake);
        for (const node of nodes)
          for (const mistake of callMistakes(node, { place, definition, variables, repeats })) add(mistake);
      } catch (error) {
        add(error instanceof Error ? error.message : String(error));
      }
    }
    for (const mistake of targetMistakes(place.action, variables)) add(mistake);
  }
  return mistakes;
}

/** What a Query or Select goes through, so that its `item()` can be judged. */
function fromOf(action: Action): Node | undefined {
  const from = action.type === 'Query' || action.type === 'Select' ? prop(action.inputs, 'from') : undefined;
  const template = typeof from === 'string' ? parseTemplate(from) : undefined;
  return template?.kind === 'typed' ? template.node : undefined;
}

/** The texts that belong to the action itself, and whether `item()` means something there. */
function* textsOf(action: Action): Generator<[text: string, repeats: boolean]> {
  const inputs = propsOf(action.inputs);
  const repeats = action.type === 'Query' || action.type === 'Select';
  for (const [key, value] of Object.entries(inputs)) {
    for (const text of textsIn(value)) yield [text, repeats && (key === 'where' || key === 'select')];
  }
  const rest = [isObject(action.inputs) ? undefined : action.inputs, action.expression, action.foreach];
  for (const one of Object.values(action.cases ?? {})) rest.push(one.case);
  for (const value of rest) for (const text of textsIn(value)) yield [text, false];
}

function* textsIn(value: Json | undefined): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const one of value) yield* textsIn(one);
  else if (isObject(value)) for (const one of Object.values(value)) yield* textsIn(one);
}

interface Context {
  place: Place;
  definition: Definition;
  variables: ReadonlySet<string>;
  repeats: boolean;
}

function* callMistakes(node: Node, context: Context): Generator<string> {
  if (node.kind === 'literal') return;
  if (node.kind === 'member') {
    yield* callMistakes(node.of, context);
    yield* callMistakes(node.name, context);
    return;
  }
  for (const arg of node.args) yield* callMistakes(arg, context);
  const name = node.name.toLowerCase();
  const known = FUNCTIONS.get(name);
  if (known !== undefined) {
    const mistake = countMistake(node.name, node.args.length, known);
    if (mistake !== undefined) yield mistake;
    return;
  }
  if (!RUN_FUNCTIONS.has(name)) yield `the function '${node.name}' is unknown`;
  else yield* referenceMistakes(name, node, context);
}

function* referenceMistakes(name: string, node: Extract<Node, { kind: 'call' }>, context: Context): Generator<string> {
  const { place, definition, variables, repeats } = context;
  if (name === 'item') {
    if (!repeats && place.loops.length === 0) yield 'item() is used where nothing repeats';
    return;
  }
  if (name === 'triggerbody' && place.action.type !== 'ParseJson')
    yield 'triggerBody() may be a text: read it with ParseJson';
  if (!['body', 'outputs', 'actions', 'result', 'items', 'iterationindexes', 'variables', 'parameters'].includes(name))
    return;
  const [first] = node.args;
  const target = first?.kind === 'literal' && typeof first.value === 'string' ? first.value : undefined;
  if (target === undefined) yield `${node.name}() must name what it reads with a text`;
  else if (name === 'variables') {
    if (!variables.has(target)) yield `the variable '${target}' is never initialised`;
  } else if (name === 'parameters') {
    if (!Object.hasOwn(definition.parameters, target)) yield `the parameter '${target}' is not declared`;
  } else if (name === 'items' || name === 'iterationindexes') {
    if (!place.loops.includes(target)) yield `${node.name}('${target}') is used outside of that loop`;
  } else if (!visibleFrom(place).has(target)) yield `'${target}' is not an action that can have run before`;
}

function visibleFrom(place: Place): ReadonlySet<string> {
  if (place.action.type !== 'Until') return place.before;
  const visible = new Set(place.before);
  for (const [name, action] of Object.entries(place.action.actions ?? {})) addVisible(name, action, visible);
  return visible;
}

function variablesOf(definition: Definition): Set<string> {
  const names = new Set<string>();
  for (const action of Object.values(definition.actions)) {
    if (action.type !== 'InitializeVariable' || !isObject(action.inputs)) continue;
    const declared = prop(action.inputs, 'variables');
    for (const one of Array.isArray(declared) ? declared : []) if (isObject(one)) names.add(String(prop(one, 'name')));
  }
  return names;
}

function targetMistakes(action: Action, variables: ReadonlySet<string>): string[] {
  if (!['SetVariable', 'AppendToArrayVariable', 'IncrementVariable'].includes(action.type)) return [];
  const name = isObject(action.inputs) ? String(prop(action.inputs, 'name')) : '';
  if (!variables.has(name)) return [`the variable '${name}' is never initialised`];
  // Refused when a flow is saved (field evidence: "Self reference is not supported when updating the value of variable").
  const texts = [...textsIn(prop(action.inputs, 'value'))];
  const reads = texts.some((text) => text.toLowerCase().includes(`variables('${name.toLowerCase()}')`));
  return reads ? [`the variable '${name}' is changed by what reads it`] : [];
}
