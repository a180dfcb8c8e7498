/** Functions in FROM → their columns: OUT parameters, row types, definition lists, ordinality. */
import type { FuncCall, Node, RangeFunction } from 'libpg-query';
import type { PgFunction } from '../../../catalog/index.js';
import type { Analyzer } from '../analyzer.js';
import { elementRule, isOutputFilled, nullRule } from '../builtin/functions.js';
import { columnName } from '../column-name.js';
import { functionCandidates, resultType, type CallArgument } from '../functions.js';
import { items, strings } from '../node.js';
import { cell, UNKNOWN_REASONS, union, unionAll, type Reasons } from '../reason.js';
import type { Scope } from '../scope.js';
import { elementType, isArray, namedType, TYPE } from '../types.js';
import { notNull, sourcesOf, unknownValue, type Field, type Value } from '../value.js';
import { single, type FromShape } from './from-shape.js';
import { createSource, itemOf } from './relation.js';

interface FunctionResult {
  readonly fields: readonly Field[];
  /** The result is one value, not a row. */
  readonly scalar: boolean;
  /** Exactly one row, always. */
  readonly oneRow: boolean;
  /** Ruled out where it gives a row. */
  readonly facts: Reasons;
  readonly args: readonly Value[];
}

export function analyzeFunctionItem(analyzer: Analyzer, range: RangeFunction, scope: Scope): FromShape {
  const calls = (range.functions ?? []).map((entry) => items(entry));
  const results = calls.flatMap(([call, definitions]) => {
    const written = items(definitions);
    const columns = written.length > 0 ? written : (range.coldeflist ?? []);
    return call === undefined ? [] : analyzeCall(analyzer, call, columns, range, scope);
  });
  const [first] = results;
  // Several functions run side by side: the shorter ones are filled up with NULL.
  const several = results.length > 1;
  const fields = results.flatMap((result) => (several ? result.fields.map(padded) : result.fields));
  if (range.ordinality === true) fields.push({ name: 'ordinality', value: notNull(TYPE.int8) });
  const oneRow = results.length > 0 && results.every((result) => result.oneRow);
  const args = results.flatMap((result) => result.args);
  const source = createSource({
    atMostOne: oneRow,
    dependsOn: sourcesOf(args),
    heldToOne: range.ordinality === true ? (held) => held.some(({ index }) => index === fields.length - 1) : undefined,
    scalar: !several && range.ordinality !== true && first?.scalar === true,
  });
  const item = itemOf(fields, {
    source,
    name: range.alias?.aliasname ?? functionName(calls[0]?.[0]),
    columnNames: strings(range.alias?.colnames),
  });
  return single(item, several ? results.some((result) => result.oneRow) : oneRow, several ? [] : (first?.facts ?? []));
}

function padded(field: Field): Field {
  const reasons = union(field.value.reasons, [cell()]);
  return { ...field, value: { ...field.value, reasons, strictIn: reasons } };
}

function functionName(node: Node | undefined): string | undefined {
  return node === undefined ? undefined : columnName(undefined, node);
}

/** One entry gives several results where `unnest` has several arrays. */
function analyzeCall(
  analyzer: Analyzer,
  node: Node,
  definitions: readonly Node[],
  range: RangeFunction,
  scope: Scope,
): readonly FunctionResult[] {
  const alias = (range.functions ?? []).length === 1 ? range.alias?.aliasname : undefined;
  if (!('FuncCall' in node)) {
    const name = alias ?? columnName(undefined, node);
    const value = analyzer.expression(node, scope);
    return [{ fields: [{ name, value }], scalar: true, oneRow: true, facts: [], args: [value] }];
  }
  const call = node.FuncCall;
  const path = strings(call.funcname);
  const args = (call.args ?? []).map((arg) => analyzer.expression(arg, scope));
  if (path.at(-1) === 'unnest' && args.length > 1 && call.func_variadic !== true) {
    return args.map((arg) => unnestOne(analyzer, arg));
  }
  const candidates = functionCandidates(analyzer.catalog, path.at(-2), path.at(-1) ?? '', callArguments(call, args), call.func_variadic !== true);
  return [describeCall(analyzer, node, candidates, args, definitions, alias, scope)];
}

export function callArguments(call: FuncCall, values: readonly Value[]): readonly CallArgument[] {
  return (call.args ?? []).map((node, index) => ({
    typeOid: values[index]?.typeOid ?? TYPE.unresolved,
    name: 'NamedArgExpr' in node ? node.NamedArgExpr.name : undefined,
  }));
}

