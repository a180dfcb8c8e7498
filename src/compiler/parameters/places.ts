/**
 * Every place of a parameter in a statement, with the way down to it.
 *
 * Invariant: the places come in the order in which sqlc visits them, since its names depend on it:
 * values that go straight into a column first, then the tree in the order of its fields (the
 * select list, FROM, WHERE, …, OFFSET, LIMIT, WITH last, then the arms of a set operation).
 */
import { type Change, changeIn, eachBelow, kindOf, type Node, type RangeVar, type Step } from '../parse.js';

export interface Place {
  readonly number: number;
  /** In bytes, as the parser counts. */
  readonly location: number;
  /** From the statement down to the node that holds the parameter. */
  readonly path: readonly Step[];
  /** The same without the casts right around the parameter. */
  readonly uncast: readonly Step[];
  /** The column, if the value goes straight into one. */
  readonly assigned: Assignment | undefined;
}

/** A column that a value is written to; without a name if the statement lists no columns. */
export interface Assignment {
  readonly relation: RangeVar | undefined;
  readonly column: string | undefined;
}

export function placesOf(statement: Node): readonly Place[] {
  const places: Place[] = [];
  // Where the next value goes that a statement writes as it is.
  const next = new Map<object, number>();
  const assigned = new Set<number>();
  // The way down to the node at hand; copied only where a parameter stands.
  const way: Step[] = [];
  visit(statement);
  return places;

  function visit(node: Node): void {
    if ('ParamRef' in node) add(node.ParamRef.number ?? 0, node.ParamRef.location ?? 0);
    const change = changeIn(node)?.change;
    if (change) next.set(change, places.length);
    eachBelow(node, (child, field, index) => {
      way.push({ node, field, index });
      visit(child);
      way.pop();
    });
  }

  function add(number: number, location: number): void {
    // Each column of `(a, b) = ($1, $2)` has the whole row below it.
    if (assigned.has(location)) return;
    const path = [...way];
    const found = assignmentAt(path);
    const uncast = path.slice(0, path.findLastIndex(({ node }) => !('TypeCast' in node)) + 1);
    const at = (found && next.get(found.change)) ?? places.length;
    places.splice(at, 0, { number, location, path, uncast, assigned: found });
    if (!found) return;
    next.set(found.change, at + 1);
    assigned.add(location);
  }
}

/** By the fields on the way from a change to a value of a column: the steps that count it, which together number the column. */
const WRITTEN: Readonly<Record<string, readonly number[]>> = {
  'InsertStmt selectStmt targetList val': [1],
  'InsertStmt selectStmt valuesLists items': [2],
  'UpdateStmt targetList val': [0],
  'UpdateStmt targetList val source args': [0, 3],
  'MergeStmt mergeWhenClauses values': [1],
  'MergeStmt mergeWhenClauses targetList val': [1],
  'MergeStmt mergeWhenClauses targetList val source args': [1, 4],
};

function assignmentAt(path: readonly Step[]): (Assignment & { readonly change: Change }) | undefined {
  const steps = path.slice(path.findLastIndex(({ node }) => changeIn(node) !== undefined));
  const [first, second] = steps;
  const change = first && changeIn(first.node)?.change;
  const counting = first && WRITTEN[[kindOf(first.node), ...steps.map(({ field }) => field)].join(' ')];
  if (!change || !counting) return undefined;
  const holder = second && 'MergeWhenClause' in second.node ? second.node.MergeWhenClause : change;
  const columns = 'cols' in holder ? holder.cols : 'targetList' in holder ? holder.targetList : undefined;
  const column = columns?.[counting.reduce((sum, step) => sum + (steps[step]?.index ?? 0), 0)];
  return { change, relation: change.relation, column: column && 'ResTarget' in column ? column.ResTarget.name : undefined };
}
