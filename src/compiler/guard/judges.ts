/** What no filter helps: ranges that one hook cannot judge together, rows that are changed beside it. */
import { type Catalog, heldBy, nameOf } from '../../catalog/index.js';
import { child, columnsIn, contains, joinsIn, overwrites, rangesIn, sourcesBehind, unmatchedCommands } from '../analysis/index.js';
import type { Column, Level, Source, TreeNode } from '../analysis/index.js';
import type { Cover } from './cover.js';
import { relationsOf } from './tables.js';
import { isShown, makes, type TieNode, type Ties } from './ties.js';

/** What of a query's rows is filtered: a tie to `guards` is a tie to what passed a filter. */
export interface Covered {
  readonly rows: ReadonlySet<TieNode>;
  readonly guards: ReadonlySet<TieNode>;
}

/**
 * What a hook is about, of the ranges that it stands over. It judges them all only where its filter can
 * tell their rows apart, and where they are tied to each other.
 */
export function judgeHook(ties: Ties, domain: readonly TieNode[], { catalog, refuse }: Cover): readonly TieNode[] {
  const { level } = ties;
  const needy = domain.filter(({ needs }) => needs.length > 0);
  const listed = needy.filter(({ needs }) => needs.some((need) => need.listed));
  const guarded = ties.reach(domain.filter((node) => node.guarded));
  // Where the hook's query can name no column of a listed table, no filter there can hide its rows.
  const isHidden = (node: TieNode): boolean => listed.includes(node) && !isShown(node, node.range?.columnNames ?? []);
  // Ranges of no protected table may be what the filter is about; then it reaches what is tied to them.
  const others = domain.filter(({ needs }) => needs.length === 0);
  const told = needy.filter((node) => node.filterable && !isHidden(node));
  const filtered = ties.reach(ties.hold(others) ? [...told, ...others] : told);
  for (const node of needy.filter((each) => !guarded.has(each))) {
    if (!filtered.has(node)) refuse('mixed', node.needs);
    else if (pretends(node, level, catalog) || isShadowed(node, needy, level, catalog)) refuse('named', node.needs);
  }
  const changed = domain.filter(({ range }) => range === level.target);
  const families = new Set(needy.flatMap(({ needs }) => needs.map(({ family }) => family)));
  const together = [
    listed,
    ...[...families].map((family) => needy.filter(({ needs }) => needs.some((need) => need.family === family))),
    // A change acts on one table, whatever the hook is about.
    changed.length > 0 ? [...new Set([...needy, ...changed])] : [],
    // The alias of a join hides which side a column is of.
    ...aliasedJoins(level).map(({ ranges }) => domain.filter(({ range }) => range && ranges.includes(range.varno))),
  ];
  for (const nodes of together) {
    if (ties.hold(nodes) || nodes.every((node) => guarded.has(node) || !needy.includes(node))) continue;
    const first = nodes.find((node) => guarded.has(node)) ?? nodes[0];
    const reached = ties.reach(first ? [first] : []);
    for (const { needs } of nodes.filter((node) => !reached.has(node))) refuse('untied', needs.length > 0 || !first ? needs : first.needs);
  }
  return [listed, needy, domain].find((nodes) => nodes.length > 0) ?? [];
}

/** Each row that a hooked statement changes must be tied to rows that pass its filter, not merely be changed beside them. */
export function judgeTarget(ties: Ties, covered: Covered, { catalog, refuse, needsOf, rows }: Cover): void {
  const { query, target } = ties.level;
  if (target?.relationOid === undefined) return;
  const needs = needsOf(target.relationOid);
  if (overwrites(query)) refuse('conflict', needs);
  if (unmatchedCommands(query).some((command) => command !== 'insert')) refuse('unmatched', needs);
  if (!rows.hooked || query.command === 'insert') return;
  if (ties.nodes.some((node) => node.range === target && covered.guards.has(node))) return;
  refuse('target', [{ table: nameOf(target.relationOid, catalog), view: undefined, listed: needs.some(({ listed }) => listed) }]);
}

/**
 * Whether a name of one of the node's tables stands for something else in the query that reads it, or in a
 * join's alias: a filter is written in a table's own names, and would judge that value instead.
 */
function pretends(node: TieNode, level: Level, catalog: Catalog): boolean {
  const { range: own, needs } = node;
  const joins = aliasedJoins(level).filter(({ ranges }) => own !== undefined && ranges.includes(own.varno));
  const named = [own, ...joins.map(({ varno }) => level.ranges[varno - 1])].flatMap((range) =>
    range ? range.columnNames.map((name, index) => ({ name, range, number: index + 1 })) : [],
  );
  const isMade = ({ range, number }: Place): boolean => range !== own || range.view !== undefined || makes(node, number);
  return needs.some(({ oid: table }) => {
    const columns = new Set(catalog.relations.get(table)?.columns.map(({ name }) => name));
    const wanted = named.filter(({ name }) => columns.has(name));
    return !wanted.every((column) => isMade(column) && isOrigin(table, column.name, catalog)(column));
  });
}

/** Whether another range goes by the name of one of the node's tables, and has none of its rows. */
function isShadowed({ range, needs }: TieNode, needy: readonly TieNode[], { from }: Level, catalog: Catalog): boolean {
  return needs.some(({ oid, family }) => {
    const isOfFamily = (node: TieNode): boolean => node.needs.some((need) => need.family === family);
    const namesakes = from.filter((other) => other !== range && other.name === catalog.relations.get(oid)?.name);
    return namesakes.some((other) => !needy.some((node) => node.range === other && isOfFamily(node)));
  });
}

/** The joins that have an alias of their own, which hides the names of their sides. */
function aliasedJoins({ query }: Level): readonly { readonly varno: number; readonly ranges: readonly number[] }[] {
  const aliased = joinsIn(query.from).filter(({ node }) => child(node, 'alias'));
  return aliased.map(({ varno, left, right }) => ({ varno, ranges: [left, right].flatMap(rangesIn) }));
}

type Place = Omit<Column, 'version'>;

/** Whether what a query calls a column is the one of that name, or another table's, whose row is always there. A view's names are its schema's. */
function isOrigin(table: number, name: string, catalog: Catalog): (column: Place) => boolean {
  // Many may read the expressions of one query.
  const known = new Map<TreeNode | undefined, boolean>([[undefined, false]]);
  return isIt;

  function isIt({ range, number }: Place): boolean {
    if (number === 0) return true;
    const sources = range.view === undefined ? sourcesBehind({ range, number }) : undefined;
    if (sources) return sources.every(isMadeOfIt);
    const oid = range.view ?? relationsOf(range, catalog)[0];
    if (oid !== undefined && !heldBy(oid, catalog).has(table)) return !range.optional;
    const column = catalog.relations.get(oid ?? 0)?.columns.find((each) => each.number === number);
    return (column?.name ?? range.columnNames[number - 1]) === name;
  }

  /** A value that is chosen from several may be none of them. */
  function isMadeOfIt({ expression, level }: Source): boolean {
    const found = known.get(expression);
    if (found !== undefined) return found;
    const isChosen = contains(expression, ({ tag }) => /^(?:COALESCE|CASE|MINMAX|NULLIF|ARRAY|ROW)EXPR$/.test(tag));
    const is = !isChosen && columnsIn(expression, level).some((column) => column.range.level === level && isIt(column));
    known.set(expression, is);
    return is;
  }
}
