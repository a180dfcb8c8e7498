/**
 * Whether what a hook's query calls by the name of a table's column is that column.
 *
 * A filter is written in a table's own names. Where a derived table, or a list of column aliases,
 * gives such a name to another value, the filter would judge that value instead.
 */
import { type Catalog, heldBy } from '../../catalog/index.js';
import { child, columnReference, contains, joinsIn, optionalRanges, rangesIn, sourcesBehind } from '../analysis/index.js';
import type { ColumnReference, Level, Source, TreeNode } from '../analysis/index.js';
import { relationsOf } from './facts.js';
import { makes } from './parts.js';
import type { TieNode } from './ties.js';

/** Whether a name of one of the node's tables stands for something else in the query that reads it, or in a join's alias. */
export function pretends({ varno = 0, part }: TieNode, level: Level, catalog: Catalog): boolean {
  const joins = aliasedJoins(level).filter(({ ranges }) => ranges.includes(varno));
  const named = [varno, ...joins.map((join) => join.varno)].flatMap((at) =>
    (level.query.ranges[at - 1]?.columnNames ?? []).map((name, index) => ({ name, varno: at, number: index + 1 })),
  );
  const isMade = (column: Column): boolean => column.varno !== varno || level.views.has(varno) || makes(part, column.number);
  return part.needs.some(({ oid: table }) => {
    const columns = new Set(catalog.relations.get(table)?.columns.map(({ name }) => name));
    const wanted = named.filter(({ name }) => columns.has(name));
    return !wanted.every((column) => isMade(column) && isOrigin(table, column.name, catalog)(column, level));
  });
}

/** Whether another range goes by the name of one of the node's tables, and has none of its rows. */
export function isShadowed({ varno, part }: TieNode, needy: readonly TieNode[], { query, from }: Level, catalog: Catalog): boolean {
  return part.needs.some(({ oid, family }) => {
    const isOfFamily = (node: TieNode): boolean => node.part.needs.some((need) => need.family === family);
    const namesakes = from.filter((other) => other !== varno && query.ranges[other - 1]?.name === catalog.relations.get(oid)?.name);
    return namesakes.some((other) => !needy.some((node) => node.varno === other && isOfFamily(node)));
  });
}

/** The joins that have an alias of their own, which hides the names of their sides. */
export function aliasedJoins({ query }: Level): readonly { readonly varno: number; readonly ranges: readonly number[] }[] {
  const aliased = joinsIn(query.from).filter(({ node }) => child(node, 'alias'));
  return aliased.map(({ varno, left, right }) => ({ varno, ranges: [left, right].flatMap(rangesIn) }));
}

type Column = Pick<ColumnReference, 'varno' | 'number'>;

/** Whether what a query calls a column is the one of that name, or another table's, whose row is always there. A view's names are its schema's. */
function isOrigin(table: number, name: string, catalog: Catalog): (column: Column, level: Level) => boolean {
  // Many may read the expressions of one query.
  const known = new Map<TreeNode | undefined, boolean>([[undefined, false]]);
  return isIt;

  function isIt({ varno, number }: Column, level: Level): boolean {
    const range = level.query.ranges[varno - 1];
    if (range === undefined || number === 0) return range !== undefined;
    const view = level.views.get(varno);
    const sources = view === undefined ? sourcesBehind({ varno, number }, level) : undefined;
    if (sources) return sources.every(isMadeOfIt);
    const oid = view ?? relationsOf(range, catalog)[0];
    if (oid !== undefined && !heldBy(oid, catalog).has(table)) return !optionalRanges(level).has(varno);
    const column = catalog.relations.get(oid ?? 0)?.columns.find((each) => each.number === number);
    return (column?.name ?? range.columnNames[number - 1]) === name;
  }

  /** A value that is chosen from several may be none of them. */
  function isMadeOfIt({ expression, level }: Source): boolean {
    const found = known.get(expression);
    if (found !== undefined) return found;
    const isChosen = contains(expression, ({ tag }) => /^(?:COALESCE|CASE|MINMAX|NULLIF|ARRAY|ROW)EXPR$/.test(tag));
    const isMade = (node: TreeNode): boolean => {
      const column = columnReference(node);
      return column?.levelsUp === 0 && isIt(column, level);
    };
    const is = !isChosen && contains(expression, isMade, ({ tag }) => tag === 'QUERY');
    known.set(expression, is);
    return is;
  }
}
