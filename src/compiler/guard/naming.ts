/**
 * Whether what a hook's query calls by the name of a table's column is that column.
 *
 * A filter is written in a table's own names. Where a derived table, or a list of column aliases,
 * gives such a name to another value, the filter would judge that value instead.
 */
import { type Catalog, heldBy } from '../../catalog/index.js';
import { child, columnsIn, contains, joinsIn, rangesIn, sourcesBehind } from '../analysis/index.js';
import type { Column, Level, Source, TreeNode } from '../analysis/index.js';
import { relationsOf } from './facts.js';
import { makes } from './parts.js';
import type { TieNode } from './ties.js';

/** Whether a name of one of the node's tables stands for something else in the query that reads it, or in a join's alias. */
export function pretends({ range: own, part }: TieNode, level: Level, catalog: Catalog): boolean {
  const joins = aliasedJoins(level).filter(({ ranges }) => own !== undefined && ranges.includes(own.varno));
  const named = [own, ...joins.map(({ varno }) => level.ranges[varno - 1])].flatMap((range) =>
    range ? range.columnNames.map((name, index) => ({ name, range, number: index + 1 })) : [],
  );
  const isMade = ({ range, number }: Place): boolean => range !== own || range.view !== undefined || makes(part, number);
  return part.needs.some(({ oid: table }) => {
    const columns = new Set(catalog.relations.get(table)?.columns.map(({ name }) => name));
    const wanted = named.filter(({ name }) => columns.has(name));
    return !wanted.every((column) => isMade(column) && isOrigin(table, column.name, catalog)(column));
  });
}

/** Whether another range goes by the name of one of the node's tables, and has none of its rows. */
export function isShadowed({ range, part }: TieNode, needy: readonly TieNode[], { from }: Level, catalog: Catalog): boolean {
  return part.needs.some(({ oid, family }) => {
    const isOfFamily = (node: TieNode): boolean => node.part.needs.some((need) => need.family === family);
    const namesakes = from.filter((other) => other !== range && other.name === catalog.relations.get(oid)?.name);
    return namesakes.some((other) => !needy.some((node) => node.range === other && isOfFamily(node)));
  });
}

/** The joins that have an alias of their own, which hides the names of their sides. */
export function aliasedJoins({ query }: Level): readonly { readonly varno: number; readonly ranges: readonly number[] }[] {
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
