/**
 * How a statement may be run: prepared with one plan, on a standby, on any connection of a pool.
 *
 * Invariant: what is not proven is not said. A plan is one whatever the arguments, so that a prepared one
 * loses nothing by it, only where every range of every query is one row at most, found by a unique key whose
 * columns all equal a parameter, a constant or a column of such a row, or made of nothing but values. A statement
 * only reads where it is SELECTs that change and lock no row, and that call nothing, by any name, which is
 * volatile or calls what is; a condition that a filter brings is judged where it comes.
 */
import { type Catalog, functionOf } from '../../catalog/index.js';
import { allLevels, children, contains, integer } from '../analysis/index.js';
import type { Level, Range as RangeEntry, TreeNode } from '../analysis/index.js';
import { kindOf, type ParsedStatement } from '../parse.js';
import { createEngine } from './analyze.js';
import type { Engine } from './engine.js';
import { columnOf, type Fixing, settle } from './query/rows.js';
import { createScope, createSource, type Range, type Scope, type Source, sourcesOf, unknownRange, withRanges } from './scope.js';

/** @param levels what the statement becomes, with views, rules and policies expanded. */
export function hasOnePlan([level, second]: readonly Level[], catalog: Catalog): boolean {
  const engine = createEngine(catalog, {});
  return level !== undefined && second === undefined && [...allLevels(level)].every((each) => isPinned(engine, each));
}

const COMMANDS: ReadonlySet<string> = new Set(['select', 'insert', 'update', 'delete']);
/** Ranges that scan nothing, or what is judged as a query of its own. */
const MADE: ReadonlySet<string> = new Set(['values', 'result', 'subquery', 'cte']);

/** Whether each range that the query itself scans is one row at most. */
function isPinned(engine: Engine, level: Level): boolean {
  const { query, from } = level;
  const scope = withRanges(createScope(query, undefined), new Map(query.ranges.map((range) => [range.varno, unreadRange(engine, range)])));
  const sourcesIn = (varnos: readonly number[]): readonly Source[] => varnos.flatMap((varno) => scope.ranges.get(varno)?.source ?? []);
  const equalities = level.conditions.flatMap(({ node, restricts }) => {
    const only = restricts && sourcesIn([...restricts]);
    return equalitiesIn(node, scope).filter(({ source }) => only?.includes(source) !== false);
  });
  const scanned = from.filter(({ kind }) => !MADE.has(kind)).map(({ varno }) => varno);
  return COMMANDS.has(query.command) && settle(engine, { sources: sourcesIn(scanned), restrictions: [] }, equalities).all;
}

/** A range with its keys, whose values nobody asks for. */
function unreadRange({ catalog }: Engine, { relationOid = 0, columns }: RangeEntry): Range {
  const relation = catalog.relations.get(relationOid);
  const keys = relation?.uniqueKeys.filter(({ predicateTree }) => predicateTree === undefined);
  const expression = columns.length === 0 ? undefined : (number: number): TreeNode | undefined => columns[number - 1];
  return { ...unknownRange(), source: createSource({ relation, keys: keys ?? [] }), expression };
}

/** `column = value`, whatever the value is, as a plan for one argument looks it up as one for another. */
function equalitiesIn(node: TreeNode, scope: Scope): readonly Fixing[] {
  const sides = node.tag === 'OPEXPR' ? children(node, 'args') : [];
  return sides.flatMap((side, index) => {
    const [column, value] = [columnOf(side, scope), sides[1 - index]];
    if (column === undefined || value === undefined) return [];
    const how = { nullSafe: false, operator: integer(node, 'opno'), collation: integer(node, 'inputcollid') };
    return [{ ...column, ...how, by: sourcesOf(value, scope) }];
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

/** @param alone whether the queries read and write no table. */
export function callsOfConnection(levels: readonly Level[], catalog: Catalog, alone: boolean): boolean {
  const holdsIt = (node: TreeNode): boolean => {
    const entry = node.tag === 'FUNCEXPR' ? functionOf(catalog, integer(node, 'funcid')) : undefined;
    return entry?.builtin === true && (SESSION.test(entry.name) || (alone && TRANSACTION.test(entry.name)));
  };
  return levels.some(({ query }) => contains(query.node, holdsIt));
}
