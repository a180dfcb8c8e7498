/**
 * What a misplaced hook is told: which rows would have got past it, and how to write it instead.
 *
 * A message is one sentence that begins with the hook; a remedy is an imperative.
 */
import type { Cause } from './leak.js';
import type { Violation } from '../query.js';
import type { Place } from './place.js';

export interface Advice {
  readonly message: string;
  readonly remedy: string;
}

/** What the statement around a hook does with its rows. */
export type Verb = 'returned' | 'updated' | 'deleted' | 'inserted';

/** The rows that get past a hook. */
export interface Escape {
  readonly tables: readonly string[];
  readonly verb: Verb;
}

const TO_THE_END = 'move the hook to the end of the WHERE clause; where there is none, write WHERE true before it';

const NO_INSERT = 'check the new rows before this query runs, or guard an UPDATE instead: an INSERT cannot be guarded';

/** `rows of "a" and "b"`, or `rows` where none is named. */
export function rowsOf(tables: readonly string[]): string {
  const names = tables.map((table) => (table.endsWith('()') ? table : `"${table}"`));
  if (names.length === 0) return 'rows';
  const last = names.at(-1) ?? '';
  return `rows of ${names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`}`;
}

/** For a hook that is no conjunct of a WHERE clause. */
export function misplaced(place: Exclude<Place, { kind: 'conjunct' }>, { tables, verb }: Escape): Advice {
  const rows = rowsOf(tables);
  switch (place.kind) {
    case 'or':
      return {
        message: `this hook guards only one side of an OR: ${rows} that satisfy the other side are ${verb} whatever the filter says`,
        remedy: 'put the OR in parentheses and the hook behind them: WHERE (a OR b) -- @authorize_filter',
      };
    case 'not':
      return {
        message: `this hook stands under NOT, which turns the filter round: ${rows} are ${verb} because the filter refuses them`,
        remedy: 'move the hook out of the NOT, to the end of the WHERE clause',
      };
    case 'case':
      return {
        message: `this hook guards only one branch of a CASE: ${rows} that take another branch are ${verb} whatever the filter says`,
        remedy: 'move the hook behind the END of the CASE',
      };
    case 'argument':
      return {
        message: `this hook is part of an argument of ${place.name}(), so ${rows} are ${verb} as the function decides, not the filter`,
        remedy: 'move the hook out of the call, to the end of the WHERE clause',
      };
    case 'operand':
      return {
        message: `this hook is part of a larger expression, so ${rows} are ${verb} as that decides, not the filter`,
        remedy: 'move the hook to the end of the WHERE clause, where AND joins it to the whole condition',
      };
    case 'outerOn':
      return {
        message: `this hook stands in the ON of a ${place.join} JOIN: ${rows} that the filter refuses are still ${verb}, only without their match`,
        remedy: TO_THE_END,
      };
    case 'having':
      return {
        message: `this hook stands in HAVING, which judges whole groups: ${rows} that the filter refuses are already counted in them`,
        remedy: 'move the hook to the end of the WHERE clause, before GROUP BY; where there is none, write WHERE true before it',
      };
    case 'conflictWhere':
      return {
        message: `this hook stands in the WHERE of ON CONFLICT, which guards the update only: ${rows} are inserted whatever the filter says`,
        remedy: NO_INSERT,
      };
    case 'conflictTarget':
      return {
        message: `this hook stands in the conflict target, which only picks an index: ${rows} are inserted whatever the filter says`,
        remedy: NO_INSERT,
      };
    case 'values':
      return {
        message: `this hook is part of a VALUES list: ${rows} are ${verb} whatever the filter says`,
        remedy: verb === 'inserted' ? NO_INSERT : TO_THE_END,
      };
    case 'mergeOn':
    case 'mergeWhen':
      return {
        message: `this hook stands in ${place.kind === 'mergeOn' ? 'the ON' : 'a WHEN'} of a MERGE, so it guards a choice of action, not the rows of ${quoted(tables)}`,
        remedy: 'write an UPDATE or a DELETE with the hook in its WHERE clause',
      };
    default: {
      const [clause, effect] = HARMLESS[place.kind];
      return {
        message: `this hook stands in ${clause}, which ${effect}: ${rows} are ${verb} whatever the filter says`,
        remedy: verb === 'inserted' ? NO_INSERT : TO_THE_END,
      };
    }
  }
}

/** Clauses that keep no row out, and what they do instead. */
const HARMLESS = {
  groupBy: ['GROUP BY', 'only forms groups'],
  orderBy: ['ORDER BY', 'only sorts'],
  selectList: ['the select list', 'only makes a value'],
  distinctOn: ['DISTINCT ON', 'only tells rows apart'],
  filter: ["an aggregate's FILTER", 'guards that one value only'],
  window: ['WINDOW', 'only forms windows'],
  set: ['SET', 'only makes a new value'],
  returning: ['RETURNING', 'only makes a value'],
  limit: ['LIMIT or OFFSET', 'only counts'],
  locking: ['a locking clause', 'only locks'],
  statement: ['no WHERE clause', 'is what keeps rows out'],
} as const;

/** For a hook in a WHERE clause that rows get past. */
export function leaking(cause: Cause, tables: readonly string[], verb: Verb): Advice {
  const rows = rowsOf(tables);
  switch (cause.kind) {
    case 'arm':
      return {
        message: `this hook guards only one arm of the ${cause.operation}: ${rows} come from another arm whatever the filter says`,
        remedy: `give every arm a hook of its own, or select from all of it: SELECT * FROM (a ${cause.operation} b) t WHERE true -- @authorize_filter`,
      };
    case 'recursion':
      return {
        message: `this hook guards only the rows that the recursion of "${cause.cte}" starts with: ${rows} that it adds are ${verb} whatever the filter says`,
        remedy: 'give the recursive arm a hook of its own, or put the hook into the WHERE clause that reads the CTE',
      };
    case 'optionalSide':
      return {
        message: `this hook guards only the optional side of a ${cause.join} JOIN: ${rows} are ${verb} without a match where the filter refuses it`,
        remedy: 'write JOIN instead, or put the hook into the WHERE clause behind the joins',
      };
    case 'cte':
      return cause.read
        ? {
            message: `this hook guards only the CTE "${cause.cte}": ${rows} are ${verb} beside it whatever the filter says`,
            remedy: `read only "${cause.cte}" here, or put the hook into the WHERE clause of the statement that reads it`,
          }
        : {
            message: `this hook guards only the CTE "${cause.cte}", which the query does not read: ${rows} are ${verb} whatever the filter says`,
            remedy: `read "${cause.cte}" in the query's FROM, or put the hook into the query's own WHERE clause`,
          };
    case 'beside': {
      const part = cause.part === '' ? '' : `, "${cause.part}"`;
      return cause.always
        ? {
            message: `this hook guards only a part of FROM${part}, which has a row whatever the filter says: ${rows} are ${verb} beside it`,
            remedy: 'put the hook into the WHERE clause of this FROM',
          }
        : {
            message: `this hook guards only a part of FROM${part}: ${rows} are ${verb} beside it, and no condition ties them to rows that passed the filter`,
            remedy: 'put the hook into the WHERE clause of this FROM, or join the two by a condition',
          };
    }
    case 'aggregate':
      return {
        message: `this hook cannot empty an aggregate without GROUP BY: its one row is returned whatever the filter says, and with it ${rows}`,
        remedy: 'give the subquery beside the aggregate a hook of its own, or make it a query of its own',
      };
    case 'condition':
      return {
        message: `this hook guards only a subquery in a condition, not the ${rows} that are ${verb} around it`,
        remedy:
          'put the hook into the WHERE clause around the subquery; only IN, = and EXISTS, joined by AND and tied to those rows, guard them too',
      };
    case 'value':
      return {
        message: `this hook guards only a subquery in ${cause.clause === 'select list' ? 'the select list' : cause.clause}: ${rows} are ${verb} whatever the filter says`,
        remedy: 'put the hook into the WHERE clause of the statement around the subquery',
      };
    case 'insert':
      return {
        message: `this hook guards only what the INSERT reads: the rows that go into "${cause.target}" are not judged by the filter`,
        remedy: NO_INSERT,
      };
    case 'merge':
      return {
        message: `this hook guards only what the MERGE reads: ${rows} are changed where the filter leaves no match`,
        remedy: 'write an UPDATE or a DELETE with the hook in its WHERE clause',
      };
    case 'change':
      return {
        message: `this hook does not guard the ${cause.change} of ${quoted([cause.target])} in the same statement, which runs whatever the filter says`,
        remedy: `give the ${cause.change} a hook in a WHERE clause of its own, or make it a query of its own`,
      };
    case 'constant':
      return {
        message: 'this hook has no part in what the statement returns, so it guards nothing',
        remedy: 'put the hook into the WHERE clause that the rows of the result come through',
      };
  }
}

/** For rows of the table that the hook is about, which a narrower filter would not keep back. */
export function escaping({ escape, table, view }: Violation): Advice {
  const rows = rowsOf([table]) + (view === undefined ? '' : `, through the view "${view}",`);
  switch (escape) {
    case 'untied':
      return {
        message: `this hook judges some ${rows} and not others beside them: no condition ties the two`,
        remedy: 'join them by the equality of a column of each, or give the others a hook of their own',
      };
    case 'value':
      return {
        message: `this hook does not reach a subquery that reads ${rows} of its own`,
        remedy: 'give the subquery a hook, or tie it to the guarded row by the equality of a column of each',
      };
    case 'mixed':
      return {
        message: `this hook comes too late: ${rows} are counted, numbered, cut off or combined before it can tell them apart`,
        remedy: 'put the hook into the WHERE clause that reads the table itself',
      };
    case 'target':
      return {
        message: `this hook does not say which ${rows} are changed: no condition ties them to rows that pass the filter`,
        remedy: 'join the changed table with the guarded rows by the equality of a column of each',
      };
    case 'conflict':
    case 'unmatched':
      return {
        message: `this hook guards none of the ${rows} that are overwritten where nothing matches or a key is taken`,
        remedy: NO_INSERT,
      };
    case 'function':
    case 'statistics':
    case 'statement':
      return {
        message: `this hook does not reach ${table.endsWith('()') ? table : `"${table}"`}, which reads tables that its argument names`,
        remedy: 'leave it out of a query with a hook',
      };
  }
}

function quoted(tables: readonly string[]): string {
  return tables.map((table) => `"${table}"`).join(' and ');
}
