/** The name that PostgreSQL gives a result column without an alias. */
import type { Node } from 'libpg-query';
import { strings } from './node.js';

const NAMELESS = '?column?';

/** The output name of one entry of a select list. */
export function columnName(name: string | undefined, value: Node | undefined): string {
  return name ?? figure(value)?.name ?? NAMELESS;
}

interface Figured {
  readonly name: string;
  /** A weak name yields to a better one further out, as a cast's type does. */
  readonly weak: boolean;
}

const strong = (name: string): Figured => ({ name, weak: false });

const VALUE_FUNCTIONS: Readonly<Record<string, string>> = {
  SVFOP_CURRENT_DATE: 'current_date',
  SVFOP_CURRENT_TIME: 'current_time',
  SVFOP_CURRENT_TIME_N: 'current_time',
  SVFOP_CURRENT_TIMESTAMP: 'current_timestamp',
  SVFOP_CURRENT_TIMESTAMP_N: 'current_timestamp',
  SVFOP_LOCALTIME: 'localtime',
  SVFOP_LOCALTIME_N: 'localtime',
  SVFOP_LOCALTIMESTAMP: 'localtimestamp',
  SVFOP_LOCALTIMESTAMP_N: 'localtimestamp',
  SVFOP_CURRENT_ROLE: 'current_role',
  SVFOP_CURRENT_USER: 'current_user',
  SVFOP_USER: 'user',
  SVFOP_SESSION_USER: 'session_user',
  SVFOP_CURRENT_CATALOG: 'current_catalog',
  SVFOP_CURRENT_SCHEMA: 'current_schema',
};

const XML: Readonly<Record<string, string>> = {
  IS_XMLCONCAT: 'xmlconcat',
  IS_XMLELEMENT: 'xmlelement',
  IS_XMLFOREST: 'xmlforest',
  IS_XMLPARSE: 'xmlparse',
  IS_XMLPI: 'xmlpi',
  IS_XMLROOT: 'xmlroot',
  IS_XMLSERIALIZE: 'xmlserialize',
};

const JSON_FUNCTIONS: Readonly<Record<string, string>> = {
  JSON_EXISTS_OP: 'json_exists',
  JSON_QUERY_OP: 'json_query',
  JSON_VALUE_OP: 'json_value',
};

/** Node kinds with a name of their own. */
const NAMED_KINDS: Readonly<Record<string, string>> = {
  A_ArrayExpr: 'array',
  RowExpr: 'row',
  CoalesceExpr: 'coalesce',
  GroupingFunc: 'grouping',
  MergeSupportFunc: 'merge_action',
  XmlSerialize: 'xmlserialize',
  JsonParseExpr: 'json',
  JsonScalarExpr: 'json_scalar',
  JsonSerializeExpr: 'json_serialize',
  JsonObjectConstructor: 'json_object',
  JsonArrayConstructor: 'json_array',
  JsonArrayQueryConstructor: 'json_array',
  JsonObjectAgg: 'json_objectagg',
  JsonArrayAgg: 'json_arrayagg',
};

function figure(node: Node | undefined): Figured | undefined {
  if (node === undefined) return undefined;
  if ('ColumnRef' in node) return lastName(node.ColumnRef.fields);
  if ('FuncCall' in node) return lastName(node.FuncCall.funcname);
  if ('A_Indirection' in node) return lastName(node.A_Indirection.indirection) ?? figure(node.A_Indirection.arg);
  if ('CollateClause' in node) return figure(node.CollateClause.arg);
  if ('TypeCast' in node) {
    const inner = figure(node.TypeCast.arg);
    const type = strings(node.TypeCast.typeName?.names).at(-1);
    return inner?.weak === false || type === undefined ? inner : { name: type, weak: true };
  }
  if ('A_Expr' in node) return node.A_Expr.kind === 'AEXPR_NULLIF' ? strong('nullif') : undefined;
  if ('CaseExpr' in node) {
    const inner = figure(node.CaseExpr.defresult);
    return inner?.weak === false ? inner : { name: 'case', weak: true };
  }
  if ('SubLink' in node) return figureSubLink(node.SubLink.subLinkType, node.SubLink.subselect);
  if ('MinMaxExpr' in node) return strong(node.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest');
  if ('SQLValueFunction' in node) return named(VALUE_FUNCTIONS[node.SQLValueFunction.op ?? '']);
  if ('XmlExpr' in node) return named(XML[node.XmlExpr.op ?? '']);
  if ('JsonFuncExpr' in node) return named(JSON_FUNCTIONS[node.JsonFuncExpr.op ?? '']);
  return named(NAMED_KINDS[Object.keys(node)[0] ?? '']);
}

function named(name: string | undefined): Figured | undefined {
  return name === undefined ? undefined : strong(name);
}

function lastName(nodes: readonly Node[] | undefined): Figured | undefined {
  return named(strings(nodes).at(-1));
}

function figureSubLink(type: string | undefined, subselect: Node | undefined): Figured | undefined {
  if (type === 'EXISTS_SUBLINK') return strong('exists');
  if (type === 'ARRAY_SUBLINK') return strong('array');
  if (type !== 'EXPR_SUBLINK' || subselect === undefined || !('SelectStmt' in subselect)) return undefined;
  let select = subselect.SelectStmt;
  while (select.larg !== undefined) select = select.larg;
  const first = select.targetList?.[0];
  if (first !== undefined && 'ResTarget' in first) {
    const { name, val } = first.ResTarget;
    return name === undefined ? figure(val) : strong(name);
  }
  return select.valuesLists === undefined ? undefined : strong('column1');
}
