/** What a query's rows are made of, as the query around sees them. */
import { columnReference, type Level, outputsOf, outwards, type PlainColumn, plainColumn, type TreeNode, walk } from '../analysis/index.js';
import { isChanged } from './changed.js';
import type { Facts } from './facts.js';
import type { Covered, Judge } from './judges.js';
import type { Context } from './mixing.js';
import { hasColumn, makes, NO_COLUMNS, type OuterColumn, type Part } from './parts.js';
import type { TieNode, Ties } from './ties.js';

/** The parts of a query's rows, before they are grouped or cut. */
export function resultParts(
  ties: Ties,
  covered: Covered,
  outer: ReadonlyMap<TieNode, readonly OuterColumn[]>,
  level: Level,
  { facts, refuse }: Pick<Judge, 'facts' | 'refuse'>,
): readonly Part[] {
  const columns = outputColumns(level, facts);
  const made = outputsOf(level.query).filter(({ hidden }) => !hidden);
  const around = (node: TieNode): readonly OuterColumn[] =>
    ties.nodes.filter((other) => ties.reach([other]).has(node)).flatMap((other) => outer.get(other) ?? []);
  const groups = ties.groups();
  const parts = groups.flatMap(({ own, hanging }): Part[] => {
    const [first] = own;
    const isGuarded = first !== undefined && covered.guards.has(first);
    // What hangs on rows without a guard may have one of its own.
    const apart = isGuarded ? [] : hanging.filter((node) => covered.guards.has(node));
    const members = [...own, ...hanging.filter((node) => !apart.includes(node))];
    const held = ties.nodes.filter(({ varno }) => varno === undefined).filter((node) => ties.reach(members).has(node));
    const needs = [...members, ...held].filter((node) => !covered.rows.has(node)).flatMap(({ part }) => part.needs);
    const filterable = members.every(({ part }) => part.needs.length === 0 || part.filterable);
    const shown = new Set(made.filter(({ expression }) => isMadeOf(expression, members, level)).map(({ number }) => number));
    const main: Part = {
      columns: columnsIn(columns, members),
      shown,
      guarded: isGuarded,
      needs,
      filterable,
      outer: first ? around(first) : [],
    };
    return [
      main,
      ...apart.map((node): Part => ({ columns: columnsIn(columns, [node]), guarded: true, needs: [], filterable: true, outer: [] })),
    ];
  });
  return [...parts, ...valueParts(ties, covered, groups, around, refuse)];
}

/** Subqueries whose rows nothing of this query ties: they may still be tied to one around it. */
function valueParts(
  ties: Ties,
  covered: Covered,
  groups: ReturnType<Ties['groups']>,
  around: (node: TieNode) => readonly OuterColumn[],
  refuse: Context['refuse'],
): readonly Part[] {
  return ties.nodes.flatMap((node): Part[] => {
    if (node.varno !== undefined || node.part.needs.length === 0 || covered.rows.has(node)) return [];
    const pending = groups.flatMap(({ own, hanging }) => [...own, ...hanging]).filter(({ part }) => part.needs.length > 0);
    if (ties.reach(pending).has(node)) return [];
    const outer = around(node).map((column) => ({ ...column, binding: false }));
    if (outer.length > 0) return [{ columns: NO_COLUMNS, guarded: false, needs: node.part.needs, filterable: false, outer }];
    refuse(node.part, 'value');
    return [];
  });
}

/** Whether an expression takes a column of one of the nodes, also in a subquery. */
function isMadeOf(expression: TreeNode, nodes: readonly TieNode[], level: Level): boolean {
  let found = false;
  walk(expression, (inner, depth) => {
    const column = columnReference(inner);
    if (column?.levelsUp !== depth) return !found;
    const { varno, number } = column;
    const range = level.query.ranges[varno - 1];
    const joined = range?.kind === 'join' || range?.kind === 'group' ? range.columns : undefined;
    const parts = number === 0 ? joined : joined?.slice(number - 1, number);
    found ||=
      parts?.some((part) => part && isMadeOf(part, nodes, level)) ?? nodes.some((node) => node.varno === varno && makes(node.part, number));
    return !found;
  });
  return found;
}

/** The result's columns that are plain ones of this query's ranges; for a change, those of RETURNING that it leaves as they were. */
function outputColumns(level: Level, facts: Facts): ReadonlyMap<number, PlainColumn> {
  const found = new Map<number, PlainColumn>();
  for (const { hidden, number, expression } of outputsOf(level.query)) {
    const column = hidden ? undefined : plainColumn(expression, outwards(level));
    if (column?.levelsUp === 0 && !isChanged(column, level, level.query.command !== 'select', facts)) found.set(number, column);
  }
  return found;
}

function columnsIn(columns: ReadonlyMap<number, PlainColumn>, nodes: readonly TieNode[]): ReadonlySet<number> {
  const isOf = ({ varno, number }: PlainColumn): boolean => nodes.some((node) => node.varno === varno && hasColumn(node.part, number));
  return new Set([...columns].filter(([, column]) => isOf(column)).map(([number]) => number));
}
