/**
 * Every place a parameter stands in a statement, with the way down to it.
 *
 * Invariant: the places are in the order in which sqlc visits them, on which its names depend:
 * values that go straight into a column first, then the tree in the order of its fields (the
 * select list, FROM, WHERE, …, OFFSET, LIMIT, WITH last, then the arms of a set operation).
 */
import type { Node } from '../parse.js';

/** One step on the way down: through a field of a node, and where that is a list, which item. */
export interface Step {
  readonly node: Node;
  readonly field: string;
  readonly index: number | undefined;
}

export interface Occurrence {
  readonly number: number;
  /** A byte offset, as trees have them. */
  readonly location: number;
  /** From the statement down to the node that holds the parameter. */
  readonly path: readonly Step[];
  /** Where the value goes straight into a column. */
  readonly assigned: Assignment | undefined;
}

/** A column that a value is written to; without a name where the statement lists no columns. */
export interface Assignment {
  readonly relation: RangeVar;
  readonly column: string | undefined;
}

export type RangeVar = Extract<Node, { RangeVar: unknown }>['RangeVar'];
type SelectStmt = Extract<Node, { SelectStmt: unknown }>['SelectStmt'];
type InsertStmt = Extract<Node, { InsertStmt: unknown }>['InsertStmt'];
type Target = Extract<Node, { ResTarget: unknown }>['ResTarget'];

/** The node kinds of fields whose value stands in the tree without its kind. */
const FIELD_KINDS: Readonly<Record<string, string>> = {
  larg: 'SelectStmt',
  rarg: 'SelectStmt',
  relation: 'RangeVar',
  withClause: 'WithClause',
  onConflictClause: 'OnConflictClause',
  infer: 'InferClause',
  returningClause: 'ReturningClause',
  typeName: 'TypeName',
  over: 'WindowDef',
  alias: 'Alias',
  funccall: 'FuncCall',
};

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
    for (const { child, field, index } of children(node)) {
      path.push({ node, field, index });
      visit(child);
      path.pop();
    }
  }
}

interface Child {
  readonly child: Node;
  readonly field: string;
  readonly index: number | undefined;
}

/** The nodes right below a node, in the order of its fields. */
export function children(node: Node): Child[] {
  const found: Child[] = [];
  const [fields] = Object.values<unknown>(node);
  if (typeof fields !== 'object' || fields === null) return found;
  const entries: [string, unknown][] = Object.entries(fields);
  for (const [field, value] of entries) {
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      value.forEach((item: unknown, index) => {
        if (isNode(item)) found.push({ child: item, field, index });
      });
      continue;
    }
    const kind = FIELD_KINDS[field];
    const child: unknown = kind === undefined || isNode(value) ? value : { [kind]: value };
    if (isNode(child)) found.push({ child, field, index: undefined });
  }
  return found;
}

/** A node is an object of one field, named by its kind. */
function isNode(value: unknown): value is Node {
  if (typeof value !== 'object' || value === null) return false;
  const [kind, second] = Object.keys(value);
  if (kind === undefined || second !== undefined) return false;
  const initial = kind.charCodeAt(0);
  return initial >= 65 && initial <= 90;
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
  const { targetList, valuesLists }: SelectStmt = selectStmt.SelectStmt;
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
export function assignedValue({ val }: Target): Node | undefined {
  if (val === undefined || !('MultiAssignRef' in val)) return val;
  const { source, colno = 0 } = val.MultiAssignRef;
  return source !== undefined && 'RowExpr' in source ? source.RowExpr.args?.[colno - 1] : undefined;
}

function direct(value: Extract<Node, { ParamRef: unknown }>, assigned: Assignment | undefined): Direct {
  const { number = 0, location = 0 } = value.ParamRef;
  return { number, location, assigned };
}
