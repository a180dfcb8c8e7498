/**
 * The row that a statement writes, followed from its expressions into its columns.
 *
 * Invariant: a value is followed only where nothing changes it on its way: no BEFORE trigger, no
 * rule, no foreign server. Everywhere else only the table's own constraints are known.
 */
import { type CommandType, definitionOf, field, type Query, type Target } from '../../analysis/index.js';
import type { CatalogColumn, Relation } from '../../../catalog/index.js';
import type { Engine } from '../engine.js';
import { type Range, type Scope, storedScope } from '../scope.js';
import type { Node } from '../node.js';
import { intersection, union } from '../reason.js';
import { eitherContent, unknownValue, type Value } from '../value.js';
import { storedNode } from './predicate.js';
import { generatedValue, relationRow } from './range.js';

/** Whether what a statement gives a row is what the row then has. */
function isVerbatim({ command }: Query, { kind, insertMayDrop, updateMayDrop }: Relation, isInserted: boolean): boolean {
  // Which of its actions a MERGE takes is not known.
  if (command === 'merge' || (kind !== 'table' && kind !== 'partitioned')) return false;
  // A row that moves to another partition is deleted and inserted.
  return isInserted ? !insertMayDrop : updateMayDrop === false && (kind === 'table' || !insertMayDrop);
}

/**
 * The `declared` row with what the targets give it; a column that they do not mention keeps what it has in the row
 * `before`, and gets its default where there is none.
 */
export function rowWith(
  engine: Engine,
  relation: Relation,
  declared: Range,
  targets: readonly Target[],
  scope: Scope,
  before?: Range,
): Range {
  const verbatim = isVerbatim(scope.frame.query, relation, before === undefined);
  return relationRow(relation, declared.source, (column, row) => {
    const value = declared.column(column.number);
    if (value === undefined || column.generated) return value && following(value, generatedValue(engine, column, row), verbatim);
    const [target, second] = targets.filter(({ number, hidden }) => number === column.number && !hidden);
    if (second !== undefined) return following(value, unknownValue(column.typeOid), verbatim);
    const kept = (): Value | undefined => (before === undefined ? defaultValue(engine, column) : before.column(column.number));
    return following(value, target ? assignedValue(engine, column, target.expression, scope) : kept(), verbatim);
  });
}

/** Of a part of a column, such as an element, nothing is said of the whole. */
const PARTS: ReadonlySet<string> = new Set(['FIELDSTORE', 'SUBSCRIPTINGREF']);

function assignedValue(engine: Engine, column: CatalogColumn, expression: Node, scope: Scope): Value {
  if (expression.tag === 'SETTODEFAULT') return defaultValue(engine, column);
  const isPart = PARTS.has(expression.tag) && field(expression, 'refassgnexpr') !== null;
  return isPart ? unknownValue(column.typeOid) : engine.expression(expression, scope);
}

/** What a column gets that a statement does not mention. */
function defaultValue(engine: Engine, column: CatalogColumn): Value {
  const node = column.defaultTree === undefined || column.generated ? undefined : storedNode(column.defaultTree);
  if (node !== undefined) return engine.expression(node, storedScope());
  // A domain may have a default of its own.
  const isNull = column.defaultTree === undefined && engine.catalog.types.get(column.typeOid)?.kind !== 'domain';
  return { ...unknownValue(column.typeOid), elements: isNull ? 'notNull' : 'nullable' };
}

/** The row that an INSERT shows where it may have updated another one instead: either may be it. */
export function eitherRow(relation: Relation, inserted: Range, updated: Range): Range {
  return relationRow(relation, inserted.source, ({ number }) => {
    const [value, other] = [inserted.column(number), updated.column(number)];
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
export function isReplaced(engine: Engine, relation: Relation, command: CommandType, depth = 0): boolean {
  const { kind, replacedBy } = relation;
  const own = Object.entries(replacedBy ?? {}).some(([ruled, isRuled]) => command === 'merge' || (command === ruled && isRuled));
  if (own || depth > DEEPEST || kind !== 'view') return own;
  const ranges = definitionOf(relation)?.query.ranges ?? [];
  return ranges.some(({ relationOid = relation.oid }) => {
    const below = relationOid === relation.oid ? undefined : engine.catalog.relations.get(relationOid);
    return below !== undefined && isReplaced(engine, below, command, depth + 1);
  });
}

const DEEPEST = 16;
