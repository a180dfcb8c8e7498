/**
 * What FROM joins, and what the conditions of a query hold for.
 *
 * Invariant: a condition is listed with the ranges that it holds for. A condition of WHERE or of an
 * inner join holds for every row of all ranges; one of an outer join holds only for the nullable
 * side, and only for rows that are present there.
 */
import { child, conjuncts } from './fields.js';
import { type FromItem, type Join, type Query, unmatchedCommands } from './query.js';
import type { TreeNode } from './read.js';

export interface Condition {
  readonly node: TreeNode;
  /** The ranges whose rows it filters; undefined means all ranges of the query. */
  readonly restricts: ReadonlySet<number> | undefined;
  /** Whether it filters every row of the query's FROM. */
  readonly enforced: boolean;
  /** The ranges that it judges. */
  readonly ranges: readonly number[];
  readonly place: 'where' | 'join';
}

/**
 * The outermost conjuncts of WHERE and of the joins. The ON of a MERGE counts as a WHERE if all
 * actions need a match; otherwise it restricts only the target.
 */
export function conditionsOf(query: Query): readonly Condition[] {
  // Up to PostgreSQL 16, the tree keeps the condition of a MERGE in the place of WHERE.
  const own = [...conjuncts(query.where), ...conjuncts(child(query.node, 'mergeJoinCondition'))];
  const kind: Omit<Condition, 'node'> =
    unmatchedCommands(query).length === 0
      ? { restricts: undefined, enforced: true, ranges: scannedBy(query), place: 'where' }
      : { restricts: new Set([query.resultRelation]), enforced: false, ranges: [], place: 'join' };
  return [...query.from.flatMap((item) => joinConditions(item, true)), ...own.map((node) => ({ node, ...kind }))];
}

function joinConditions(item: FromItem, enforced: boolean): readonly Condition[] {
  if (!item.join) return [];
  const { kind, left, right, condition } = item.join;
  const restricts = kind === 'inner' ? undefined : new Set(kind === 'full' ? [] : optionalIn(item.join));
  const own = { restricts, enforced: enforced && kind === 'inner', ranges: rangesIn(item), place: 'join' } as const;
  return [
    ...joinConditions(left, enforced && (kind === 'inner' || kind === 'left')),
    ...joinConditions(right, enforced && (kind === 'inner' || kind === 'right')),
    ...conjuncts(condition).map((node) => ({ node, ...own })),
  ];
}

/** The ranges of FROM and USING, including the changed table of an UPDATE, DELETE or MERGE. */
export function scannedBy({ from, command, resultRelation }: Query): readonly number[] {
  return [...from.flatMap(rangesIn), ...(command === 'merge' ? [resultRelation] : [])];
}

/** The ranges below an item of FROM, without those of joins themselves. */
export function rangesIn(item: FromItem): readonly number[] {
  return item.join ? [...rangesIn(item.join.left), ...rangesIn(item.join.right)] : [item.varno];
}

/** The joins below items of FROM, outer ones first. */
export function joinsIn(items: readonly FromItem[]): readonly Join[] {
  return items.flatMap(({ join }) => (join ? [join, ...joinsIn([join.left, join.right])] : []));
}

/** The ranges on the sides of a join that it may leave out. */
export function optionalIn({ kind, left, right }: Join): readonly number[] {
  return { inner: [], left: [right], right: [left], full: [left, right] }[kind].flatMap(rangesIn);
}
