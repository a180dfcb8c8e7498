/**
 * Whether what a hook's query calls by the name of a table's column is that column.
 *
 * A filter is written in a table's own names. Where a derived table, or a list of column aliases,
 * gives such a name to another value, the filter would judge that value instead.
 */
import { type Catalog, heldBy } from '../../catalog/index.js';
import { child, columnReference, contains, flag, joinsIn, optionalRanges, rangesIn, sourcesBehind } from '../analysis/index.js';
import type { Join, Level, Source, TreeNode } from '../analysis/index.js';
import { relationsOf } from './facts.js';
import { makes } from './parts.js';
import type { TieNode } from './ties.js';

/** The name of a column of a table, by OID. */
interface Wanted {
  readonly name: string;
  readonly table: number;
  readonly catalog: Catalog;
  /** What is known of the expressions of other queries, because many may read one. */
  readonly known: Map<TreeNode, boolean>;
}

/** Whether a name of one of the node's tables stands for something else in the query that reads it, or in a join's alias. */
export function pretends({ varno = 0, part }: TieNode, level: Level, catalog: Catalog): boolean {
  const joins = aliasedJoins(level).filter(({ left, right }) => [left, right].flatMap(rangesIn).includes(varno));
  const named = [varno, ...joins.map((join) => join.varno)].flatMap((at) =>
    (level.query.ranges[at - 1]?.columnNames ?? []).map((name, index) => ({ name, at, number: index + 1 })),
  );
  const isMade = (at: number, number: number): boolean => at !== varno || level.views.has(varno) || makes(part, number);
  return part.needs.some(({ oid: table }) => {
    const columns = new Set(catalog.relations.get(table)?.columns.map(({ name }) => name));
    const isTrue = (at: number, number: number, wanted: Wanted): boolean => isMade(at, number) && isOrigin(at, number, level, wanted);
    return named.some(({ name, at, number }) => columns.has(name) && !isTrue(at, number, { name, table, catalog, known: new Map() }));
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
export function aliasedJoins({ query }: Level): readonly Join[] {
  return joinsIn(query.from).filter(({ node }) => child(node, 'alias'));
}

/** Whether a value is made of the column of that name, or of another table's column, and never chosen from several. */
function isNamed({ expression, level }: Source, wanted: Wanted): boolean {
  const known = expression ? wanted.known.get(expression) : false;
  if (expression === undefined || known !== undefined) return known === true;
  const isChosen = contains(expression, ({ tag }) => /^(?:COALESCE|CASE|MINMAX|NULLIF|ARRAY|ROW)EXPR$/.test(tag));
  const isMade = (node: TreeNode): boolean => {
    const column = columnReference(node);
    return column?.levelsUp === 0 && isOrigin(column.varno, column.number, level, wanted);
  };
  const is = !isChosen && contains(expression, isMade, ({ tag }) => tag === 'QUERY');
  wanted.known.set(expression, is);
  return is;
}

/** Whether what a query calls a column is the wanted one, or another table's, whose row is always there. A view's names are its schema's. */
function isOrigin(varno: number, number: number, level: Level, wanted: Wanted): boolean {
  const range = level.query.ranges[varno - 1];
  if (range === undefined || number === 0) return range !== undefined;
  const view = level.views.get(varno);
  const sources = view === undefined ? sourcesBehind({ varno, number }, level) : undefined;
  if (sources) return sources.every((source) => isNamed(source, wanted));
  const oid = view ?? relationsOf(range, wanted.catalog)[0];
  if (oid !== undefined && !heldBy(oid, wanted.catalog).has(wanted.table)) return !optionalRanges(level).has(varno);
  const column = wanted.catalog.relations.get(oid ?? 0)?.columns.find((each) => each.number === number);
  return (column?.name ?? range.columnNames[number - 1]) === wanted.name;
}

export function isNull(expression: TreeNode): boolean {
  return expression.tag === 'CONST' && flag(expression, 'constisnull');
}
