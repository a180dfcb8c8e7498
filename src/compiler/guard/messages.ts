/**
 * What the author of a query is told: which rows would get past the filter, and how to write it instead.
 *
 * A message is one sentence that begins with the hook or the query; a remedy is an imperative with a
 * full stop.
 */
import type { Diagnostic } from '../../diagnostic.js';
import { allLevels, alwaysReturnsRow, armsOf, joinsIn, type Level, optionalIn, type SetOperation } from '../analysis/index.js';
import { type Hook, inQuery, type RewrittenQuery } from '../dialect/index.js';
import type { Escape, Violation } from '../query.js';
import type { Flow } from './flow.js';

/** A message and, on the next line, the remedy. */
export type Said = string;

/** Says something of the whole query: at a hook, or at its annotation. */
export function errorAt({ annotated }: RewrittenQuery, said: Said, hook?: Hook): Diagnostic {
  const [message = '', remedy] = said.split(/\n\s*/);
  return { severity: 'error', message, remedy, ...inQuery(annotated, hook) };
}

/** Says something of a hook, which `said` leaves out. */
export function hookError(rewritten: RewrittenQuery, hook: Hook, said: Said): Diagnostic {
  return errorAt(rewritten, `this hook ${said}`, hook);
}

/** What the statement around a hook does with its rows. */
export type Verb = 'returned' | 'updated' | 'deleted' | 'inserted';

const VERBS: Readonly<Record<string, Verb>> = { update: 'updated', delete: 'deleted', insert: 'inserted', merge: 'updated' };

/** By the name of a command, in small letters. */
export function verbOf(command: string): Verb {
  return VERBS[command] ?? 'returned';
}

/** The rows that get past a hook, as `rowsOf` names them. */
export interface PastHook {
  readonly rows: string;
  readonly verb: Verb;
}

const TO_THE_END = 'Move the hook to the end of the WHERE clause; where there is none, write WHERE true before it.';
export const NO_INSERT = 'Check the new rows before this query runs, or guard an UPDATE instead: an INSERT cannot be guarded.';
export const NO_MERGE = 'Write an UPDATE or a DELETE with the hook in its WHERE clause.';

