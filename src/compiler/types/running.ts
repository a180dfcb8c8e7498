/**
 * How a statement may be run: prepared with one plan, on a standby, on any connection of a pool.
 *
 * Invariant: what is not proven is not said. A plan is one whatever the arguments, so that a prepared one
 * loses nothing by it, only where every range of every query is one row at most, found by a unique key whose
 * columns all equal a parameter, a constant or a column of such a row, or made of nothing but values. A statement
 * only reads where it is SELECTs that change and lock no row, and that call nothing, by any name, which is
 * volatile or calls what is; a condition that a filter brings is judged where it comes.
 */
import { type Catalog, isEqualityOf, perCatalog, type UniqueKey } from '../../catalog/index.js';
import { allLevels, children, columnReference, conditionsOf, contains, field, integer, plainColumn } from '../analysis/index.js';
import type { ColumnReference, Condition, Level, Query, TreeNode } from '../analysis/index.js';
import { kindOf, type ParsedStatement } from '../parse.js';

/** @param levels what the statement becomes, with views, rules and policies expanded. */
export function hasOnePlan([level, second]: readonly Level[], catalog: Catalog): boolean {
  return level !== undefined && second === undefined && [...allLevels(level)].every((each) => isPinned(each, catalog));
}

const COMMANDS: ReadonlySet<string> = new Set(['select', 'insert', 'update', 'delete']);
/** Ranges that scan nothing, or what is judged as a query of its own. */
const MADE: ReadonlySet<string | undefined> = new Set(['values', 'result', 'subquery', 'cte']);

/** Whether each range that the query itself scans is one row at most. */
function isPinned(level: Level, catalog: Catalog): boolean {
  const { query, from } = level;
  const open = new Set(from.filter((varno) => !MADE.has(query.ranges[varno - 1]?.kind)));
  const equalities = conditionsOf(level).flatMap((condition) => equalitiesOf(condition, level));
  const isOne = (varno: number): boolean => {
    const own = equalities.filter((equality) => equality.varno === varno && isKnown(equality.value, query, open));
    const isHeld = (key: UniqueKey, number: number, place: number): boolean =>
      own.some((equality) => equality.number === number && isEqualityOf(catalog, key, place, equality));
    const keys = catalog.relations.get(query.ranges[varno - 1]?.relationOid ?? 0)?.uniqueKeys ?? [];
    return keys.some((key) => key.predicateTree === undefined && key.columns.every((number, place) => isHeld(key, number, place)));
  };
  for (let found = true; found;) found = [...open].some((varno) => isOne(varno) && open.delete(varno));
  return COMMANDS.has(query.command) && open.size === 0;
}

/** Whether a value is the same for the whole run of the query: it reads no range that is still open. */
function isKnown(value: TreeNode, query: Query, open: ReadonlySet<number>): boolean {
  return !contains(value, (node, depth) => {
    const column = columnReference(node);
    if (column?.levelsUp !== depth) return false;
    // The column of a join, or of a group, is made of others.
    const made = query.ranges[column.varno - 1]?.columns[column.number - 1];
    return open.has(column.varno) || (made !== undefined && !isKnown(made, query, open));
  });
}

/** `column = value`, for every row that the column's range contributes. */
interface Equality extends ColumnReference {
  readonly value: TreeNode;
  readonly operator: number;
  readonly collation: number;
}

function equalitiesOf({ node, restricts }: Condition, level: Level): readonly Equality[] {
  const sides = node.tag === 'OPEXPR' ? children(node, 'args') : [];
  return sides.flatMap((side, index) => {
    const [column, value] = [plainColumn(side, level), sides[1 - index]];
    if (column?.levelsUp !== 0 || restricts?.has(column.varno) === false || value === undefined) return [];
    return [{ ...column, value, operator: integer(node, 'opno'), collation: integer(node, 'inputcollid') }];
  });
}

/** What the fields of nodes name by OID, whatever the node. */
const NAMES = (
  [
    ['routines', 'funcid|opfuncid|aggfnoid|winfnoid|tsmhandler|(?:start|end)InRangeFunc'],
    ['operators', 'opnos?|eqop|sortop|cycle_mark_neop'],
    ['types', '\\w*(?:types?|typid|type[iI]d)'],
    ['relations', 'relid'],
  ] as const
).map(([kind, names]) => [kind, new RegExp(` :(?:${names}) (?:\\([io] )?([ \\d]+)`, 'g')] as const);

const CHANGES: ReadonlySet<string> = new Set(['ROWMARKCLAUSE', 'NEXTVALUEEXPR']);

/** @param levels what the statement becomes, with views, rules and policies expanded. */
export function isReadOnly([level, second]: readonly Level[], { writers }: Catalog): boolean {
  if (level === undefined || second !== undefined || [...allLevels(level)].some(({ query }) => query.command !== 'select')) return false;
  const kinds = NAMES.filter(([kind]) => writers[kind].size > 0);
  return !contains(level.query.node, ({ tag, plain }) => {
    const named = ([kind, names]: (typeof NAMES)[number]): boolean =>
      (plain.match(names) ?? []).some((field) => field.match(/\d+/g)?.some((oid) => writers[kind].has(Number(oid))));
    return CHANGES.has(tag) || kinds.some(named);
  });
}

const STATEMENT =
  /^(?:Transaction|VariableSet|Discard|Listen|Unlisten|Lock|ConstraintsSet|Prepare|Execute|Deallocate|DeclareCursor|Fetch|ClosePortal)Stmt$/;

/** What they hold or read outlives a statement. */
const SESSION = /^pg_(?:try_)?advisory_(?:un)?lock(?:_all|_shared)?$/;
/** A statement that does something else beside may well have use of them itself. */
const TRANSACTION = /^(?:pg_(?:try_)?advisory_xact_lock(?:_shared)?|set_config|currval|lastval|setseed|pg_export_snapshot)$/;

export function isOfConnection({ statement, text }: ParsedStatement): boolean {
  return STATEMENT.test(kindOf(statement)) || (/temp/i.test(text) && /"relpersistence":"t"/.test(JSON.stringify(statement)));
}

/** @param queries as they were written. @param alone whether they read and write no table. */
export function callsOfConnection(queries: readonly Query[], catalog: Catalog, alone: boolean): boolean {
  const { session, transaction } = oidsOf(catalog);
  return queries.some((query) =>
    contains(query.node, (node) => {
      const oid = node.tag === 'FUNCEXPR' ? field(node, 'funcid') : undefined;
      return typeof oid === 'string' && (session.has(oid) || (alone && transaction.has(oid)));
    }),
  );
}

const oidsOf = perCatalog((catalog) => {
  const own = [...catalog.functionsByName.values()].flat().filter(({ schema }) => schema === 'pg_catalog');
  const named = (names: RegExp): ReadonlySet<string> => new Set(own.filter(({ name }) => names.test(name)).map(({ oid }) => String(oid)));
  return { session: named(SESSION), transaction: named(TRANSACTION) };
});
