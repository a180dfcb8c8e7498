/**
 * The row that a statement writes, followed from its expressions into its columns.
 *
 * Invariant: a value is followed only where nothing changes it on its way: no BEFORE trigger, no
 * rule, no foreign server. Everywhere else only the table's own constraints are known.
 */
import { type CommandType, definitionOf, type Query, type Target } from '../../analysis/index.js';
import type { CatalogColumn, Relation } from '../../../catalog/index.js';
import type { Engine } from '../engine.js';
import { type Range, type Scope, type Source, storedScope } from '../scope.js';
import { intersection, union } from '../reason.js';
import { eitherContent, notNull, unknownValue, type Value } from '../value.js';
import { storedNodes } from './predicate.js';
import { columnValue, generatedValue, relationRow } from './range.js';

/** A statement that changes a table. */
export interface Change {
  readonly engine: Engine;
  readonly query: Query;
  readonly relation: Relation;
  /** The row as the table's constraints let it be written. */
  readonly declared: Range;
}

/**
 * Unlike the rows that a view shows, the one that is written need not satisfy the view's conditions,
 * but a column that PostgreSQL itself passes on to a table is what that table takes.
 */
export function declaredRow(engine: Engine, relation: Relation, source: Source, command: CommandType): Range {
  const { kind, insertMayDrop, updateMayDrop } = relation;
  // A trigger INSTEAD OF the change says itself what RETURNING shows.
  const isPassedOn = (command === 'insert' || command === 'update') && !insertMayDrop && updateMayDrop === false;
  return relationRow(relation, source, (column, row) => {
    const base = kind === 'view' && isPassedOn && engine.trusted ? baseColumn(engine, relation, column) : undefined;
    return columnValue(engine, relation, column, base?.notNull === true ? notNull(column.typeOid) : undefined, row);
  });
}

/** The table's column that a column of an updatable view is. */
function baseColumn(engine: Engine, view: Relation, column: CatalogColumn): CatalogColumn | undefined {
  const base = engine.view(view).columns[view.columns.indexOf(column)]?.origin;
  return base?.relation.kind === 'view' ? baseColumn(engine, base.relation, base.column) : base?.column;
}

/** Whether what a statement gives a row is what the row then has. */
function isVerbatim({ query, relation: { kind, insertMayDrop, updateMayDrop } }: Change, isInserted: boolean): boolean {
  // Which of its actions a MERGE takes is not known.
  if (query.command === 'merge' || (kind !== 'table' && kind !== 'partitioned')) return false;
  // A row that moves to another partition is deleted and inserted.
  return isInserted ? !insertMayDrop : updateMayDrop === false && (kind === 'table' || !insertMayDrop);
}

/**
 * The declared row with what the targets give it; a column that they do not mention keeps what it has in the row
 * `before`, and gets its default where there is none.
 */
export function rowWith(change: Change, targets: readonly Target[], scope: Scope, before?: Range): Range {
  const { engine, relation, declared } = change;
  const verbatim = isVerbatim(change, before === undefined);
  return relationRow(relation, declared.source, (column, row) => {
    const value = declared.column(column.number);
    if (value === undefined || column.generated) return value && following(value, generatedValue(engine, column, row), verbatim);
    const [target, second] = targets.filter(({ number, hidden }) => number === column.number && !hidden);
    if (second !== undefined) return following(value, unknownValue(column.typeOid), verbatim);
    const isDefault = target === undefined ? before === undefined : target.expression.tag === 'SETTODEFAULT';
    if (isDefault) return following(value, defaultValue(engine, column), verbatim);
    return following(value, target ? engine.expression(target.expression, scope) : before?.column(column.number), verbatim);
  });
}

/** What a column gets that a statement does not mention. */
function defaultValue(engine: Engine, column: CatalogColumn): Value {
  const [node] = column.generated ? [] : storedNodes(column.defaultTree);
  if (node !== undefined) return engine.expression(node, storedScope());
  // A domain may have a default of its own.
  const isNull = column.defaultTree === undefined && engine.catalog.types.get(column.typeOid)?.kind !== 'domain';
  return { ...unknownValue(column.typeOid), elements: isNull ? 'notNull' : 'nullable' };
}

/** The row that is shown where it may be one or the other. */
export function eitherRow(relation: Relation, row: Range, second: Range): Range {
  return relationRow(relation, row.source, ({ number }) => {
    const [value, other] = [row.column(number), second.column(number)];
    if (value === undefined || other === undefined) return undefined;
    const reasons = union(value.reasons, other.reasons);
    return { ...following(value, other, false), reasons, strictIn: intersection(value.strictIn, other.strictIn) };
  });
}

/** A declared column with what it is given; where that may be changed on its way, only what is worse about an array's elements and depth. */
function following(value: Value, given: Value | undefined, verbatim: boolean): Value {
  if (given === undefined) return value;
  if (!verbatim) return { ...value, ...eitherContent([value, given]) };
  const { elements, reasons, strictIn } = given;
  const array = { elements, dimensions: given.dimensions || value.dimensions };
  return { ...value, ...array, ...(value.reasons.length > 0 && { reasons, strictIn }) };
}

/** Whether a rule does something else instead; a view that is changed passes the change on to what it reads. */
export function isReplaced(engine: Engine, relation: Relation, command: CommandType): boolean {
  const { oid, kind, replacedBy = {} } = relation;
  const own = Object.entries(replacedBy).some(([ruled, isRuled]) => command === 'merge' || (command === ruled && isRuled));
  const ranges = kind === 'view' ? (definitionOf(relation)?.query.ranges ?? []) : [];
  const below = ranges.flatMap(({ relationOid = oid }) => (relationOid === oid ? [] : (engine.catalog.relations.get(relationOid) ?? [])));
  return own || below.some((each) => isReplaced(engine, each, command));
}