/** `rows of "a" and "b"`, or `rows` where none is named. */
export function rowsOf(tables: readonly string[]): string {
  const names = tables.map(quoted);
  const last = names.at(-1);
  if (last === undefined) return 'rows';
  return `rows of ${names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`}`;
}

function quoted(table: string): string {
  return table.endsWith('()') ? table : `"${table}"`;
}

/** Where a hook stands: a clause, as `clause.ts` names it, or what comes between it and its WHERE clause. */
export interface Place {
  readonly kind: string;
  /** Of a function, or of an outer join. */
  readonly name?: string;
}

/** For a hook that AND does not join to a whole WHERE clause. */
export function misplaced({ kind, name = '' }: Place, { rows, verb }: PastHook): Said {
  const merge = (where: string): Said => `stands in ${where} of a MERGE, so it guards a choice of action, not the ${rows}\n${NO_MERGE}`;
  const others: Readonly<Record<string, Said>> = {
    or: `guards only one side of an OR: ${rows} that satisfy the other side are ${verb} whatever the filter says
      Put the OR in parentheses, as in WHERE (a OR b), and the hook behind them.`,
    not: `stands under NOT, which turns the filter round: ${rows} are ${verb} because the filter refuses them
      Move the hook out of the NOT, to the end of the WHERE clause.`,
    case: `guards only one branch of a CASE: ${rows} that take another branch are ${verb} whatever the filter says
      Move the hook behind the END of the CASE.`,
    argument: `is part of an argument of ${name}(), so ${rows} are ${verb} as the function decides, not the filter
      Move the hook out of the call, to the end of the WHERE clause.`,
    operand: `is part of a larger expression, so ${rows} are ${verb} as that decides, not the filter
      Move the hook to the end of the WHERE clause, where AND joins it to the whole condition.`,
    outerOn: `stands in the ON of a ${name} JOIN, which keeps no row out: ${rows} are ${verb}, only without their match
      ${TO_THE_END}`,
    having: `stands in HAVING, which judges whole groups: ${rows} that the filter refuses are already counted in them
      Move the hook to the end of the WHERE clause, before GROUP BY; where there is none, write WHERE true before it.`,
    mergeOn: merge('the ON'),
    mergeWhen: merge('a WHEN'),
  };
  const harmless = `stands in ${kind}: ${rows} are ${verb} whatever the filter says\n${verb === 'inserted' ? NO_INSERT : TO_THE_END}`;
  return others[kind] ?? harmless;
}

/** For a hook that PostgreSQL has rewritten into something else, or removed, as a rule may. */
export const NO_CONDITION: Said = `is no condition that every row must meet, as PostgreSQL reads the query
  Move the hook to the end of the WHERE clause, where AND joins it to the whole condition.`;

/** How a query reads protected rows that a narrower filter would hide, and what to do about it. */
function pastFilter(violation: Violation): Said {
  const { escape, table } = violation;
  const what = readIn(violation);
  const said: Readonly<Record<Escape, Said>> = {
    untied: `reads ${what} beside its guarded rows, and no condition ties the two
      Join the two by the equality of a column of each, or give the other rows a hook of their own.`,
    value: `reads ${what} in a subquery that its filter does not reach
      Give the subquery a hook of its own, or tie it to the guarded row by the equality of a column of each.`,
    mixed: `counts, numbers, cuts off or combines rows of ${what} before its filter can tell them apart
      Put -- @authorize_filter into the WHERE clause that reads the table itself.`,
    named: `gives a name of ${what} to something else, which its filter would judge instead
      Use another name, or put -- @authorize_filter into the WHERE clause that reads the table itself.`,
    target: `changes rows of ${what} that no condition ties to rows that pass its filter
      Join the changed table with the guarded rows by the equality of a column of each.`,
    conflict: `overwrites rows of ${what} by ON CONFLICT DO UPDATE, which no filter judges
      Write DO NOTHING, and an UPDATE with a hook.`,
    unmatched: `changes rows of ${what} without a match in what it merges, which no filter judges\n${NO_MERGE}`,
    function: table.endsWith('()')
      ? `calls ${table}, which reads what its argument names\nRead the table in a FROM clause with a hook.`
      : `calls a function that returns rows of ${what}\nCall it in a FROM clause with a hook.`,
    statistics: `reads ${what}, which holds values of every table\nLeave it out.`,
    statement: `is a statement of which nothing can be proven (${table})
      Put the hook into a SELECT, UPDATE or DELETE of its own.`,
  };
  return said[escape];
}

function readIn({ table, view }: Violation): string {
  return `${quoted(table)}${view === undefined ? '' : `, through the view "${view}",`}`;
}

/** For rows of the tables that a query's hooks are about. */
export function escaping(violation: Violation): Said {
  return `this query ${pastFilter(violation)}`;
}

/** For rows of listed tables; `hooked` says whether the query has a hook at all. */
export function uncovered(name: string, violation: Violation, hooked: boolean): Said {
  const isBare = !hooked && ['untied', 'value', 'mixed'].includes(violation.escape);
  const bare = `reads ${readIn(violation)} without a filter, and guard.require lists that table
    Put -- @authorize_filter at the end of its WHERE clause.`;
  return `query "${name}" ${isBare ? bare : pastFilter(violation)} Or name the query under guard.exempt, with a reason.`;
}

/** Every change that a statement makes, at any depth. */
export function changesOf(root: Level): readonly Level[] {
  return [...allLevels(root)].reverse().filter(({ query }) => verbOf(query.command) !== 'returned');
}

/**
 * Why rows get past a hook that stands in a WHERE clause: the first query around it, from the inside out, that lets
 * them through, and which one that is.
 */
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
