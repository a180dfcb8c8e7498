/** Expression → what is known of its value. What is not understood is nullable. */
import type { A_ArrayExpr, A_Const, A_Indirection, ColumnRef, Node, RowExpr } from 'libpg-query';
import type { Analyzer } from '../analyzer.js';
import { strings } from '../node.js';
import { cell, NONE, unionAll } from '../reason.js';
import { findColumn, rowValue, type Scope } from '../scope.js';
import { arrayOf, baseType, commonType, elementType, isArray, TYPE } from '../types.js';
import { computed, isNullable, notNull, unknownValue, withReasons, type Field, type Value } from '../value.js';
import { evaluateCall } from './call.js';
import { evaluateCast, literalValue } from './cast.js';
import { evaluateCase, evaluateFirstOf } from './conditional.js';
import { evaluateDocument } from './document.js';
import { expressionKey } from './key.js';
import { evaluateLogic, evaluateOperator } from './operator.js';
import { evaluateSubLink } from './sublink.js';

export function evaluate(analyzer: Analyzer, node: Node, scope: Scope): Value {
  const known = scope.memo.get(node);
  if (known !== undefined) return known;
  let value = compute(analyzer, node, scope);
  if (scope.frame.nulledKeys.size > 0 && !('ColumnRef' in node) && scope.frame.nulledKeys.has(expressionKey(node, scope))) {
    value = withReasons(value, [cell()]);
  }
  scope.memo.set(node, value);
  return value;
}

function compute(analyzer: Analyzer, node: Node, scope: Scope): Value {
  if ('ColumnRef' in node) return evaluateColumn(node.ColumnRef, scope);
  if ('A_Const' in node) return evaluateConstant(node.A_Const);
  if ('ParamRef' in node) return analyzer.parameter(node.ParamRef.number ?? 0);
  if ('TypeCast' in node) return evaluateCast(analyzer, node.TypeCast, scope);
  if ('FuncCall' in node) return evaluateCall(analyzer, node, node.FuncCall, scope);
  if ('A_Expr' in node) return evaluateOperator(analyzer, node, node.A_Expr, scope);
  if ('BoolExpr' in node) return evaluateLogic(analyzer, node.BoolExpr, scope);
  if ('CoalesceExpr' in node) return evaluateFirstOf(analyzer, node.CoalesceExpr.args ?? [], scope);
  if ('MinMaxExpr' in node) return evaluateFirstOf(analyzer, node.MinMaxExpr.args ?? [], scope);
  if ('CaseExpr' in node) return evaluateCase(analyzer, node.CaseExpr, scope);
  if ('SubLink' in node) return evaluateSubLink(analyzer, node.SubLink, scope);
  if ('NullTest' in node) return neverNull(analyzer, TYPE.bool, [node.NullTest.arg], scope);
  if ('BooleanTest' in node) return neverNull(analyzer, TYPE.bool, [node.BooleanTest.arg], scope);
  if ('A_ArrayExpr' in node) return evaluateArray(analyzer, node.A_ArrayExpr, scope);
  if ('RowExpr' in node) return evaluateRow(analyzer, node.RowExpr, scope);
  if ('A_Indirection' in node) return evaluateIndirection(analyzer, node.A_Indirection, scope);
  if ('CollateClause' in node && node.CollateClause.arg !== undefined) {
    return { ...analyzer.expression(node.CollateClause.arg, scope), origin: undefined };
  }
  if ('NamedArgExpr' in node && node.NamedArgExpr.arg !== undefined) return analyzer.expression(node.NamedArgExpr.arg, scope);
  if ('SQLValueFunction' in node) return evaluateValueFunction(node.SQLValueFunction.op);
  if ('GroupingFunc' in node) return neverNull(analyzer, TYPE.int4, [], scope);
  if ('MergeSupportFunc' in node) return notNull(TYPE.text);
  return evaluateDocument(analyzer, node, scope);
}

/** A value that is never NULL, whatever its parts are. */
function neverNull(analyzer: Analyzer, typeOid: number, parts: readonly (Node | undefined)[], scope: Scope): Value {
  const values = parts.flatMap((part) => (part === undefined ? [] : [analyzer.expression(part, scope)]));
  return computed(typeOid, values, NONE);
}

function evaluateColumn(reference: ColumnRef, scope: Scope): Value {
  // `t.*` inside an expression is the whole row.
  const found = findColumn(scope, strings(reference.fields));
  if (found?.kind === 'column') return found.column.value;
  if (found?.kind === 'row') return rowValue(found.item);
  return found?.value ?? unknownValue();
}

function evaluateConstant(constant: A_Const): Value {
  if (constant.isnull === true) return { ...unknownValue(TYPE.unknown), elements: 'notNull' };
  if (constant.sval !== undefined) return literalValue(constant.sval.sval ?? '');
  if (constant.ival !== undefined) return notNull(TYPE.int4);
  if (constant.boolval !== undefined) return notNull(TYPE.bool);
  if (constant.bsval !== undefined) return notNull(TYPE.bit);
  // An integer too large for four bytes is written like a fraction in the tree.
  const text = constant.fval?.fval ?? '';
  return notNull(/^[+-]?\d+$/.test(text) && isInt8(BigInt(text)) ? TYPE.int8 : TYPE.numeric);
}

