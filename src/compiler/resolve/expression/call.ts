/** Function calls: plain ones, set-returning ones in a select list, and SQL's own spellings of them. */
import type { FuncCall, Node } from 'libpg-query';
import { findType, type PgFunction } from '../../../catalog/index.js';
import type { Analyzer } from '../analyzer.js';
import { elementRule, isFieldAlwaysThere, isOutputFilled, isVolatile, nullRule, type NullRule } from '../builtin/functions.js';
import { functionCandidates, resultType, type CallArgument } from '../functions.js';
import { booleanOf, stringOf, strings } from '../node.js';
import { allOf, cell, NONE, union, unionAll, UNKNOWN_REASONS, type Reasons } from '../reason.js';
import type { Scope } from '../scope.js';
import { baseType, isArray, TYPE } from '../types.js';
import { computed, unknownValue, worst, type Field, type Value } from '../value.js';
import { evaluateAggregate } from './aggregate.js';
import { castTo } from './cast.js';
import { repeatable } from './cells.js';
import type { DescribedCall } from './described-call.js';
import { isFinite } from './finite.js';
import { evaluateWindowFunction } from './window.js';

export function evaluateCall(analyzer: Analyzer, node: Node, call: FuncCall, scope: Scope): Value {
  const path = strings(call.funcname);
  const [schema, name = ''] = [path.at(-2), path.at(-1)];
  const input = isAggregate(analyzer, name, call) ? (scope.rows ?? scope) : scope;
  const args = (call.args ?? []).map((arg) => analyzer.expression(arg, input));
  // WITHIN GROUP (ORDER BY x) gives the aggregate its last arguments.
  const ordered = call.agg_within_group === true ? orderArguments(analyzer, call, input) : [];
  const written = [...callArguments(call, args), ...ordered.map((value): CallArgument => ({ typeOid: value.typeOid, name: undefined }))];
  const candidates = functionCandidates(analyzer.catalog, schema, name, written, call.func_variadic !== true);
  const [only] = args;
  if (only !== undefined && written.length === 1 && isPlain(call)) {
    const target = findType(analyzer.catalog, schema, name)?.oid ?? TYPE.unresolved;
    if (isCoercion(analyzer, only.typeOid, target, candidates)) return castTo(analyzer, only, target, 0);
  }
  const types = written.map((argument) => argument.typeOid);
  const typeOid = resultType(analyzer.catalog, candidates, types);
  const [first] = candidates;
  if (first === undefined) return unknownValue();
  const described: DescribedCall = { candidates, first, args: [...args, ...ordered], typeOid };
  if (first.kind === 'aggregate' && call.over === undefined) return evaluateAggregate(analyzer, node, call, scope, described);
  if (call.over !== undefined) return evaluateWindowFunction(analyzer, call, scope, described);
  const value = candidates.some((entry) => entry.returnsSet)
    ? evaluateSet(analyzer, scope, described)
    : evaluateFunction(analyzer, node, call, scope, described);
  return overridden(analyzer, first, value);
}

/** Aggregates compute from the rows before grouping; over a window they compute from the groups. */
function isAggregate({ catalog }: Analyzer, name: string, call: FuncCall): boolean {
  return call.over === undefined && catalog.functionsByName.get(name)?.some((entry) => entry.kind === 'aggregate') === true;
}

function isPlain(call: FuncCall): boolean {
  return call.over === undefined && call.agg_filter === undefined && call.agg_distinct !== true && call.func_variadic !== true;
}

/** `date('2020-01-01')` and `text(name)`: a type's name, where no function of that name takes the argument. */
function isCoercion(analyzer: Analyzer, from: number, to: number, candidates: readonly PgFunction[]): boolean {
  if (to === TYPE.unresolved || from === TYPE.unresolved) return false;
  if (candidates.length === 0 || from === TYPE.unknown) return true;
  return baseType(analyzer.catalog, from) === baseType(analyzer.catalog, to);
}

function callArguments(call: FuncCall, values: readonly Value[]): readonly CallArgument[] {
  return (call.args ?? []).map((node, index) => ({
    typeOid: values[index]?.typeOid ?? TYPE.unresolved,
    name: 'NamedArgExpr' in node ? node.NamedArgExpr.name : undefined,
  }));
}

function orderArguments(analyzer: Analyzer, call: FuncCall, scope: Scope): readonly Value[] {
  return (call.agg_order ?? []).flatMap((entry) =>
    'SortBy' in entry && entry.SortBy.node !== undefined ? [analyzer.expression(entry.SortBy.node, scope)] : [],
  );
}

/** What the user says of a function of theirs. */
export function overridden(analyzer: Analyzer, entry: PgFunction, value: Value): Value {
  const nullable = entry.builtin ? undefined : analyzer.overrides.functionNullable?.(entry.schema, entry.name);
  if (nullable === undefined) return value;
  const reasons = nullable ? UNKNOWN_REASONS : NONE;
  return { ...value, reasons, nullableWhenPresent: nullable };
}

function evaluateFunction(analyzer: Analyzer, node: Node, call: FuncCall, scope: Scope, described: DescribedCall): Value {
  const { candidates, args, typeOid } = described;
  const rules = new Set(candidates.map((entry) => ruleOfCall(analyzer, entry, call, args, scope)));
  const [rule = 'partial'] = rules.size === 1 ? rules : [];
  const strict = candidates.every((entry) => entry.strict);
  const volatile = candidates.some(isVolatile) || args.some((arg) => arg.volatile);
  const own = rule === 'partial' ? repeatable(node, scope, args, !volatile && candidates.every((entry) => entry.builtin)) : NONE;
  const strictIn = strict ? unionAll(args.map((arg) => arg.strictIn)) : rule === 'first' ? (args[0]?.strictIn ?? NONE) : NONE;
  return {
    ...computed(typeOid, args, union(reasonsOf(rule, args), own), union(strictIn, own)),
    ...elementsOf(analyzer, call, described),
    volatile,
    fields: rowFields(analyzer, described),
  };
}

