/**
 * Whether the row is there that a foreign key refers to.
 *
 * Invariant: it is only where nothing but the key's own equality decides over it. PostgreSQL checks a
 * key at the end of each statement, so that one that changes rows, or waits for a lock and then sees
 * the newest version of one row alone, may see what another does not; a policy may hide the row.
 */
import { child, children, conjuncts, flag, type FromItem, integer } from '../../analysis/index.js';
import { isEqualityOf, type ForeignKey, type Relation, type TableColumn } from '../../../catalog/index.js';
import type { Engine } from '../engine.js';
import { type Held, rangeAt, underlying, type Scope, type Source } from '../scope.js';
import type { Node } from '../node.js';
import { isNullable } from '../value.js';

/** What one equality compares: a column of the relation, and one that may refer to it. */
interface Pair extends Omit<Held, 'nullSafe'> {
  readonly from: TableColumn;
  /** The range that the referring column is of. */
  readonly source: Source | undefined;
}

/**
 * Whether each row around it, or each row that it is joined with, has one in the range, by the condition: as
 * `(SELECT name FROM users WHERE users.id = orders.user_id)` has.
 */
export function refersTo(engine: Engine, { join, varno }: FromItem, condition: Node | undefined, scope: Scope): boolean {
  const entry = join ? undefined : scope.frame.query.ranges[varno - 1];
  const relation = entry?.kind === 'relation' ? engine.catalog.relations.get(entry.relationOid ?? 0) : undefined;
  if (!engine.settled || !entry || !relation || !isPlain(relation) || relation.rowSecurity) return false;
  if (!flag(entry.node, 'inh') || child(entry.node, 'tablesample') !== undefined) return false;
  const conditions = conjuncts(condition);
  const pairs = conditions.flatMap((each) => pairOf(engine, each, varno, scope) ?? []);
  const [first] = pairs;
  const isOfOneRow = pairs.every(({ from, source }) => from.relation === first?.from.relation && source === first.source);
  if (first === undefined || pairs.length < conditions.length || !isOfOneRow) return false;
  const own = first.from.relation;
  return own.foreignKeys.some((key) => key.references === relation.oid && isMet(engine, key, pairs, own, relation));
}

function isPlain({ kind }: Relation): boolean {
  return kind === 'table' || kind === 'partitioned';
}

/** A key of several columns is not checked where one is NULL, and refers to one row by all of them. */
function isMet({ catalog }: Engine, key: ForeignKey, pairs: readonly Pair[], own: Relation, { uniqueKeys }: Relation): boolean {
  const keys = uniqueKeys.filter(
    ({ columns }) => columns.length === key.referenced.length && columns.every((number) => key.referenced.includes(number)),
  );
  const isOf = (pair: Pair): boolean =>
    key.columns.some((number, index) => number === pair.from.column.number && key.referenced[index] === pair.column) &&
    keys.some((unique) => isEqualityOf(catalog, unique, unique.columns.indexOf(pair.column), pair));
  const isThere = (number: number): boolean =>
    pairs.some(({ from }) => from.column.number === number) || own.columns.find((column) => column.number === number)?.notNull === true;
  return key.immediate && pairs.every(isOf) && key.columns.every(isThere);
}

/** An equality of a column of the range with a stored column that is not NULL here. */
function pairOf(engine: Engine, condition: Node, varno: number, scope: Scope): Pair | undefined {
  if (condition.tag !== 'OPEXPR') return undefined;
  const [left, right] = children(condition, 'args').map((arg) => underlying(scope, arg));
  if (left === undefined || right === undefined) return undefined;
  const isOwn = (node: Node): boolean => node.tag === 'VAR' && integer(node, 'varlevelsup') === 0 && integer(node, 'varno') === varno;
  const [own, other] = isOwn(left) ? [left, right] : [right, left];
  if (!isOwn(own) || isOwn(other) || other.tag !== 'VAR') return undefined;
  const value = engine.expression(other, scope);
  if (value.origin === undefined || !isPlain(value.origin.relation) || isNullable(value)) return undefined;
  return {
    column: integer(own, 'varattno'),
    from: value.origin,
    source: rangeAt(scope, other)?.range.source,
    operator: integer(condition, 'opno'),
    collation: integer(condition, 'inputcollid'),
  };
}
