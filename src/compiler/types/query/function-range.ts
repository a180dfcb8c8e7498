/** Functions in FROM → their columns: OUT parameters, row types, definition lists, ordinality; XMLTABLE and JSON_TABLE. */
import { child, children, flag, integer, numbers, type Range as RangeEntry } from '../../analysis/index.js';
import { isOutputFilled } from '../builtin/functions.js';
import { partOf, type Engine } from '../engine.js';
import { type Call, callOf, outputOf, rowColumns, ruleOfCall } from '../expression/call.js';
import type { Scope } from '../scope.js';
import type { Node } from '../node.js';
import { isArray, TYPE } from '../pg-types.js';
import { cell, unionAll } from '../reason.js';
import { ANY_DEPTH, notNull, unknownValue, type Value, withReasons } from '../value.js';
import type { Given } from './range.js';

export function analyzeFunctions(engine: Engine, { node }: RangeEntry, scope: Scope): Given {
  const parts = children(node, 'functions').map((part) => analyzePart(engine, part, scope));
  const [first, second] = parts;
  const ordinality = flag(node, 'funcordinality');
  // Several functions run side by side: the shorter ones are filled up with NULL.
  const filledUp = (columns: Given['columns']): Given['columns'] => columns.map((value) => value && withReasons(value, [cell()]));
  const own = parts.flatMap(({ columns }) => (second === undefined ? columns : filledUp(columns)));
  const columns = ordinality ? [...own, notNull(TYPE.int8)] : own;
  return {
    columns,
    atMostOne: (held) => parts.every(({ oneRow }) => oneRow) || (ordinality && held.some(({ column }) => column === columns.length)),
    atLeastOne: parts.some(({ oneRow }) => oneRow),
    facts: second === undefined ? first?.facts : [],
  };
}

/** A function's columns, and whether it gives exactly one row, always. */
function analyzePart(engine: Engine, part: Node, scope: Scope): Pick<Given, 'columns' | 'facts'> & { readonly oneRow: boolean } {
  const node = child(part, 'funcexpr');
  const call = node && callOf(engine, node, scope);
  const isSet = node?.tag === 'FUNCEXPR' && flag(node, 'funcretset');
  // A strict set of rows is empty where an argument is NULL.
  const facts = isSet && call?.entry.strict === true ? unionAll(call.args.map(({ strictIn }) => strictIn)) : [];
  const columns = (call && rowOf(engine, part, call)) ?? new Map([[1, partOf(engine, node, scope)]]);
  const counted = Array.from({ length: integer(part, 'funccolcount') }, (_item, index) => columns.get(index + 1));
  return { columns: counted, oneRow: !isSet, facts };
}

/** By their numbers, the columns of a function that gives rows. */
function rowOf(engine: Engine, part: Node, call: Call): ReadonlyMap<number, Value> | undefined {
  const { entry, typeOid, args } = call;
  const defined = numbers(part, 'funccoltypes');
  if (defined.length > 0) return new Map(defined.map((own, index) => [index + 1, outputOf(engine, call, own, false)]));
  // A row means a call, of a strict function one with no NULL among its arguments.
  const isTotal = !entry.returnsSet && ruleOfCall(engine, call) === 'total';
  const filled = (name: string): boolean => entry.strict && (isTotal || isOutputFilled(entry, name, args.length));
  const columns = rowColumns(engine, entry, typeOid);
  return columns && new Map(columns.map(({ number, name, typeOid: own }) => [number, outputOf(engine, call, own, filled(name))]));
}

export function analyzeTableFunction(engine: Engine, { node }: RangeEntry): Given | undefined {
  const table = child(node, 'tablefunc');
  if (table === undefined) return undefined;
  const filled = [...numbers(table, 'notnulls'), integer(table, 'ordinalitycol')];
  const columns = numbers(table, 'coltypes').map((typeOid, index): Value => {
    const value = filled.includes(index) ? notNull(typeOid) : unknownValue(typeOid);
    return isArray(engine.catalog, typeOid) ? { ...value, dimensions: ANY_DEPTH } : value;
  });
  return { columns };
}
