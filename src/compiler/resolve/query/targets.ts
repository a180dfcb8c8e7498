/** A select list or RETURNING → output columns, stars written out. */
import type { Node } from 'libpg-query';
import type { Analyzer, FoundStar, OutputColumn } from '../analyzer.js';
import { columnName } from '../column-name.js';
import { without } from '../reason.js';
import { strings } from '../node.js';
import { findColumn, type Scope } from '../scope.js';
import { expandColumnStar, expandRowStar, keepLines, onOneLine, starEnd, type ExpandedStar } from '../star.js';
import { baseType } from '../types.js';
import { unknownValue, type Field, type Value } from '../value.js';

/** The columns of a list; undefined where a star's columns cannot be told. */
export function analyzeTargets(analyzer: Analyzer, list: readonly Node[], scope: Scope): readonly OutputColumn[] | undefined {
  const columns: OutputColumn[] = [];
  let complete = true;
  for (const node of list) {
    if (!('ResTarget' in node) || node.ResTarget.val === undefined) continue;
    const { name, val, location } = node.ResTarget;
    const star = expandStar(analyzer, val, scope, location);
    if (star === 'unknown') {
      complete = false;
    } else if (star !== undefined) {
      const found = star.text;
      columns.push(
        ...star.fields.map(({ name: own, value }, index) => ({
          name: own,
          value: proven(value, scope),
          expression: undefined,
          star: found,
          column: star.columns?.[index],
        })),
      );
    } else {
      columns.push({
        name: columnName(name, val),
        value: proven(analyzer.expression(val, scope), scope),
        expression: val,
        star: undefined,
        column: ownColumn(val, scope),
      });
    }
  }
  return complete ? columns : undefined;
}

/** The value with all that the conditions of its query rule out, reasons of enclosing queries too. */
function proven(value: Value, scope: Scope): Value {
  const reasons = without(value.reasons, scope.ruledOut);
  return reasons === value.reasons ? value : { ...value, reasons };
}

/** The column of this query's FROM list that an expression is. */
function ownColumn(node: Node, scope: Scope): OutputColumn['column'] {
  if (!('ColumnRef' in node)) return undefined;
  const found = findColumn(scope, strings(node.ColumnRef.fields));
  return found?.kind === 'column' && found.scope.frame === scope.frame ? found.column : undefined;
}

interface Star {
  readonly fields: ExpandedStar['fields'];
  readonly columns: ExpandedStar['columns'];
  readonly text: FoundStar | undefined;
}

/** Undefined for what is not a star, `unknown` for one whose columns cannot be told. */
function expandStar(analyzer: Analyzer, value: Node, scope: Scope, location: number | undefined): Star | 'unknown' | undefined {
  if ('ColumnRef' in value) {
    const fields = value.ColumnRef.fields ?? [];
    if (!endsInStar(fields)) return undefined;
    if (fields.length === 1 && scope.namespace.some((item) => item.columnsVisible && item.source.opaque)) return 'unknown';
    const expanded = expandColumnStar(fields, scope);
    return expanded === undefined ? compositeColumnStar(analyzer, value, fields, scope, location) : place(analyzer, value, location, expanded, scope);
  }
  if ('A_Indirection' in value && endsInStar(value.A_Indirection.indirection ?? [])) {
    const { arg, indirection = [] } = value.A_Indirection;
    if (arg === undefined) return 'unknown';
    const inner = indirection.slice(0, -1);
    const row = analyzer.expression(inner.length === 0 ? arg : { A_Indirection: { arg, indirection: inner } }, scope);
    return rowStar(analyzer, value, row, scope, location);
  }
  return undefined;
}

/** `column.*`, where the name is not a table's but a composite column's. */
function compositeColumnStar(
  analyzer: Analyzer,
  value: Node,
  fields: readonly Node[],
  scope: Scope,
  location: number | undefined,
): Star | 'unknown' {
  return rowStar(analyzer, value, analyzer.expression({ ColumnRef: { fields: fields.slice(0, -1) } }, scope), scope, location);
}

function rowStar(analyzer: Analyzer, node: Node, row: Value, scope: Scope, location: number | undefined): Star | 'unknown' {
  const fields = row.fields ?? storedFields(analyzer, row);
  if (fields === undefined) return 'unknown';
  const span = spanOf(analyzer, location);
  const written = span === undefined ? '' : onOneLine(span.text.slice(0, -1)).replace(/\s*\.\s*$/, '');
  return place(analyzer, node, location, expandRowStar(fields, written), scope);
}

/** The fields of a composite column. */
function storedFields(analyzer: Analyzer, row: Value): readonly Field[] | undefined {
  const type = analyzer.catalog.types.get(baseType(analyzer.catalog, row.typeOid));
  const relation = type?.kind === 'composite' ? analyzer.catalog.relations.get(type.relationOid) : undefined;
  return relation?.columns.map((column) => ({ name: column.name, value: { ...unknownValue(column.typeOid), elements: 'assumed' } }));
}

function endsInStar(fields: readonly Node[]): boolean {
  const last = fields.at(-1);
  return last !== undefined && 'A_Star' in last;
}

function spanOf(analyzer: Analyzer, location: number | undefined): { readonly start: number; readonly end: number; readonly text: string } | undefined {
  const { statement } = analyzer;
  if (statement === undefined) return undefined;
  const start = statement.offset(location);
  const end = starEnd(statement.text, start);
  return end === undefined ? undefined : { start, end, text: statement.text.slice(start, end) };
}

function place(analyzer: Analyzer, node: Node, location: number | undefined, expanded: ExpandedStar, scope: Scope): Star {
  const span = spanOf(analyzer, location);
  if (span === undefined) return { fields: expanded.fields, columns: expanded.columns, text: undefined };
  const text = expanded.written === undefined || expanded.written.length === 0 ? undefined : keepLines(span.text, expanded.written.join(', '));
  const star: FoundStar = {
    start: span.start,
    end: span.end,
    text: text ?? span.text,
    expandable: text !== undefined,
    columnCount: expanded.fields.length,
    relation: expanded.relation,
    alias: expanded.alias,
    nullExtended: without(expanded.absence, scope.ruledOut).length > 0,
  };
  analyzer.stars.set(node, star);
  return { fields: expanded.fields, columns: expanded.columns, text: star };
}
