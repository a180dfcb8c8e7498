/**
 * When PostgreSQL's own operators give NULL from operands that are not NULL.
 *
 * Invariant: an operator counts as total only if no operands but NULL make it NULL. All of
 * PostgreSQL's own are, but for those named here; a test calls every one of them.
 */
import type { PgOperator } from '../../../catalog/index.js';
import { TYPE } from '../pg-types.js';
import { isTotalExtensionOperator } from './extensions.js';

const PATH = 602;
/** Points, segments, paths, boxes and lines. */
const SHAPES = [600, 601, PATH, 603, 628];

/** Operators that may give NULL, by the types of their left operands. */
const PARTIAL: readonly { readonly operators: readonly string[]; readonly left: readonly number[] }[] = [
  // A missing key, a JSON null, an error inside a path.
  { operators: ['->', '->>', '#>', '#>>', '@?', '@@'], left: [TYPE.json, TYPE.jsonb] },
  // Shapes that do not meet, and open paths that cannot be joined.
  { operators: ['#', '##'], left: SHAPES },
  { operators: ['+', '<->'], left: [PATH] },
];

/** Whether the operator gives NULL only where an operand is NULL. */
export function isTotalOperator(entry: PgOperator | undefined): boolean {
  if (entry?.builtin !== true) return entry !== undefined && isTotalExtensionOperator(entry);
  return entry.strict && !PARTIAL.some(({ operators, left }) => operators.includes(entry.name) && left.includes(entry.leftTypeOid));
}
