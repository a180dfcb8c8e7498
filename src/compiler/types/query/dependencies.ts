/** Which ranges an expression or a subquery reads, its own left out. */
import { integer, walk } from '../../analysis/index.js';
import { scopeAbove, rangeAt, type Scope, type Source } from '../scope.js';
import type { Node } from '../node.js';

/** The sources of the scope, and of those around it, that a node of the scope refers to. */
export function sourcesOf(node: Node, scope: Scope): readonly Source[] {
  const found = new Set<Source>();
  walk(node, (part, depth) => {
    if (part.tag !== 'VAR') return true;
    const up = integer(part, 'varlevelsup') - depth;
    const at = up < 0 ? undefined : scopeAbove(scope, up);
    if (at !== undefined) addSources(part, at, found);
    return true;
  });
  return [...found];
}

function addSources(reference: Node, at: Scope, found: Set<Source>): void {
  const own = { tag: reference.tag, fields: { ...reference.fields, varlevelsup: '0' } };
  const range = rangeAt(at, own)?.range;
  if (range === undefined) return;
  const number = integer(reference, 'varattno');
  const expression = number === 0 ? undefined : range.expression?.(number);
  if (expression !== undefined) {
    for (const source of sourcesOf(expression, at)) found.add(source);
    return;
  }
  found.add(range.source);
  // The whole row of a join is made of its sides.
  if (range.expression !== undefined) for (const source of range.source.dependsOn) found.add(source);
}
