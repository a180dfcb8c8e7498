/** What a query's rows are made of, as the query around sees them; what grouping, cutting and combining leave of that. */
import { type Catalog, functionOf } from '../../catalog/index.js';
import { alwaysReturnsRow, children, columnsIn, contains, groupKeys, integer, isCut, isNull, plainColumn } from '../analysis/index.js';
import type { Column, Level, Sublink, TreeNode } from '../analysis/index.js';
import type { Cover } from './cover.js';
import type { Covered } from './judges.js';
import { CLEAN, hasColumn, makes, NO_COLUMNS, outputColumns, type Part, type TieNode, type Ties, unbound } from './ties.js';

/** The parts of a query's rows, before they are grouped or cut. */
export function resultParts(ties: Ties, covered: Covered, { catalog, refuse }: Cover): readonly Part[] {
  const { level } = ties;
  const { outputs } = level.query;
  const columns = outputColumns(level, catalog);
  const parts = ties.groups().flatMap(({ own, hanging }): readonly Part[] => {
    const [first] = own;
    const guarded = first !== undefined && covered.guards.has(first);
    // Beside rows without a guard, the optional side of an outer join may have one of its own.
    const apart = guarded ? [] : hanging.filter((node) => covered.guards.has(node));
    const members = [...own, ...hanging.filter((node) => !apart.includes(node))];
    const reached = [...ties.reach(members)].filter((node) => node.sublink !== undefined || members.includes(node));
    const main: Part = {
      columns: ownColumns(columns, members),
      shown: new Set(outputs.filter(({ expression }) => isMadeOf(expression, members, level, ties)).map(({ number }) => number)),
      guarded,
      needs: reached.filter((node) => !covered.rows.has(node)).flatMap(({ needs }) => needs),
      filterable: members.every(({ needs, filterable }) => needs.length === 0 || filterable),
      outer: first ? ties.around(first) : [],
    };
    return [main, ...apart.map((node) => ({ ...CLEAN, columns: ownColumns(columns, [node]), guarded: true }))];
  });
  return [...parts, ...valueParts(ties, covered, refuse)];
}

/** Subqueries whose rows nothing of this query ties; they may still be tied to a query further out. */
function valueParts(ties: Ties, covered: Covered, refuse: Cover['refuse']): readonly Part[] {
  const pending = ties.reach(ties.nodes.filter(({ sublink, needs }) => sublink === undefined && needs.length > 0));
  return ties.nodes.flatMap((node): readonly Part[] => {
    const { sublink, needs } = node;
    if (sublink === undefined || needs.length === 0 || covered.rows.has(node) || pending.has(node)) return [];
    const outer = ties.around(node).map((column) => ({ ...column, binding: false }));
    if (outer.length > 0) return [{ ...CLEAN, columns: NO_COLUMNS, needs, filterable: false, outer }];
    refuse('value', needs);
    return [];
  });
}

/**
 * Whether an expression takes a column of one of the nodes; of a subquery, whether what it selects does, or
 * whether its rows are tied to one: a filter on its value says nothing of rows that its conditions only
 * mention.
 */
function isMadeOf(expression: TreeNode | undefined, nodes: readonly TieNode[], at: Level, ties: Ties): boolean {
  const isOf = ({ range, number }: Column): boolean => nodes.some((node) => node.range === range && makes(node, number));
  const isJoined = ({ range: { columns, level }, number }: Column): boolean => {
    const parts = number === 0 ? columns : columns.slice(number - 1, number);
    return parts.some((part) => isMadeOf(part, nodes, level, ties));
  };
  const isInside = ({ node }: Sublink): boolean => contains(expression, (inner) => inner === node);
  return (
    columnsIn(expression, at).some((column) => isOf(column) || isJoined(column)) ||
    ties.nodes.some(({ sublink, outer }) => sublink && isInside(sublink) && outer.some(isOf)) ||
    at.sublinks.filter(isInside).some(({ level }) => level.query.outputs.some((each) => isMadeOf(each.expression, nodes, level, ties)))
  );
}

