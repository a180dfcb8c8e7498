/** XMLTABLE and JSON_TABLE. */
import type { Node } from 'libpg-query';
import type { Analyzer } from '../analyzer.js';
import type { Scope } from '../scope.js';
import { strings } from '../node.js';
import { namedType, TYPE } from '../types.js';
import { notNull, unknownValue, type Field } from '../value.js';
import { single, type FromShape } from './from-shape.js';
import { createSource, itemOf } from './relation.js';

/** Undefined for a node that is neither. */
export function analyzeTableFunction(analyzer: Analyzer, node: Node, scope: Scope): FromShape | undefined {
  if ('RangeTableFunc' in node) {
    const { columns = [], alias, docexpr } = node.RangeTableFunc;
    if (docexpr !== undefined) analyzer.expression(docexpr, scope);
    return tableOf(alias?.aliasname ?? 'xmltable', strings(alias?.colnames), columns.flatMap((column) => xmlColumn(analyzer, column)));
  }
  if ('JsonTable' in node) {
    const { columns = [], alias, context_item: context } = node.JsonTable;
    if (context?.raw_expr !== undefined) analyzer.expression(context.raw_expr, scope);
    return tableOf(alias?.aliasname ?? 'json_table', strings(alias?.colnames), columns.flatMap((column) => jsonColumns(analyzer, column, false)));
  }
  return undefined;
}

function tableOf(name: string, columnNames: readonly string[], fields: readonly Field[]): FromShape {
  return single(itemOf(fields, { source: createSource(), name, columnNames }), false);
}

function xmlColumn(analyzer: Analyzer, node: Node): readonly Field[] {
  if (!('RangeTableFuncCol' in node)) return [];
  const { colname = '', typeName, for_ordinality: ordinality, is_not_null: required } = node.RangeTableFuncCol;
  if (ordinality === true) return [{ name: colname, value: notNull(TYPE.int4) }];
  const { oid, dimensions } = namedType(analyzer.catalog, typeName);
  // PostgreSQL refuses a NULL where the column is declared NOT NULL.
  return [{ name: colname, value: { ...(required === true ? notNull(oid) : unknownValue(oid)), dimensions } }];
}

/** Nested paths add their columns in place; their rows are joined as by LEFT JOIN. */
function jsonColumns(analyzer: Analyzer, node: Node, nested: boolean): readonly Field[] {
  if (!('JsonTableColumn' in node)) return [];
  const { coltype, name = '', typeName, columns = [] } = node.JsonTableColumn;
  if (coltype === 'JTC_NESTED') return columns.flatMap((column) => jsonColumns(analyzer, column, true));
  if (coltype === 'JTC_FOR_ORDINALITY') return [{ name, value: nested ? unknownValue(TYPE.int4) : notNull(TYPE.int4) }];
  const { oid, dimensions } = namedType(analyzer.catalog, typeName);
  return [{ name, value: { ...unknownValue(oid), dimensions } }];
}
