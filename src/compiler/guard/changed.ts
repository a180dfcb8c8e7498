/**
 * Values that a change gives to the rows that it returns.
 *
 * A hook judges a row as it is before the change. What the statement then writes into it may be
 * anything, such as another tenant's id, so an equality with that ties nothing to the judged row.
 */
import type { Catalog } from '../../catalog/index.js';
import { type Column, type Level, plainColumn, unmatchedCommands, writtenBy } from '../analysis/index.js';

/**
 * Whether a column is one of a changed row as the change leaves it, and may differ from what it was.
 * `isReturned` says whether the reference stands in the RETURNING list of `level` itself.
 */
export function isChanged({ range, number, version }: Column, level: Level, isReturned: boolean, catalog: Catalog): boolean {
  let inReturning = isReturned;
  for (let at: Level | undefined = level; at && at !== range.level; at = at.outer)
    inReturning = at.entry.kind === 'sublink' && at.entry.clause === 'RETURNING';
  const { query, target: changed } = range.level;
  if (!inReturning || changed !== range || version === 'old') return false;
  // A deleted row is returned as it was.
  if (query.command === 'delete') return version === 'new';
  const mayBeNew = unmatchedCommands(query).includes('insert');
  if (mayBeNew || writtenBy(query).some((target) => target.number === number)) return true;
  const relation = catalog.relations.get(range.relationOid ?? 0);
  const column = relation?.columns.find((candidate) => candidate.number === number);
  return !column || column.generated || (relation?.updateTriggers ?? ['']).some((body) => mayAssign(body, column.name));
}

/** The result's columns that are plain ones of this query's ranges; for a change, those of RETURNING that it leaves as they were. */
export function outputColumns(level: Level, catalog: Catalog): ReadonlyMap<number, Column> {
  const found = new Map<number, Column>();
  for (const { number, expression } of level.query.outputs) {
    const column = plainColumn(expression, level);
    if (column?.range.level === level && !isChanged(column, level, level.query.command !== 'select', catalog)) found.set(number, column);
  }
  return found;
}

/** Whether a trigger may give a column another value: not where its text neither names it nor does anything with NEW as a whole. */
function mayAssign(body: string, column: string): boolean {
  const rest = body.replaceAll(/\breturn\s+(?:new|null|old)\s*;/gi, '');
  return body === '' || /\breturn\b|\bnew\b(?!\s*\.)/i.test(rest) || rest.toLowerCase().includes(column.toLowerCase());
}
