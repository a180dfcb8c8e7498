/**
 * Every place of a parameter in a statement, with the way down to it.
 *
 * Invariant: the places come in the order in which sqlc visits them, since its names depend on it:
 * values that go straight into a column first, then the tree in the order of its fields (the
 * select list, FROM, WHERE, …, OFFSET, LIMIT, WITH last, then the arms of a set operation).
 */
import { eachBelow, type InsertStmt, type Node, type RangeVar, type ResTarget, type Step } from '../parse.js';

export interface Occurrence {
  readonly number: number;
  /** In bytes, as the parser counts. */
  readonly location: number;
  /** From the statement down to the node that holds the parameter. */
  readonly path: readonly Step[];
  /** The column, if the value goes straight into one. */
  readonly assigned: Assignment | undefined;
}

/** A column that a value is written to; without a name if the statement lists no columns. */
export interface Assignment {
  readonly relation: RangeVar;
  readonly column: string | undefined;
}

export function findOccurrences(statement: Node): Occurrence[] {
  const found: Occurrence[] = [];
  const assigned = new Set<number>();
  // The way down to the node at hand; copied only where a parameter stands.
  const path: Step[] = [];
  visit(statement);
  return found;

  function visit(node: Node): void {
    if ('ParamRef' in node) {
      const { number = 0, location = 0 } = node.ParamRef;
      if (!assigned.has(location)) found.push({ number, location, path: [...path], assigned: undefined });
      return;
    }
    for (const direct of directAssignments(node)) {
      assigned.add(direct.location);
      found.push({ ...direct, path: [...path, { node, field: '', index: undefined }] });
    }
    eachBelow(node, (child, field, index) => {
      path.push({ node, field, index });
      visit(child);
      path.pop();
    });
  }
}

type Direct = Omit<Occurrence, 'path'>;

function directAssignments(node: Node): Direct[] {
  if ('InsertStmt' in node) return insertedValues(node.InsertStmt);
  if ('UpdateStmt' in node) return setValues(node.UpdateStmt.relation, node.UpdateStmt.targetList);
  if ('MergeStmt' in node) {
    const { relation } = node.MergeStmt;
    return (node.MergeStmt.mergeWhenClauses ?? []).flatMap((item) => {
      if (!('MergeWhenClause' in item)) return [];
      const { commandType, targetList, values } = item.MergeWhenClause;
      if (commandType === 'CMD_UPDATE') return setValues(relation, targetList);
      return relation === undefined ? [] : rowValues(relation, targetList, values ?? []);
    });
  }
  return [];
}

function insertedValues({ relation, cols, selectStmt }: InsertStmt): Direct[] {
  if (relation === undefined || selectStmt === undefined || !('SelectStmt' in selectStmt)) return [];
  const { targetList, valuesLists } = selectStmt.SelectStmt;
  const selected = (targetList ?? []).map((item) => ('ResTarget' in item ? item.ResTarget.val : undefined));
  const rows = (valuesLists ?? []).map((row) => ('List' in row ? (row.List.items ?? []) : []));
  return [selected, ...rows].flatMap((row) => rowValues(relation, cols, row));
}

function rowValues(relation: RangeVar, columns: readonly Node[] | undefined, values: readonly (Node | undefined)[]): Direct[] {
  return values.flatMap((value, index) => {
    if (value === undefined || !('ParamRef' in value)) return [];
    const column = columns?.[index];
    return [direct(value, { relation, column: column !== undefined && 'ResTarget' in column ? column.ResTarget.name : undefined })];
  });
}

function setValues(relation: RangeVar | undefined, targets: readonly Node[] | undefined): Direct[] {
  return (targets ?? []).flatMap((item) => {
    if (!('ResTarget' in item)) return [];
    const value = assignedValue(item.ResTarget);
    const { name } = item.ResTarget;
    if (value === undefined || !('ParamRef' in value)) return [];
    return [direct(value, relation === undefined || name === undefined ? undefined : { relation, column: name })];
  });
}

/** The value for one column of SET, also of `(a, b) = ($1, $2)`. */
export function assignedValue({ val }: ResTarget): Node | undefined {
  if (val === undefined || !('MultiAssignRef' in val)) return val;
  const { source, colno = 0 } = val.MultiAssignRef;
  return source !== undefined && 'RowExpr' in source ? source.RowExpr.args?.[colno - 1] : undefined;
}

function direct(value: Extract<Node, { ParamRef: unknown }>, assigned: Assignment | undefined): Direct {
  const { number = 0, location = 0 } = value.ParamRef;
  return { number, location, assigned };
}

/** The index of the step that holds the parameter, apart from casts around it; -1 if there is none. */
export function holderIndex(path: readonly Step[]): number {
  return path.findLastIndex(({ node }) => !('TypeCast' in node));
}