function isInt8(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

function evaluateValueFunction(op: string | undefined): Value {
  switch (op) {
    case 'SVFOP_CURRENT_DATE':
      return notNull(TYPE.date);
    case 'SVFOP_CURRENT_TIME':
    case 'SVFOP_CURRENT_TIME_N':
      return notNull(TYPE.timetz);
    case 'SVFOP_CURRENT_TIMESTAMP':
    case 'SVFOP_CURRENT_TIMESTAMP_N':
      return notNull(TYPE.timestamptz);
    case 'SVFOP_LOCALTIME':
    case 'SVFOP_LOCALTIME_N':
      return notNull(TYPE.time);
    case 'SVFOP_LOCALTIMESTAMP':
    case 'SVFOP_LOCALTIMESTAMP_N':
      return notNull(TYPE.timestamp);
    // No schema of the search path need exist.
    case 'SVFOP_CURRENT_SCHEMA':
      return unknownValue(TYPE.name);
    default:
      return notNull(TYPE.name);
  }
}

function evaluateArray(analyzer: Analyzer, array: A_ArrayExpr, scope: Scope): Value {
  const nodes = array.elements ?? [];
  // An empty list takes its type from the cast that it must have.
  if (nodes.length === 0) return { ...notNull(TYPE.unknown), elements: 'notNull', dimensions: 1 };
  const values = nodes.map((element) => analyzer.expression(element, scope));
  const nested = values.some((value) => isArray(analyzer.catalog, value.typeOid)) || nodes.some((element) => 'A_ArrayExpr' in element);
  const common = commonType(analyzer.catalog, values.map((value) => value.typeOid));
  const holdsNull = nested ? values.some((value) => value.elements === 'nullable') : values.some(isNullable);
  return {
    ...computed(nested ? common : arrayOf(analyzer.catalog, baseOrSelf(analyzer, common)), values, NONE),
    elements: holdsNull ? 'nullable' : nested && values.some((value) => value.elements === 'assumed') ? 'assumed' : 'notNull',
    dimensions: nested ? 1 + Math.max(1, ...values.map((value) => value.dimensions)) : 1,
  };
}

/** Arrays over a domain have a type of their own; most catalogs list it. */
function baseOrSelf(analyzer: Analyzer, oid: number): number {
  return arrayOf(analyzer.catalog, oid) === TYPE.unresolved ? baseType(analyzer.catalog, oid) : oid;
}

function evaluateRow(analyzer: Analyzer, row: RowExpr, scope: Scope): Value {
  const values = (row.args ?? []).map((arg) => analyzer.expression(arg, scope));
  const fields = values.map((value, index): Field => ({ name: `f${index + 1}`, value }));
  return { ...computed(TYPE.record, values, NONE), fields: (row.args ?? []).some(isStar) ? undefined : fields };
}

function isStar(node: Node): boolean {
  const last = 'ColumnRef' in node ? node.ColumnRef.fields?.at(-1) : undefined;
  return last !== undefined && 'A_Star' in last;
}

/** `(row).field`, `array[1]`, `array[1:2]`, `document['key']`. */
function evaluateIndirection(analyzer: Analyzer, indirection: A_Indirection, scope: Scope): Value {
  let value = indirection.arg === undefined ? unknownValue() : analyzer.expression(indirection.arg, scope);
  for (const step of indirection.indirection ?? []) {
    if ('String' in step) value = selectField(analyzer, value, step.String.sval ?? '');
    else if ('A_Indices' in step) value = subscript(analyzer, value, step.A_Indices, scope);
  }
  return value;
}

/** A field of a row. A row value that is missing has no fields, and stored rows are not checked. */
function selectField(analyzer: Analyzer, row: Value, name: string): Value {
  const field = row.fields?.find((candidate) => candidate.name === name);
  if (field !== undefined) return { ...field.value, reasons: unionAll([row.reasons, field.value.reasons]), sources: row.sources };
  const type = analyzer.catalog.types.get(baseType(analyzer.catalog, row.typeOid));
  const relation = type?.kind === 'composite' ? analyzer.catalog.relations.get(type.relationOid) : undefined;
  const column = relation?.columns.find((candidate) => candidate.name === name);
  const reasons = unionAll([row.reasons, [cell()]]);
  return { ...computed(column?.typeOid ?? TYPE.unresolved, [row], reasons, row.strictIn), elements: 'assumed' };
}

function subscript(analyzer: Analyzer, value: Value, indices: { is_slice?: boolean; lidx?: Node; uidx?: Node }, scope: Scope): Value {
  const bounds = [indices.lidx, indices.uidx].flatMap((index) => (index === undefined ? [] : [analyzer.expression(index, scope)]));
  const parts = [value, ...bounds];
  const strictIn = unionAll(parts.map((part) => part.strictIn));
  if (indices.is_slice === true && isArray(analyzer.catalog, value.typeOid)) {
    // A slice out of bounds is an empty array.
    const reasons = unionAll(parts.map((part) => part.reasons));
    return { ...computed(value.typeOid, parts, reasons, strictIn), elements: value.elements, dimensions: value.dimensions };
  }
  const element = elementType(analyzer.catalog, value.typeOid);
  const typeOid = element === TYPE.unresolved && baseType(analyzer.catalog, value.typeOid) === TYPE.jsonb ? TYPE.jsonb : element;
  return computed(typeOid, parts, unionAll([...parts.map((part) => part.reasons), [cell()]]), strictIn);
}
