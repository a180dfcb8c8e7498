/**
 * Why rows get past a hook that stands in a WHERE clause: the first query around it, from the inside
 * out, that lets them through. `flow.ts` has the proof itself; this only puts its answer into words.
 */
import { allLevels, alwaysReturnsRow, armsOf, joinsIn, type Level, optionalIn, type SetOperation } from '../analysis/index.js';
import type { Flow } from './flow.js';
import { NO_INSERT, NO_MERGE, rowsOf, type Said, verbOf } from './messages.js';

/** Every change that a statement makes, at any depth. */
export function changesOf(root: Level): readonly Level[] {
  return [...allLevels(root)].reverse().filter(({ query }) => verbOf(query.command) !== 'returned');
}

/** The first leak on the way from a hook's query out to the statement's result, with the query that lets rows through. */
export function findLeak(hooked: Level, flow: Flow, root: Level): { readonly at: Level; readonly said: Said } {
  for (let at: Level | undefined = hooked, inner: Level | undefined; at; inner = at, at = at.outer) {
    const { flow: found, tables } = flow.rowsOf(at);
    if (found !== 'open') continue;
    const rows = rowsOf(tables);
    if (inner === undefined && alwaysReturnsRow(at.query)) return { at, said: totalOver(rows) };
    const [guarded = '', remedy = ''] = guardedIn(at, inner, flow).split('\n');
    return { at, said: `guards only ${guarded}: ${rows} are ${verbOf(at.query.command)} beside it whatever the filter says\n${remedy}` };
  }
  const change = changesOf(root).find((level) => flow.rowsOf(level).flow === 'open');
  return change ? { at: change, said: unguarded(change, flow) } : { at: hooked, said: NOTHING };
}

const NOTHING: Said = `has no part in what the statement returns, so it guards nothing
  Put the hook into the WHERE clause that the rows of the result come through.`;

function totalOver(rows: string): Said {
  return `cannot empty an aggregate without GROUP BY: its one row is returned whatever the filter says, and with it ${rows}
    Give the subquery beside the aggregate a hook of its own, or make it a query of its own.`;
}

function unguarded(change: Level, flow: Flow): Said {
  const kind = change.query.command.toUpperCase();
  return `does not guard the ${kind} of "${flow.targetOf(change)}" in the same statement, which runs whatever the filter says
    ${kind === 'INSERT' ? NO_INSERT : `Give the ${kind} a hook in a WHERE clause of its own, or make it a query of its own.`}`;
}

/** What of a query with open rows the hook guards, and the remedy. */
function guardedIn({ query, from }: Level, inner: Level | undefined, flow: Flow): Said {
  const { command, setOperations, ranges } = query;
  const entry = inner?.entry;
  if (entry?.kind === 'sublink' && command !== 'merge') {
    return entry.clause === 'where' || entry.clause === 'from'
      ? `a subquery in a condition
        Put the hook into the WHERE clause around it; only IN, = and EXISTS, joined by AND and tied to those rows, guard them too.`
      : `a subquery in ${/^[a-z]| list$/.test(entry.clause) ? 'the ' : ''}${entry.clause}
        Put the hook into the WHERE clause of the statement around it.`;
  }
  if (command === 'insert') return `what the INSERT reads\n${NO_INSERT}`;
  if (command === 'merge') return `what the MERGE reads\n${NO_MERGE}`;
  if (entry?.kind === 'cte')
    return `the CTE "${entry.name}"
      Read "${entry.name}", and nothing beside it, in FROM, or put the hook into the WHERE clause of the statement itself.`;
  const varno = entry?.kind === 'range' ? entry.varno : 0;
  if (setOperations)
    return `one arm of the ${operationOf(setOperations, varno)}
      Give every arm a hook of its own, or select from all of it with a hook.`;
  const varnos = entry ? [varno] : from.map((range) => range.varno);
  const join = joinsIn(query.from).find((each) => optionalIn(each).some((optional) => varnos.includes(optional)));
  if (join)
    return `the optional side of a ${join.kind.toUpperCase()} JOIN
      Write JOIN instead, or put the hook into the WHERE clause behind the joins.`;
  const always = inner && flow.rowsOf(inner).flow === 'sealed' ? ', which is never empty' : '';
  return `a part of FROM, "${ranges[varno - 1]?.name ?? ''}"${always}
    Put the hook into the WHERE clause of this FROM, or join the two by a condition.`;
}

/** The set operation that a range is an arm of. */
function operationOf(operation: SetOperation, varno: number): string {
  if (operation.kind === 'range') return '';
  const below = [operation.left, operation.right].find((side) => side.kind !== 'range' && armsOf(side).includes(varno));
  return below ? operationOf(below, varno) : `${operation.kind.toUpperCase()}${operation.all ? ' ALL' : ''}`;
}
