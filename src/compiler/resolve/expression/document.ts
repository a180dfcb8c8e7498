/** SQL's own syntax for JSON and XML. */
import type { JsonValueExpr, Node } from 'libpg-query';
import { provenBy, type Analyzer } from '../analyzer.js';
import { cell, closure, NONE, union, without } from '../reason.js';
import type { Scope } from '../scope.js';
import { namedType, TYPE } from '../types.js';
import { computed, notNull, unknownValue, type Value } from '../value.js';

export function evaluateDocument(analyzer: Analyzer, node: Node, scope: Scope): Value {
  if ('JsonObjectConstructor' in node) return notNull(outputType(analyzer, node.JsonObjectConstructor.output, TYPE.json));
  if ('JsonArrayConstructor' in node) return notNull(outputType(analyzer, node.JsonArrayConstructor.output, TYPE.json));
  if ('JsonArrayQueryConstructor' in node) {
    const { query, output } = node.JsonArrayQueryConstructor;
    if (query !== undefined) analyzer.query(query, scope, scope.ctes);
    return unknownValue(outputType(analyzer, output, TYPE.json));
  }
  if ('JsonObjectAgg' in node) return aggregate(analyzer, node.JsonObjectAgg.constructor, scope);
  if ('JsonArrayAgg' in node) return aggregate(analyzer, node.JsonArrayAgg.constructor, scope);
  if ('JsonScalarExpr' in node) return strict(analyzer, TYPE.json, node.JsonScalarExpr.expr, scope);
  if ('JsonParseExpr' in node) return strict(analyzer, TYPE.json, valueOf(node.JsonParseExpr.expr), scope);
  if ('JsonSerializeExpr' in node) {
    return strict(analyzer, outputType(analyzer, node.JsonSerializeExpr.output, TYPE.text), valueOf(node.JsonSerializeExpr.expr), scope);
  }
  if ('JsonIsPredicate' in node) return strict(analyzer, TYPE.bool, node.JsonIsPredicate.expr, scope);
  if ('JsonFuncExpr' in node) {
    const { op, context_item: context, on_error: onError, output, passing } = node.JsonFuncExpr;
    if (op !== 'JSON_EXISTS_OP') return unknownValue(outputType(analyzer, output, op === 'JSON_QUERY_OP' ? TYPE.jsonb : TYPE.text));
    const certain = passing === undefined && (onError === undefined || onError.btype !== 'JSON_BEHAVIOR_UNKNOWN');
    return certain ? strict(analyzer, TYPE.bool, valueOf(context), scope) : unknownValue(TYPE.bool);
  }
  if ('XmlExpr' in node) {
    const { op, args = [], named_args: named = [] } = node.XmlExpr;
    for (const arg of [...args, ...named]) analyzer.expression('ResTarget' in arg && arg.ResTarget.val !== undefined ? arg.ResTarget.val : arg, scope);
    return op === 'IS_XMLELEMENT' ? notNull(TYPE.xml) : unknownValue(op === 'IS_DOCUMENT' ? TYPE.bool : TYPE.xml);
  }
  if ('XmlSerialize' in node) return strict(analyzer, namedType(analyzer.catalog, node.XmlSerialize.typeName).oid, node.XmlSerialize.expr, scope);
  return unknownValue();
}

function valueOf(value: JsonValueExpr | undefined): Node | undefined {
  return value?.raw_expr;
}

function outputType(analyzer: Analyzer, output: { typeName?: Parameters<typeof namedType>[1] } | undefined, standard: number): number {
  return output?.typeName === undefined ? standard : namedType(analyzer.catalog, output.typeName).oid;
}

/** NULL only where the operand is. */
function strict(analyzer: Analyzer, typeOid: number, operand: Node | undefined, scope: Scope): Value {
  if (operand === undefined) return unknownValue(typeOid);
  const value = analyzer.expression(operand, scope);
  return computed(typeOid, [value], value.reasons, value.strictIn);
}

/** JSON_ARRAYAGG and JSON_OBJECTAGG are NULL only for no rows. */
function aggregate(
  analyzer: Analyzer,
  constructor: { agg_filter?: Node; over?: unknown; output?: { typeName?: Parameters<typeof namedType>[1] } } | undefined,
  scope: Scope,
): Value {
  const typeOid = outputType(analyzer, constructor?.output, TYPE.json);
  if (constructor?.over !== undefined) return unknownValue(typeOid);
  scope.frame.aggregated = true;
  if (constructor?.agg_filter !== undefined) provenBy(analyzer, constructor.agg_filter, scope);
  const certain = scope.frame.groupsHoldRows && constructor?.agg_filter === undefined;
  return certain ? notNull(typeOid) : computed(typeOid, [], without(union(NONE, [cell()]), closure(NONE)));
}
