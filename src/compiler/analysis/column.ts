/** References to columns, and the column that an expression is, for expressions that are plain columns. */
import { child, integer, optionalInteger } from './fields.js';
import { armLevels, type Level, levelAt, queryBehind } from './levels.js';
import { outputsOf } from './query.js';
import type { TreeNode } from './read.js';

/** A reference to a column of a range. */
export interface ColumnReference {
  readonly varno: number;
  /** `attnum`; 0 is the whole row, and system columns are negative. */
  readonly number: number;
  /** How many queries out the range is. */
  readonly levelsUp: number;
  /** In RETURNING, where it says so: of the row before the change, or after it. */
  readonly version: 'old' | 'new' | undefined;
}

/** A column of a range that is no join and no group. */
export type PlainColumn = ColumnReference;

/** What a `VAR` refers to; undefined for any other node. */
export function columnReference(node: TreeNode | undefined): ColumnReference | undefined {
  if (node?.tag !== 'VAR') return undefined;
  return {
    varno: integer(node, 'varno'),
    number: integer(node, 'varattno'),
    levelsUp: integer(node, 'varlevelsup'),
    version: ([undefined, 'old', 'new'] as const)[optionalInteger(node, 'varreturningtype') ?? 0],
  };
}

/**
 * The column that an expression is, seen through the names that joins and (from PostgreSQL 18 on)
 * groups give it, and through casts that keep the value; undefined for a computed expression.
 */
export function plainColumn(node: TreeNode | undefined, level: Level | undefined): PlainColumn | undefined {
  const column = columnReference(unlabelled(node));
  if (column === undefined) return undefined;
  const { levelsUp, varno, number } = column;
  const from = levelAt(level, levelsUp);
  const range = from?.query.ranges[varno - 1];
  if (range?.kind !== 'join' && range?.kind !== 'group') return column;
  const found = plainColumn(range.columns[number - 1], from);
  return found && { ...found, levelsUp: found.levelsUp + levelsUp };
}

/** An expression, and the query that it stands in. */
export interface Source {
  readonly level: Level;
  readonly expression: TreeNode | undefined;
}

/** What a column of a query's result is, in each of its arms. */
export function sourcesOf(level: Level, number: number): readonly Source[] {
  if (level.query.setOperations) return armLevels(level).flatMap((arm) => sourcesOf(arm, number));
  return [{ level, expression: outputsOf(level.query).find((output) => output.number === number)?.expression }];
}

/** What a column of one of a query's ranges is; undefined where nothing is behind it, as in a table or a recursion. */
export function sourcesBehind({ varno, number }: Pick<ColumnReference, 'varno' | 'number'>, level: Level): readonly Source[] | undefined {
  const range = level.query.ranges[varno - 1];
  const joined = range?.columns[number - 1];
  if (joined) return [{ level, expression: joined }];
  const inner = range?.cte?.recursive ? undefined : queryBehind(range, level);
  return inner && sourcesOf(inner, number);
}

/** The column of a subquery that a `PARAM` in the condition of IN or ANY stands for. */
export function subqueryColumn(node: TreeNode | undefined): number | undefined {
  const bare = unlabelled(node);
  return bare?.tag === 'PARAM' && integer(bare, 'paramkind') === 2 ? integer(bare, 'paramid') : undefined;
}

/** A node without casts that keep the value. */
export function unlabelled(node: TreeNode | undefined): TreeNode | undefined {
  return node?.tag === 'RELABELTYPE' ? unlabelled(child(node, 'arg')) : node;
}