function ownColumns(columns: ReadonlyMap<number, Column>, nodes: readonly TieNode[]): ReadonlySet<number> {
  const isOf = ({ range, number }: Column): boolean => nodes.some((node) => node.range === range && hasColumn(node, number));
  return new Set([...columns].filter(([, column]) => isOf(column)).map(([number]) => number));
}

/** What grouping, windows, DISTINCT and LIMIT leave of the parts. */
export function mixed(level: Level, parts: readonly Part[], catalog: Catalog): readonly Part[] {
  const { node } = level.query;
  const keys = groupKeys(level.query);
  const always = alwaysReturnsRow(level.query);
  const counts = keys && onlyCounts(level, catalog);
  return parts.map((each) => {
    const part = always ? unbound(each) : each;
    const columns = keys && new Set([...(part.columns ?? [])].filter((number) => keys.has(number)));
    const needs = counts ? part.needs.filter(({ listed }) => listed) : part.needs;
    const held = { ...part, needs, ...(columns && { columns }) };
    if (needs.length === 0) return held;
    if (isCut(level.query)) return { ...held, columns: NO_COLUMNS, filterable: false };
    const isMixed = keys !== undefined || (children(node, 'distinctClause').length > 0 && needs.some(({ listed }) => listed));
    return { ...held, filterable: part.filterable && !isMixed };
  });
}

/** Whether a query tells no more of its rows than how many there are. */
function onlyCounts({ query }: Level, catalog: Catalog): boolean {
  const isCount = (node: TreeNode): boolean => node.tag === 'AGGREF' && functionOf(catalog, integer(node, 'aggfnoid'))?.name === 'count';
  const tells = (node: TreeNode): boolean => /^(?:VAR|SUBLINK|WINDOWFUNC|AGGREF)$/.test(node.tag) && !isCount(node);
  return query.targets.every(({ expression }) => !contains(expression, tells, isCount));
}

/** The rows of several arms: what each of them is, all of them are. */
export function combined(level: Level, { partsOf, refuse }: Cover): readonly Part[] {
  const all = level.arms.map(partsOf);
  const needy = all.flat().filter(({ needs }) => needs.length > 0);
  for (const sublink of level.sublinks) for (const part of partsOf(sublink.level)) refuse('value', part.needs);
  if (needy.length === 0) {
    const guarded = common(all.map((parts) => columnsOf(parts.filter((part) => part.guarded))));
    return guarded.size > 0 ? [{ ...CLEAN, columns: guarded, guarded: true }] : [];
  }
  const cut = isCut(level.query);
  const isTold = needy.every((part) => part.filterable && part.needs.every(({ listed }) => !listed));
  const filterable = !cut && isTold && agree(level.arms, partsOf);
  const columns = cut ? NO_COLUMNS : common(all.map(columnsOf));
  const rest = needy.filter(({ outer }) => outer.length === 0).flatMap(({ needs }) => needs);
  return [
    ...needy.filter(({ outer }) => outer.length > 0).map((part) => ({ ...unbound(part), columns, filterable })),
    ...(rest.length > 0 ? [{ ...CLEAN, columns, needs: rest, filterable }] : []),
  ];
}

/** Whether each column of one arm is the column of the same name in the others; NULL is of any name. */
function agree(arms: readonly Level[], partsOf: Cover['partsOf']): boolean {
  const needy = arms.filter((arm) => partsOf(arm).some(({ needs }) => needs.length > 0));
  const [first = [], ...others] = needy.map((arm) => arm.query.outputs.map(({ expression }) => sourceName(expression, arm)));
  return others.every((names) => names.every((name, index) => name === null || first[index] === null || name === first[index]));
}

/** The name of the column that an expression is; null for NULL, undefined for what is computed. */
function sourceName(expression: TreeNode, level: Level): string | null | undefined {
  if (isNull(expression)) return null;
  const column = plainColumn(expression, level);
  return column?.range.level === level ? column.range.columnNames[column.number - 1] : undefined;
}

function columnsOf(parts: readonly Part[]): ReadonlySet<number> {
  return new Set(parts.flatMap(({ columns }) => [...(columns ?? [])]));
}

function common(sets: readonly ReadonlySet<number>[]): ReadonlySet<number> {
  const [first = NO_COLUMNS, ...others] = sets;
  return new Set([...first].filter((number) => others.every((set) => set.has(number))));
}
