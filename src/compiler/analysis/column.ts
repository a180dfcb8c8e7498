/** The column that an expression is, for expressions that are plain columns. */
import { child, integer } from './fields.js';
import type { Query } from './query.js';
import type { TreeNode } from './read.js';
import { type ColumnReference, columnReference } from './walk.js';

/** A column of a range that is no join and no group. */
export interface PlainColumn {
  /** How many queries out the range is. */
  readonly levelsUp: number;
  readonly varno: number;
  readonly number: number;
  /** In RETURNING, where it says so: of the row before the change, or after it. */
  readonly version: ColumnReference['version'];
}

/**
 * The column that an expression is, seen through the names that joins and (from PostgreSQL 18 on)
 * groups give it, and through casts that keep the value; undefined for a computed expression.
 * `queries` are the expression's own query and those around it, from the inside out.
 */
export function plainColumn(node: TreeNode, queries: readonly Query[]): PlainColumn | undefined {
  if (node.tag === 'RELABELTYPE') {
    const argument = child(node, 'arg');
    return argument && plainColumn(argument, queries);
  }
  const column = columnReference(node);
  if (column === undefined) return undefined;
  const { levelsUp, varno, number, version } = column;
  const range = queries[levelsUp]?.ranges[varno - 1];
  if (range?.kind !== 'join' && range?.kind !== 'group') return { levelsUp, varno, number, version };
  const inner = range.columns[number - 1];
  const found = inner && plainColumn(inner, queries.slice(levelsUp));
  return found && { ...found, levelsUp: found.levelsUp + levelsUp };
}

/** The column of a subquery that a `PARAM` in the condition of IN or ANY stands for. */
export function subqueryColumn(node: TreeNode): number | undefined {
  const bare = node.tag === 'RELABELTYPE' ? child(node, 'arg') : node;
  return bare?.tag === 'PARAM' && integer(bare, 'paramkind') === 2 ? integer(bare, 'paramid') : undefined;
}