function ruleOfCall(analyzer: Analyzer, entry: PgFunction, call: FuncCall, args: readonly Value[], scope: Scope): NullRule {
  const finite = (part: Node | undefined): boolean => part !== undefined && isFinite(part, (node) => baseType(analyzer.catalog, analyzer.expression(node, scope).typeOid));
  const rule = nullRule(entry);
  // VARIADIC passes one array, and NULL in its place makes the whole NULL.
  if (call.func_variadic === true && rule !== 'partial') return 'total';
  if (!entry.builtin) return rule;
  if (entry.name === 'extract' || entry.name === 'date_part') {
    const [field, from] = call.args ?? [];
    const type = baseType(analyzer.catalog, args[1]?.typeOid ?? TYPE.unresolved);
    return isFieldAlwaysThere(stringOf(field), type, finite(from)) ? 'total' : rule;
  }
  if (entry.name === 'to_char' || entry.name === 'to_number') {
    const [value, format] = call.args ?? [];
    const wellFormed = (stringOf(format) ?? '') !== '';
    if (entry.name === 'to_number') return wellFormed ? 'total' : rule;
    return wellFormed && finite(value) ? 'total' : rule;
  }
  return rule;
}

function reasonsOf(rule: NullRule, args: readonly Value[]): Reasons {
  switch (rule) {
    case 'never':
      return NONE;
    case 'first':
      return args[0]?.reasons ?? NONE;
    case 'firstTwo':
      return unionAll(args.slice(0, 2).map((arg) => arg.reasons));
    case 'any':
      return allOf(args.map((arg) => arg.reasons));
    default:
      return unionAll(args.map((arg) => arg.reasons));
  }
}

/** `array_remove(array, NULL)`: what is left holds none. */
function takesNullsOut(call: FuncCall, candidates: readonly PgFunction[]): boolean {
  return candidates.every((entry) => entry.builtin && entry.name === 'array_remove') && booleanOf(call.args?.[1]) === null;
}

function elementsOf(analyzer: Analyzer, call: FuncCall, { candidates, args, typeOid }: DescribedCall): Pick<Value, 'elements' | 'dimensions'> {
  if (typeOid !== TYPE.unresolved && !isArray(analyzer.catalog, typeOid)) return { elements: 'nullable', dimensions: 0 };
  const arrays = args.filter((arg) => isArray(analyzer.catalog, arg.typeOid));
  const dimensions = isArray(analyzer.catalog, typeOid) ? Math.max(1, ...arrays.map((arg) => arg.dimensions)) : 0;
  const rules = candidates.map((entry) => elementRule(entry, args.length));
  if (rules.every((rule) => rule === 'notNull') || takesNullsOut(call, candidates)) return { elements: 'notNull', dimensions: 1 };
  if (!rules.every((rule) => rule !== 'nullable')) return { elements: 'nullable', dimensions };
  const parameters = candidates[0]?.argumentTypeOids ?? [];
  const held = args.map((arg, index) => {
    const parameter = parameters[index] ?? TYPE.unresolved;
    if (isArray(analyzer.catalog, parameter) || parameter === TYPE.anyarray || parameter === TYPE.anycompatiblearray) return arg.elements;
    return arg.reasons.length > 0 ? 'nullable' : 'notNull';
  });
  return { elements: worst(held), dimensions };
}

/** The columns of a function's row, none of which is known to hold a value. */
function rowFields(analyzer: Analyzer, { first, typeOid }: DescribedCall): readonly Field[] | undefined {
  const columns = first.outputs.length > 1 ? first.outputs : compositeColumns(analyzer, typeOid);
  return columns?.map((column) => ({ name: column.name, value: unknownValue(column.typeOid) }));
}

function compositeColumns(analyzer: Analyzer, typeOid: number): readonly { readonly name: string; readonly typeOid: number }[] | undefined {
  const type = analyzer.catalog.types.get(baseType(analyzer.catalog, typeOid));
  return type?.kind === 'composite' ? analyzer.catalog.relations.get(type.relationOid)?.columns : undefined;
}

/** A set-returning function in a select list: each of its rows is one of the result's. */
function evaluateSet(analyzer: Analyzer, scope: Scope, described: DescribedCall): Value {
  const { candidates, args, typeOid } = described;
  scope.frame.setReturning++;
  const [array] = args;
  const unnests = candidates.every((entry) => entry.builtin && entry.name === 'unnest');
  const filled =
    unnests && array !== undefined && isArray(analyzer.catalog, array.typeOid)
      ? array.elements === 'notNull'
      : candidates.every((entry) => isOutputFilled(entry, entry.outputs.length === 1 ? (entry.outputs[0]?.name ?? '') : '', args.length));
  const reasons = filled && !scope.frame.padded ? NONE : [cell()];
  const elements = candidates.every((entry) => elementRule(entry, args.length) === 'notNull') ? 'notNull' : 'nullable';
  return { ...computed(typeOid, args, reasons, reasons), elements, fields: rowFields(analyzer, described) };
}
