/**
 * The row that a statement writes, followed from its expressions into its columns.
 *
 * Invariant: a value is followed only where nothing changes it on its way: no BEFORE trigger, no
 * rule, no foreign server. Everywhere else only the table's own constraints are known.
 */
import { type CommandType, definitionOf, field, type Target } from '../../analysis/index.js';
import type { CatalogColumn, Relation } from '../../../catalog/index.js';
import type { Engine } from '../engine.js';
import { type Range, rangeOf, type Scope, storedScope } from '../scope.js';
import type { Node } from '../node.js';
import { union } from '../reason.js';
import { eitherDepth, unknownValue, type Value, worst } from '../value.js';
import { storedNode } from './predicate.js';
import { generatedValue } from './range.js';

/** By the column's number, what the statement gives it, as the column's type. */
export type Assigned = ReadonlyMap<number, Value>;

/** Whether what an INSERT gives a row is what the row then has. */
export function insertsVerbatim(relation: Relation): boolean {
  return (relation.kind === 'table' || relation.kind === 'partitioned') && !relation.insertMayDrop;
}

/** The same of an UPDATE, which deletes and inserts a row that moves to another partition. */
export function updatesVerbatim(relation: Relation): boolean {
  if (relation.kind !== 'table' && relation.kind !== 'partitioned') return false;
  return relation.updateMayDrop === false && (relation.kind === 'table' || !relation.insertMayDrop);
}

/** What the targets of SET, or of an INSERT, give. */
export function assigned(engine: Engine, relation: Relation, targets: readonly Target[], scope: Scope): Map<number, Value> {
  const values = new Map<number, Value>();
  for (const { number, expression, hidden } of targets) {
    const column = relation.columns.find((candidate) => candidate.number === number);
    if (hidden || column === undefined) continue;
    values.set(number, values.has(number) ? unknownValue(column.typeOid) : assignedValue(engine, column, expression, scope));
  }
  return values;
}

/** Of a part of a column, such as an element, nothing is said of the whole. */
const PARTS: ReadonlySet<string> = new Set(['FIELDSTORE', 'SUBSCRIPTINGREF']);

function assignedValue(engine: Engine, column: CatalogColumn, expression: Node, scope: Scope): Value {
  if (expression.tag === 'SETTODEFAULT') return defaultValue(engine, column);
  const isPart = PARTS.has(expression.tag) && field(expression, 'refassgnexpr') !== null;
  return isPart ? unknownValue(column.typeOid) : engine.expression(expression, scope);
}

/** The values of an INSERT, with those of the columns that it leaves out. */
export function assignedByInsert(engine: Engine, relation: Relation, targets: readonly Target[], scope: Scope): Assigned {
  const values = assigned(engine, relation, targets, scope);
  for (const column of relation.columns) if (!values.has(column.number)) values.set(column.number, defaultValue(engine, column));
  return values;
}

/** What a column gets that a statement does not mention. */
function defaultValue(engine: Engine, column: CatalogColumn): Value {
  const node = column.defaultTree === undefined || column.generated ? undefined : storedNode(column.defaultTree);
  if (node !== undefined) return engine.expression(node, storedScope());
  // A domain may have a default of its own.
  const isNull = column.defaultTree === undefined && engine.catalog.types.get(column.typeOid)?.kind !== 'domain';
  return { ...unknownValue(column.typeOid), elements: isNull ? 'notNull' : 'nullable' };
}

/** The range with what it is written with; a column that is not assigned keeps the value that it has in `otherwise`. */
export function writtenAs(
  engine: Engine,
  declared: Range,
  relation: Relation,
  values: Assigned,
  otherwise: Range,
  verbatim: boolean,
): Range {
  const generated = new Map(relation.columns.flatMap((column) => (column.generated ? [[column.number, column]] : [])));
  const range = rangeOf(declared.source, (number) => {
    const value = declared.column(number);
    if (value === undefined || number < 0) return value;
    if (number === 0)
      return { ...value, fields: new Map(relation.columns.map((own) => [own.number, range.column(own.number) ?? unknownValue()])) };
    const column = generated.get(number);
    const given = column === undefined ? (values.get(number) ?? otherwise.column(number)) : generatedValue(engine, column, range);
    return following(value, given, verbatim);
  });
  return range;
}

/** The row that an INSERT shows where it may have updated another one instead: either may be it. */
export function eitherRow(inserted: Range, updated: Range): Range {
  return rangeOf(inserted.source, (number) => {
    const [value, other] = [inserted.column(number), updated.column(number)];
    if (value === undefined || other === undefined) return value;
    const strictIn = value.strictIn.filter((reason) => other.strictIn.includes(reason));
    return { ...following(value, other, false), reasons: union(value.reasons, other.reasons), strictIn };
  });
}

/** A declared column with what it is given; where that may be changed on its way, only what is worse about an array's elements and depth. */
function following(value: Value, given: Value | undefined, verbatim: boolean): Value {
  if (given === undefined) return value;
  if (!verbatim) return { ...value, elements: worst([value.elements, given.elements]), dimensions: eitherDepth([value, given]) };
  const { elements, reasons, strictIn } = given;
  const array = { elements, dimensions: given.dimensions || value.dimensions };
  return { ...value, ...array, ...(value.reasons.length > 0 && { reasons, strictIn }) };
}

/** A view that is changed passes the change on to what it reads. */
export function isReplaced(engine: Engine, relation: Relation, command: CommandType, depth = 0): boolean {
  const { replacedBy } = relation;
  const own =
    command === 'merge'
      ? replacedBy !== undefined
      : (command === 'insert' || command === 'update' || command === 'delete') && replacedBy?.[command] === true;
  if (own || depth > DEEPEST) return own;
  if (relation.kind !== 'view') return false;
  return (
    definitionOf(relation)?.query.ranges.some(({ relationOid }) => {
      const below = relationOid === undefined || relationOid === relation.oid ? undefined : engine.catalog.relations.get(relationOid);
      return below !== undefined && isReplaced(engine, below, command, depth + 1);
    }) === true
  );
}

const DEEPEST = 16;
