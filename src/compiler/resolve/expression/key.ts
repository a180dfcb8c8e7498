/** One text for expressions that compute the same within one scope, however their columns are qualified. */
import type { Node } from 'libpg-query';
import { strings } from '../node.js';
import { findColumn, type Scope } from '../scope.js';
import type { Source } from '../value.js';

const numbers = new WeakMap<Source, number>();
let count = 0;

function numberOf(source: Source): number {
  let number = numbers.get(source);
  if (number === undefined) {
    number = ++count;
    numbers.set(source, number);
  }
  return number;
}

const PLACES: ReadonlySet<string> = new Set(['location', 'rexpr_list_start', 'rexpr_list_end', 'list_start', 'list_end', 'stmt_location', 'stmt_len']);

export function expressionKey(node: Node, scope: Scope): string {
  return JSON.stringify(node, (key: string, value: unknown): unknown => {
    if (PLACES.has(key)) return undefined;
    return key === 'ColumnRef' && typeof value === 'object' && value !== null && 'fields' in value && Array.isArray(value.fields)
      ? columnKey(value.fields, scope)
      : value;
  });
}

function columnKey(fields: readonly Node[], scope: Scope): unknown {
  const path = strings(fields);
  const found = findColumn(scope, path);
  if (found?.kind === 'column' && found.column.leaf !== undefined) return [numberOf(found.column.leaf.source), found.column.leaf.index];
  if (found?.kind === 'row') return [numberOf(found.item.source)];
  return path;
}
