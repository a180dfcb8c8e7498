/** Through a query's nodes, whatever they are, with the number of queries between a node and the start. */
import { integer, optionalInteger } from './fields.js';
import { isNode, type TreeNode, type TreeValue } from './read.js';

/** Whether to go on into the node. `depth` counts the queries entered since the start: a Var of the start's own level has it as its `varlevelsup`. */
export type Visit = (node: TreeNode, depth: number) => boolean;

/** Visits a node, and everything below it that its visits do not hold back. A query that is started with counts as entered. */
export function walk(start: TreeValue | undefined, visit: Visit, depth = 0): void {
  if (start === undefined || start === null || typeof start === 'string') return;
  if (Array.isArray(start)) {
    for (const item of start as readonly TreeValue[]) walk(item, visit, depth);
    return;
  }
  if (!isNode(start) || !visit(start, depth)) return;
  const inside = start.tag === 'QUERY' ? depth + 1 : depth;
  for (const value of Object.values(start.fields)) if (typeof value === 'object') walk(value, visit, inside);
}

/** The operands that AND joins, at any depth; one condition is its own only one. */
export function conjuncts(condition: TreeNode | undefined): readonly TreeNode[] {
  if (condition === undefined) return [];
  if (condition.tag !== 'BOOLEXPR' || condition.fields['boolop'] !== 'and') return [condition];
  const args = condition.fields['args'];
  return Array.isArray(args) ? (args as readonly TreeValue[]).flatMap((arg) => (isNode(arg) ? conjuncts(arg) : [])) : [];
}

/** A reference to a column of a range. */
export interface ColumnReference {
  readonly varno: number;
  /** `attnum`; 0 is the whole row, and system columns are negative. */
  readonly number: number;
  /** How many queries out the range is. */
  readonly levelsUp: number;
  /** In RETURNING: the row before the change, or after it. */
  readonly version: 'old' | 'new' | undefined;
}

/** What a `VAR` refers to; undefined for any other node. */
export function columnReference(node: TreeNode): ColumnReference | undefined {
  if (node.tag !== 'VAR') return undefined;
  return {
    varno: integer(node, 'varno'),
    number: integer(node, 'varattno'),
    levelsUp: integer(node, 'varlevelsup'),
    version: ([undefined, 'old', 'new'] as const)[optionalInteger(node, 'varreturningtype') ?? 0],
  };
}
