/**
 * Whether the row is there that a foreign key refers to.
 *
 * Invariant: it is only where nothing but the key's own equality decides over it. PostgreSQL checks a
 * key at the end of each statement, so that one that changes rows, or waits for a lock and then sees
 * the newest version of one row alone, may see what another does not; a policy may hide the row.
 */
import { child, children, conjuncts, field, flag, has, integer, queryOf, type Range as RangeEntry } from '../../analysis/index.js';
import { isEqualityOf, type CatalogColumn, type ForeignKey, type Relation, type UniqueKey } from '../../../catalog/index.js';
import type { Engine } from '../engine.js';
import { changed, createScope, rangeAt, underlying, withRanges, type Scope, type Source } from '../scope.js';
import { type Node } from '../node.js';
import { isNullable } from '../value.js';
import { unknownRange } from './from-shape.js';

/** What one equality compares: a column of the relation, and one that may refer to it. */
interface Pair {
  readonly number: number;
  readonly from: { readonly relation: Relation; readonly column: CatalogColumn };
  /** The range that the referring column is of. */
  readonly source: Source | undefined;
  readonly operator: number;
  readonly collation: number;
}

/** Whether a scalar subquery has a row, as `(SELECT name FROM users WHERE users.id = orders.user_id)` has. */
export function isReferenced(engine: Engine, link: Node, scope: Scope): boolean {
  const node = child(link, 'subselect');
  const query = node && queryOf(node);
  const [item, second] = query?.from ?? [];
  if (!engine.settled || !query || item === undefined || item.join !== undefined || second !== undefined) return false;
  const filtering = ['groupClause', 'groupingSets', 'havingQual', 'limitCount', 'limitOffset', 'setOperations'];
  if (flag(query.node, 'hasAggs') || flag(query.node, 'hasTargetSRFs') || filtering.some((name) => isThere(query.node, name))) return false;
  const entry = query.ranges[item.varno - 1];
  const inner = withRanges(createScope(query, scope), new Map([[item.varno, unknownRange()]]));
  return entry !== undefined && refersTo(engine, entry, conjuncts(query.where), inner);
}

function isThere(node: Node, name: string): boolean {
  return has(node, name) && field(node, name) !== null;
}

/** Whether each row around it has one in the range, by the conditions. */
export function refersTo(engine: Engine, entry: RangeEntry, conditions: readonly Node[], scope: Scope): boolean {
  const relation = entry.kind === 'relation' ? engine.catalog.relations.get(entry.relationOid ?? 0) : undefined;
  if (!engine.settled || !relation || !isPlain(relation) || relation.rowSecurity || conditions.length === 0) return false;
  if (!flag(entry.node, 'inh') || child(entry.node, 'tablesample') !== undefined) return false;
  const pairs = conditions.map((condition) => pairOf(engine, condition, entry.varno, scope));
  const [first] = pairs;
  return (
    first?.from.relation.foreignKeys.some(
      (key) =>
        key.references === relation.oid &&
        key.immediate &&
        isWhole(key, pairs, first) &&
        pairs.every((pair) => isOf(engine, key, pair, relation)),
    ) === true
  );
}

function isPlain({ kind }: Relation): boolean {
  return kind === 'table' || kind === 'partitioned';
}

/** A key of several columns is not checked where one is NULL, and refers to one row by all of them. */
function isWhole(key: ForeignKey, pairs: readonly (Pair | undefined)[], { from, source }: Pair): boolean {
  const compared = (number: number): boolean => pairs.some((pair) => pair?.from.column.number === number);
  const isNotNull = (number: number): boolean => from.relation.columns.find((column) => column.number === number)?.notNull === true;
  const sameRow = pairs.every((pair) => pair?.from.relation === from.relation && pair.source === source);
  return sameRow && key.columns.every((number) => compared(number) || isNotNull(number));
}

function isOf({ catalog }: Engine, key: ForeignKey, pair: Pair | undefined, relation: Relation): boolean {
  if (pair === undefined) return false;
  const isPair = key.columns.some((number, index) => number === pair.from.column.number && key.referenced[index] === pair.number);
  const isKey = ({ columns }: UniqueKey): boolean =>
    columns.length === key.referenced.length && columns.every((number) => key.referenced.includes(number));
  return (
    isPair &&
    relation.uniqueKeys.some((unique) => isKey(unique) && isEqualityOf(catalog, unique, unique.columns.indexOf(pair.number), pair))
  );
}

/** An equality of a column of the range with a stored column that is not NULL here. */
function pairOf(engine: Engine, condition: Node, varno: number, scope: Scope): Pair | undefined {
  if (condition.tag !== 'OPEXPR') return undefined;
  const [left, right] = children(condition, 'args').map((arg) => underlying(scope, arg));
  if (left === undefined || right === undefined) return undefined;
  const isOwn = (node: Node): boolean => node.tag === 'VAR' && integer(node, 'varlevelsup') === 0 && integer(node, 'varno') === varno;
  const [own, other] = isOwn(left) ? [left, right] : [right, left];
  if (!isOwn(own) || isOwn(other) || other.tag !== 'VAR') return undefined;
  const value = engine.expression(other, changed(scope, {}));
  if (value.origin === undefined || !isPlain(value.origin.relation) || isNullable(value)) return undefined;
  return {
    number: integer(own, 'varattno'),
    from: value.origin,
    source: rangeAt(scope, other)?.range.source,
    operator: integer(condition, 'opno'),
    collation: integer(condition, 'inputcollid'),
  };
}
