/**
 * The rules that every shipped flow keeps, checked without running it. Each
 * mistake is a sentence that names the action and says what is wrong. What the
 * designer or the platform would find only when a user saves or runs the flow
 * should be found here. It mends nothing.
 */
import { conditionMistakes } from './check/conditions.js';
import { expressionMistakes } from './check/expressions.js';
import { graphMistakes } from './check/graph.js';
import { limitMistakes } from './check/limits.js';
import { loopMistakes } from './check/loops.js';
import { responseMistakes } from './check/responses.js';
import { shapeMistakes } from './check/shape.js';
import type { Definition } from './definition.js';

export function checkDefinition(definition: Definition): string[] {
  const shape = shapeMistakes(definition);
  if (shape.length > 0) return shape;
  const graph = graphMistakes(definition);
  if (graph.length > 0) return graph;
  return [limitMistakes, loopMistakes, responseMistakes, conditionMistakes, expressionMistakes].flatMap((rule) =>
    rule(definition),
  );
}
