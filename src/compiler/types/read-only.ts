/**
 * Whether a statement only reads, so that a standby gives the same answer as its primary.
 *
 * Invariant: that is said only of SELECTs that change and lock no row, and that call nothing, by any
 * name, which is volatile or calls what is. A condition that a filter brings is judged where it comes.
 */
import type { Catalog, Writers } from '../../catalog/index.js';
import { assertKnown, isNumbers, queryOf, walk, type Query, type TreeValue } from '../analysis/index.js';

/** What the fields of nodes name by OID, whatever the node. */
const NAMES: readonly (readonly [keyof Writers, RegExp])[] = [
  ['routines', /^(?:funcid|opfuncid|aggfnoid|winfnoid|tsmhandler|(?:start|end)InRangeFunc)$/],
  ['operators', /^(?:opnos?|eqop|sortop|cycle_mark_neop)$/],
  ['types', /types?$|typid$|typeid$|typeId$/],
  ['relations', /^relid$/],
];

/** @param queries what the statement becomes, with views, rules and policies expanded. */
export function isReadOnly(queries: readonly Query[], { writers }: Catalog): boolean {
  const [query, second] = queries;
  if (query === undefined || second !== undefined) return false;
  let proven = true;
  walk(query.node, (node) => {
    proven &&= assertKnown(node.tag) && node.tag !== 'ROWMARKCLAUSE' && node.tag !== 'NEXTVALUEEXPR';
    if (node.tag === 'QUERY') proven &&= queryOf(node).command === 'select';
    for (const field in node.fields) {
      const kind = kindOf(field);
      proven &&= kind === undefined || oids(node.fields[field]).every((oid) => !writers[kind].has(oid));
    }
    return proven;
  });
  return proven;
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
