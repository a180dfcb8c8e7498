/**
 * When PostgreSQL's own operators give NULL from operands that are not NULL.
 *
 * Invariant: an operator counts as total only if no operands but NULL make it NULL. All of
 * PostgreSQL's own are, but for those named here; a test calls every one of them.
 */
import type { PgOperator } from '../../../catalog/index.js';
import { TYPE } from '../pg-types.js';
import { isTotalExtensionOperator } from './extensions.js';

/** A missing key, a JSON null, an error inside a path. */
const LOOKS_INTO_JSON: ReadonlySet<string> = new Set(['->', '->>', '#>', '#>>', '@?']);

/** Shapes that do not meet, and open paths that cannot be joined. */
const MAY_NOT_MEET: ReadonlySet<string> = new Set(['#', '##']);
const POINT = 600;
const LSEG = 601;
const PATH = 602;
const BOX = 603;
const LINE = 628;
const SHAPES: ReadonlySet<number> = new Set([POINT, LSEG, PATH, BOX, LINE]);

/** Whether the operator gives NULL only where an operand is NULL. */
export function isTotalOperator(entry: PgOperator | undefined): boolean {
  if (entry?.builtin !== true) return entry !== undefined && isTotalExtensionOperator(entry);
  if (!entry.strict) return false;
  if (LOOKS_INTO_JSON.has(entry.name)) return false;
  if (entry.name === '@@' && entry.leftTypeOid === TYPE.jsonb) return false;
  if (MAY_NOT_MEET.has(entry.name) && SHAPES.has(entry.leftTypeOid)) return false;
  return !((entry.name === '+' || entry.name === '<->') && entry.leftTypeOid === PATH);
}
