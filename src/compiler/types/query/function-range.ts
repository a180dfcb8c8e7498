/** Functions in FROM → their columns: OUT parameters, row types, definition lists, ordinality; XMLTABLE and JSON_TABLE. */
import { child, children, flag, integer, numbers, type Range as RangeEntry } from '../../analysis/index.js';
import { isOutputFilled } from '../builtin/functions.js';
import type { Engine } from '../engine.js';
import { type Call, callOf, isSetFilled, outputOf, rowColumns, ruleOfCall } from '../expression/call.js';
import { createSource, rangeOf, type Scope, sourcesOf } from '../scope.js';
import type { Node } from '../node.js';
import { isArray, TYPE } from '../pg-types.js';
import { cell, type Reasons, unionAll } from '../reason.js';
import { ANY_DEPTH, notNull, unknownValue, type Value, withReasons } from '../value.js';
import { countedRange, type FromShape, single } from './from-shape.js';

interface FunctionRows {
  /** By their numbers within the function's row. */
  readonly columns: ReadonlyMap<number, Value>;
  readonly count: number;
  /** Exactly one row, always. */
  readonly oneRow: boolean;
  /** Ruled out where it gives a row. */
  readonly facts: Reasons;
}

export function analyzeFunctionRange(engine: Engine, entry: RangeEntry, scope: Scope): FromShape {
  const parts = children(entry.node, 'functions');
  const results = parts.map((part) => analyzePart(engine, part, scope));
  // Several functions run side by side: the shorter ones are filled up with NULL.
  const several = results.length > 1;
  const columns = new Map<number, Value>();
  let offset = 0;
  for (const result of results) {
    for (const [number, value] of result.columns) columns.set(offset + number, several ? withReasons(value, [cell()]) : value);
    offset += result.count;
  }
  const ordinality = flag(entry.node, 'funcordinality');
  if (ordinality) columns.set(++offset, notNull(TYPE.int8));
  const oneRow = results.length > 0 && results.every((result) => result.oneRow);
  const last = offset;
  const source = createSource({
    dependsOn: parts.flatMap((part) => sourcesOf(part, scope)),
    atMostOne: (held) => oneRow || (ordinality && held.some(({ column }) => column === last)),
  });
  const range = rangeOf(source, (number) => columns.get(number), { numbers: [...columns.keys()] });
  return single(entry.varno, range, several ? results.some((result) => result.oneRow) : oneRow, several ? [] : (results[0]?.facts ?? []));
}

function analyzePart(engine: Engine, part: Node, scope: Scope): FunctionRows {
  const node = child(part, 'funcexpr');
  const call = node && callOf(engine, node, scope);
  const isSet = node?.tag === 'FUNCEXPR' && flag(node, 'funcretset');
  return {
    columns: call ? columnsOf(engine, part, call, scope) : new Map([[1, node ? engine.expression(node, scope) : unknownValue()]]),
    count: integer(part, 'funccolcount'),
    oneRow: !isSet,
    // A strict set of rows is empty where an argument is NULL.
    facts: isSet && call?.entry.strict === true ? unionAll(call.args.map(({ strictIn }) => strictIn)) : [],
  };
}

function columnsOf(engine: Engine, part: Node, call: Call, scope: Scope): FunctionRows['columns'] {
  const { entry, typeOid, node } = call;
  const defined = numbers(part, 'funccoltypes');
  if (defined.length > 0) return new Map(defined.map((own, index) => [index + 1, outputOf(engine, call, own, false)]));
  const columns = rowColumns(engine, entry, typeOid);
  if (columns === undefined) {
    const value = entry.returnsSet ? outputOf(engine, call, typeOid, isSetFilled(engine, call)) : engine.expression(node, scope);
    return new Map([[1, value]]);
  }
  // A row means a call, of a strict function one with no NULL among its arguments.
  const isTotal = !entry.returnsSet && ruleOfCall(engine, call) === 'total';
  const filled = (name: string): boolean => entry.strict && (isTotal || isOutputFilled(entry, name, call.args.length));
  return new Map(columns.map(({ number, name, typeOid: own }) => [number, outputOf(engine, call, own, filled(name))]));
}

/** XMLTABLE and JSON_TABLE. */
export function analyzeTableFunction(engine: Engine, entry: RangeEntry, scope: Scope): FromShape | undefined {
  const table = child(entry.node, 'tablefunc');
  if (table === undefined) return undefined;
  const filled = [...numbers(table, 'notnulls'), integer(table, 'ordinalitycol')];
  const columns = numbers(table, 'coltypes').map((typeOid, index): Value => {
    const value = filled.includes(index) ? notNull(typeOid) : unknownValue(typeOid);
    return isArray(engine.catalog, typeOid) ? { ...value, dimensions: ANY_DEPTH } : value;
  });
  return single(entry.varno, countedRange(createSource({ dependsOn: sourcesOf(table, scope) }), columns), false);
}
