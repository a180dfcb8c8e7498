/**
 * Whether a statement only reads, so that a standby gives the same answer as its primary.
 *
 * Invariant: that is said only of SELECTs that change and lock no row, and that call nothing, by any
 * name, which is volatile or calls what is. A condition that a filter brings is judged where it comes.
 */
import type { Catalog, Writers } from '../../catalog/index.js';
import { allLevels, contains, isNumbers, type Level, type TreeValue } from '../analysis/index.js';

/** What the fields of nodes name by OID, whatever the node. */
const NAMES: readonly (readonly [keyof Writers, RegExp])[] = [
  ['routines', /^(?:funcid|opfuncid|aggfnoid|winfnoid|tsmhandler|(?:start|end)InRangeFunc)$/],
  ['operators', /^(?:opnos?|eqop|sortop|cycle_mark_neop)$/],
  ['types', /types?$|typid$|typeid$|typeId$/],
  ['relations', /^relid$/],
];

const CHANGES: ReadonlySet<string> = new Set(['ROWMARKCLAUSE', 'NEXTVALUEEXPR']);

/** @param levels what the statement becomes, with views, rules and policies expanded. */
export function isReadOnly([level, second]: readonly Level[], { writers }: Catalog): boolean {
  if (level === undefined || second !== undefined || [...allLevels(level)].some(({ query }) => query.command !== 'select')) return false;
  return !contains(level.query.node, ({ tag, fields }) => {
    if (CHANGES.has(tag)) return true;
    for (const field in fields) {
      const kind = kindOf(field);
      if (kind !== undefined && oids(fields[field]).some((oid) => writers[kind].has(oid))) return true;
    }
    return false;
  });
}

const kinds = new Map<string, keyof Writers | undefined>();

/** What a field names; nodes have few hundred fields, many times each. */
function kindOf(field: string): keyof Writers | undefined {
  if (!kinds.has(field)) kinds.set(field, NAMES.find(([, names]) => names.test(field))?.[0]);
  return kinds.get(field);
}

function oids(value: TreeValue | undefined): readonly number[] {
  return isNumbers(value) ? value.numbers : typeof value === 'string' ? [Number(value)] : [];
}
