/**
 * Asks PostgreSQL whether an outer-joined row is there at all, if the row's own columns cannot tell: a
 * table without any NOT NULL column may hold a row of NULLs.
 *
 * Invariant: the added columns come after all items of the list, so that every other column, and every
 * `ORDER BY 2`, keeps its number.
 */
import { type Edit, isBlank, tokenize } from '../../sql/index.js';
import { type ParsedStatement, selectArms, type SelectStmt } from '../parse.js';
import type { RewrittenQuery } from '../dialect/index.js';
import type { ResultAnalysis } from '../types/index.js';

export interface Presence {
  readonly edits: readonly Edit[];
  /** The embeds that are asked about, by their offsets in the text, in the order of the added columns. */
  readonly embeds: readonly number[];
}

export function planPresence(rewritten: RewrittenQuery, statement: ParsedStatement, { stars, columns }: ResultAnalysis): Presence {
  const [select, second] = selectArms(statement.statement);
  const isAsked = select !== undefined && second === undefined && isPlain(select);
  const asked = rewritten.embeds.filter(({ at }) => {
    const star = isAsked && listsAt(statement, select, at) ? stars.find(({ start }) => start === at) : undefined;
    // Some column of the row may be NULL only if the row is missing.
    return star?.nullExtended === true && columns.every((own) => stars[own.star ?? -1] !== star || own.nullableWhenPresent);
  });
  const end = asked[0] && endOfList(rewritten.text, asked[0].at);
  if (end === undefined) return { edits: [], embeds: [] };
  const text = asked.map(({ written }) => `, (${written}.* IS DISTINCT FROM NULL)`).join('');
  return { edits: [{ start: end, end, text }], embeds: asked.map(({ at }) => at) };
}

/** Where a select list ends: after the last token before FROM. */
function endOfList(text: string, item: number): number | undefined {
  let depth = 0;
  let previous = '';
  let end = item;
  for (const token of tokenize(text.slice(item)).filter((one) => !isBlank(one))) {
    const written = text.slice(item + token.start, item + token.end).toLowerCase();
    // `IS DISTINCT FROM` is an operator.
    if (written === 'from' && depth === 0 && previous !== 'distinct') return end;
    if (written === '(' || written === '[') depth++;
    if (written === ')' || written === ']') depth--;
    end = item + token.end;
    previous = written;
  }
  return undefined;
}

/** Whether an item of the list begins at that offset of the statement's text. */
export function listsAt({ offset }: ParsedStatement, { targetList = [] }: SelectStmt, at: number): boolean {
  return targetList.some((target) => 'ResTarget' in target && offset(target.ResTarget.location) === at);
}

/** Whether the SELECT returns a row for each row of its FROM, so that another item does not change the number of rows. */
function isPlain({ distinctClause, groupClause, groupDistinct, havingClause, larg }: SelectStmt): boolean {
  return [distinctClause, groupClause, groupDistinct, havingClause, larg].every((clause) => clause === undefined);
}
