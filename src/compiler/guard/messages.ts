/**
 * What the author of a query is told: which rows would get past the filter, and how to write it instead.
 *
 * A message is one sentence that begins with the hook or the query; a remedy is an imperative with a
 * full stop.
 */
import type { Diagnostic } from '../../diagnostic.js';
import { type Hook, inQuery, type RewrittenQuery } from '../dialect/index.js';
import type { Escape, Violation } from '../query.js';

export interface Advice {
  readonly message: string;
  readonly remedy: string;
}

/** What is said of a hook, or of the whole query. */
export function errorAt({ annotated }: RewrittenQuery, advice: Advice, hook?: Hook): Diagnostic {
  return { severity: 'error', ...advice, ...inQuery(annotated, hook) };
}

/** What the statement around a hook does with its rows. */
export type Verb = 'returned' | 'updated' | 'deleted' | 'inserted';

const VERBS: Readonly<Record<string, Verb>> = { update: 'updated', delete: 'deleted', insert: 'inserted', merge: 'updated' };

/** By the name of a command, in small letters. */
export function verbOf(command: string): Verb {
  return VERBS[command] ?? 'returned';
}

/** The rows that get past a hook. */
export interface PastHook {
  readonly tables: readonly string[];
  readonly verb: Verb;
}

/** The end of a message and, on the next line, the remedy. */
export type Said = string;

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

export function linesOf(said: Said): readonly string[] {
  return said.split(/\n\s*/);
}

function advice(subject: string, said: Said): Advice {
  const [message = '', remedy = ''] = linesOf(said);
  return { message: `${subject} ${message}`, remedy };
}

export function hookSaid(said: Said): Advice {
  return advice('this hook', said);
}

/** Where a hook stands: a clause, as `clause.ts` names it, or what comes between it and its WHERE clause. */
export interface Place {
  readonly kind: string;
  /** Of a function, or of an outer join. */
  readonly name?: string;
}

/** For a hook that AND does not join to a whole WHERE clause. */
export function misplaced({ kind, name = '' }: Place, { tables, verb }: PastHook): Advice {
  const rows = rowsOf(tables);
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
  return hookSaid(others[kind] ?? harmless);
}

/** For a hook that keeps the text from being parsed, although its clause takes a condition. */
export const UNPARSABLE = {
  early: `stands before the statement, where no condition can stand
    Move it to the end of the WHERE clause.`,
  beforeWhere: `stands before WHERE, where no condition can stand
    Move it behind the condition, to the end of the WHERE clause.`,
  inside: `stands in the middle of a condition, where its AND cannot stand
    Move it behind the whole condition, to the end of the WHERE clause.`,
  cursor: `stands behind WHERE CURRENT OF, which takes no condition
    Name the row by its key instead, as in WHERE id = $1, and put the hook behind that.`,
} as const satisfies Readonly<Record<string, Said>>;

/** For a hook that PostgreSQL has rewritten into something else, or removed, as a rule may. */
export const NO_CONDITION = hookSaid(`is no condition that every row must meet, as PostgreSQL reads the query
  Move the hook to the end of the WHERE clause, where AND joins it to the whole condition.`);

/** How a query reads protected rows that a narrower filter would hide, and what to do about it. */
function pastFilter({ escape, table, view }: Violation): Said {
  const what = `${quoted(table)}${view === undefined ? '' : `, through the view "${view}",`}`;
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

/** For rows of the tables that a query's hooks are about. */
export function escaping(violation: Violation): Advice {
  return advice('this query', pastFilter(violation));
}

/** For rows of listed tables; `hooked` says whether the query has a hook at all. */
export function uncovered(name: string, violation: Violation, hooked: boolean): Advice {
  const { escape, table, view } = violation;
  const isBare = !hooked && (escape === 'untied' || escape === 'value' || escape === 'mixed');
  const through = view === undefined ? '' : `, through the view "${view}",`;
  const bare = `reads "${table}"${through} without a filter, and guard.require lists that table
    Put -- @authorize_filter at the end of its WHERE clause.`;
  const { message, remedy } = advice(`query "${name}"`, isBare ? bare : pastFilter(violation));
  return { message, remedy: `${remedy} Or name the query under guard.exempt, with a reason.` };
}