function unnestOne(analyzer: Analyzer, array: Value): FunctionResult {
  return { fields: [{ name: 'unnest', value: elementOf(analyzer, array) }], scalar: true, oneRow: false, facts: [], args: [array] };
}

/** One element of an array. */
export function elementOf(analyzer: Analyzer, array: Value): Value {
  const reasons = array.elements === 'notNull' ? [] : [cell()];
  const typeOid = elementType(analyzer.catalog, array.typeOid);
  return { ...notNull(typeOid), reasons, strictIn: reasons, nullableWhenPresent: reasons.length > 0, sources: array.sources };
}

function describeCall(
  analyzer: Analyzer,
  node: Node,
  candidates: readonly PgFunction[],
  args: readonly Value[],
  definitions: readonly Node[],
  alias: string | undefined,
  scope: Scope,
): FunctionResult {
  const returnsSet = candidates.some((entry) => entry.returnsSet);
  const strict = candidates.length > 0 && candidates.every((entry) => entry.strict);
  const common = {
    oneRow: candidates.length > 0 && !returnsSet,
    // A strict set of rows is empty where an argument is NULL.
    facts: strict && candidates.every((entry) => entry.returnsSet) ? unionAll(args.map((arg) => arg.strictIn)) : [],
    args,
  };
  if (definitions.length > 0) return { ...common, scalar: false, fields: definitions.flatMap((definition) => definedField(analyzer, definition)) };
  const [entry] = candidates;
  const name = 'FuncCall' in node ? (strings(node.FuncCall.funcname).at(-1) ?? '') : '';
  if (entry === undefined) return { ...common, scalar: true, fields: [{ name: alias ?? name, value: unknownValue() }] };

  const [only] = entry.outputs;
  const typeOid = resultType(analyzer.catalog, candidates, args.map((arg) => arg.typeOid));
  const columns = entry.outputs.length > 1 ? entry.outputs : rowColumns(analyzer, typeOid === TYPE.unresolved ? entry.returnTypeOid : typeOid);
  if (columns !== undefined) {
    const fields = columns.map((column) => ({
      name: column.name,
      value: outputValue(candidates, column.name, column.typeOid, args, strict),
    }));
    return { ...common, scalar: false, fields };
  }
  const value = scalarOutput(analyzer, node, candidates, only?.name ?? '', typeOid, args, scope);
  return { ...common, scalar: true, fields: [{ name: only?.name ?? alias ?? name, value }] };
}

function rowColumns(analyzer: Analyzer, typeOid: number): readonly { readonly name: string; readonly typeOid: number }[] | undefined {
  const type = analyzer.catalog.types.get(typeOid);
  if (type?.kind !== 'composite') return undefined;
  return analyzer.catalog.relations.get(type.relationOid)?.columns;
}

function scalarOutput(
  analyzer: Analyzer,
  node: Node,
  candidates: readonly PgFunction[],
  output: string,
  typeOid: number,
  args: readonly Value[],
  scope: Scope,
): Value {
  const [entry] = candidates;
  const [first] = args;
  if (entry?.returnsSet !== true) return analyzer.expression(node, scope);
  if (candidates.every((candidate) => candidate.builtin && candidate.name === 'unnest') && first !== undefined && isArray(analyzer.catalog, first.typeOid)) {
    return elementOf(analyzer, first);
  }
  return outputValue(candidates, output, typeOid, args, true);
}

/** One output of a function's row; `called` says that a row means a call with no NULL argument. */
function outputValue(
  candidates: readonly PgFunction[],
  output: string,
  typeOid: number,
  args: readonly Value[],
  called: boolean,
): Value {
  const filled = candidates.every((entry) => isOutputFilled(entry, output, args.length));
  const [entry] = candidates;
  const elements = entry !== undefined && elementRule(entry, args.length) === 'notNull' ? 'notNull' : 'nullable';
  const total = candidates.every((candidate) => !candidate.returnsSet && nullRule(candidate) === 'total');
  const reasons = (filled || total) && called ? [] : [cell()];
  return { ...notNull(typeOid), reasons, strictIn: reasons, elements, nullableWhenPresent: reasons.length > 0 };
}

function definedField(analyzer: Analyzer, node: Node): readonly Field[] {
  if (!('ColumnDef' in node)) return [];
  const { oid, dimensions } = namedType(analyzer.catalog, node.ColumnDef.typeName);
  return [{ name: node.ColumnDef.colname ?? '', value: { ...unknownValue(oid), dimensions, reasons: UNKNOWN_REASONS } }];
}
