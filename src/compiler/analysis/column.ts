/**
 * The columns that expressions name, each with the range that it is of, and what is behind them; which of them a condition
 * makes equal, and which subqueries a row must have met.
 */
import type { Catalog } from '../../catalog/index.js';
import { child, children, conjuncts, flag, integer, optionalInteger, walk } from './fields.js';
import { type Level, levelAt, type LevelRange, type Sublink } from './levels.js';
import type { TreeNode, TreeValue } from './read.js';

export interface Column {
  readonly range: LevelRange;
  /** `attnum`; 0 is the whole row, and system columns are negative. */
  readonly number: number;
  /** In RETURNING, where it says so: of the row before the change, or after it. */
  readonly version: 'old' | 'new' | undefined;
}

/** What a `VAR` refers to that stands `depth` queries further in than a level; undefined for any other node, and for columns in there. */
export function columnOf(node: TreeNode | undefined, level: Level | undefined, depth = 0): Column | undefined {
  const levelsUp = node?.tag === 'VAR' ? integer(node, 'varlevelsup') - depth : -1;
  if (!node || levelsUp < 0) return undefined;
  const range = levelAt(level, levelsUp)?.ranges[integer(node, 'varno') - 1];
  const version = ([undefined, 'old', 'new'] as const)[optionalInteger(node, 'varreturningtype') ?? 0];
  return range && { range, number: integer(node, 'varattno'), version };
}

/** The columns that an expression names; those that subqueries in it name of the queries around them only if they are asked for. */
export function columnsIn(expression: TreeValue | undefined, level: Level | undefined, inSubqueries = false): readonly Column[] {
  const found: Column[] = [];
  walk(expression, (node, depth) => {
    const column = columnOf(node, level, depth);
    if (column) found.push(column);
    return inSubqueries || node.tag !== 'QUERY';
  });
  return found;
}

/**
 * The column that an expression is, seen through the names that joins and (from PostgreSQL 18 on)
 * groups give it, and through casts that keep the value; undefined for a computed expression.
 */
export function plainColumn(node: TreeNode | undefined, level: Level): Column | undefined {
  const column = columnOf(unlabelled(node), level);
  if (column?.range.kind !== 'join' && column?.range.kind !== 'group') return column;
  return plainColumn(column.range.columns[column.number - 1], column.range.level);
}

/** An expression, and the query that it stands in. */
export interface Source {
  readonly level: Level;
  readonly expression: TreeNode | undefined;
}

/** What a column of a query's result is, in each of its arms. */
export function sourcesOf(level: Level, number: number): readonly Source[] {
  if (level.query.setOperations) return level.arms.flatMap((arm) => sourcesOf(arm, number));
  return [{ level, expression: level.query.outputs.find((output) => output.number === number)?.expression }];
}

/** What a column of a range is; undefined where nothing is behind it, as in a table or a recursion. */
export function sourcesBehind({ range, number }: Omit<Column, 'version'>): readonly Source[] | undefined {
  const joined = range.columns[number - 1];
  if (joined) return [{ level: range.level, expression: joined }];
  return range.cte?.recursive || !range.behind ? undefined : sourcesOf(range.behind, number);
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

/** A column of a subquery in an expression. */
export interface SubqueryColumn {
  readonly sublink: Sublink;
  readonly number: number;
}

/** A column that must equal another one, or a column of a subquery's row. */
export type Equality = readonly [Column, Column | SubqueryColumn];

/** The equalities that a condition states, by operators that an index takes for equality. */
export function equalitiesOf(condition: TreeNode, level: Level, catalog: Catalog): readonly Equality[] {
  const needed = neededSubquery(condition, level, catalog);
  const [one, other] = (!needed && condition.tag === 'OPEXPR' && sidesOf(condition, catalog)) || [];
  const pairs = needed?.equal ?? [[one, plainColumn(other, level)] as const];
  return pairs.flatMap(([node, right]): Equality[] => {
    const left = plainColumn(node, level);
    return left && right ? [[left, right]] : [];
  });
}

interface NeededSubquery {
  readonly sublink: Sublink;
  /** What must equal columns of its row, each with the column. */
  readonly equal: readonly (readonly [node: TreeNode | undefined, column: SubqueryColumn | undefined])[];
}

/** The subquery that must return a row for the condition to be true: `EXISTS (…)`, `x IN (…)`, `x = (…)`, `x = ANY (ARRAY(…))`. */
export function neededSubquery(condition: TreeNode, level: Level, catalog: Catalog): NeededSubquery | undefined {
  const own = level.sublinks.find(({ node }) => node === condition);
  if (own?.kind === 'exists') return { sublink: own, equal: [] };
  if (own?.kind === 'any') {
    // A row comparison is one comparison for each column, joined by AND.
    const tests = conjuncts(own.test).map((test) => sidesOf(test, catalog));
    const equal = tests.map((sides) => {
      const number = subqueryColumn(sides?.[1]);
      return [sides?.[0], number === undefined ? undefined : { sublink: own, number }] as const;
    });
    return tests.includes(undefined) ? undefined : { sublink: own, equal };
  }
  const isArray = condition.tag === 'SCALARARRAYOPEXPR';
  const [left, right] = sidesOf(condition, catalog) ?? [];
  const sublinkAt = (side: TreeNode | undefined): Sublink | undefined =>
    level.sublinks.find(({ node, kind }) => node === unlabelled(side) && kind === (isArray ? 'array' : 'expression'));
  const ofRight = sublinkAt(right);
  // An array on the left may be empty and equal an element on the right.
  const sublink = ofRight ?? (isArray ? undefined : sublinkAt(left));
  return sublink && { sublink, equal: [[ofRight ? left : right, { sublink, number: 1 }]] };
}

/** The two sides of `x = y` and `x = ANY (…)`. */
function sidesOf(node: TreeNode, { equalities }: Catalog): readonly TreeNode[] | undefined {
  const isEqual = node.tag === 'OPEXPR' || (node.tag === 'SCALARARRAYOPEXPR' && flag(node, 'useOr'));
  return isEqual && equalities.has(integer(node, 'opno')) ? children(node, 'args') : undefined;
}
