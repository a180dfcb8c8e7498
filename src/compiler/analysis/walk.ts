/** Visits all nodes of a query, with the number of queries between a node and the start. */
import { children } from './fields.js';
import { field, isNode, type TreeNode, type TreeValue } from './read.js';

/**
 * Returns whether to visit what is inside the node. `depth` counts the queries entered since the start: a
 * Var with that `varlevelsup` belongs to the start's own level.
 */
export type Visit = (node: TreeNode, depth: number) => boolean;

/** Visits a node and everything below it, except below nodes for which a visit returned false. */
export function walk(start: TreeValue | undefined, visit: Visit, depth = 0): void {
  if (start === undefined || start === null || typeof start === 'string') return;
  if (Array.isArray(start)) {
    for (const item of start as readonly TreeValue[]) walk(item, visit, depth);
    return;
  }
  if (!isNode(start) || !visit(start, depth)) return;
  const inside = start.tag === 'QUERY' ? depth + 1 : depth;
  for (const value of start.inner) if (typeof value === 'object') walk(value, visit, inside);
}

/** Whether a node, or one below it, passes a test; what is skipped is not gone into. */
export function contains(start: TreeValue | undefined, test: Visit, skips: (node: TreeNode) => boolean = () => false): boolean {
  let found = false;
  walk(start, (node, depth) => {
    found ||= test(node, depth);
    return !found && !skips(node);
  });
  return found;
}

/** The operands of AND, at any depth; any other condition is its own only conjunct. */
export function conjuncts(condition: TreeNode | undefined): readonly TreeNode[] {
  if (condition === undefined) return [];
  const isAnd = condition.tag === 'BOOLEXPR' && field(condition, 'boolop') === 'and';
  return isAnd ? children(condition, 'args').flatMap(conjuncts) : [condition];
}
