/**
 * Asks PostgreSQL whether an outer-joined row is there at all, if the row's own columns cannot tell: a
 * table without any NOT NULL column may hold a row of NULLs.
 *
 * Invariant: the added columns come after all items of the list, so that every other column, and every
 * `ORDER BY 2`, keeps its number.
 */
import { type Edit, isBlank, tokenize } from '../../sql/index.js';
import type { ParsedStatement, SelectStmt } from '../parse.js';
import type { RewrittenQuery } from '../dialect/index.js';
import type { ResultAnalysis, StarExpansion } from '../types/index.js';

export interface Presence {
  readonly edits: readonly Edit[];
  /** The embeds that are asked about, by their offsets in the text, in the order of the added columns. */
  readonly embeds: readonly number[];
}

const NONE: Presence = { edits: [], embeds: [] };

export function planPresence(rewritten: RewrittenQuery, statement: ParsedStatement, result: ResultAnalysis): Presence {
  const [select, ...others] = selectArms(statement);
  if (select === undefined || others.length > 0 || !isPlain(select)) return NONE;
  const asked = rewritten.embeds.filter(({ at }) => {
    const star = result.stars.find(({ start }) => start === at);
    return star?.nullExtended === true && listsAt(statement, select, at) && !hasTelling(result, star);
  });
  const [first] = asked;
  const end = first && endOfList(rewritten.text, first.at);
  if (end === undefined) return NONE;
  const items = asked.map(({ written }) => `, (${written}.* IS DISTINCT FROM NULL)`);
  return { edits: [{ start: end, end, text: items.join('') }], embeds: asked.map(({ at }) => at) };
}

/** Whether some column of the row is NULL only if the row is missing. */
export function hasTelling({ columns, stars }: ResultAnalysis, star: StarExpansion): boolean {
  return columns.some((column) => column.star !== undefined && stars[column.star] === star && !column.nullableWhenPresent);
}

/** Where a select list ends: after the last token before FROM. */
function endOfList(text: string, item: number): number | undefined {
  let depth = 0;
  let previous = '';
  let end = item;
  for (const token of tokenize(text.slice(item))) {
    if (isBlank(token)) continue;
    const written = text.slice(item + token.start, item + token.end).toLowerCase();
    if (token.kind === 'punctuation' && (written === '(' || written === '[')) depth++;
    if (token.kind === 'punctuation' && (written === ')' || written === ']')) depth--;
    // `IS DISTINCT FROM` is an operator.
    if (token.kind === 'word' && written === 'from' && depth === 0 && previous !== 'distinct') return end;
    end = item + token.end;
    previous = token.kind === 'word' ? written : '';
  }
  return undefined;
}

/** The arms of a set operation from left to right; a plain SELECT is the only arm, and any other statement has none. */
export function selectArms({ statement }: ParsedStatement): readonly SelectStmt[] {
  return 'SelectStmt' in statement ? leaves(statement.SelectStmt) : [];
}

function leaves(select: SelectStmt): readonly SelectStmt[] {
  const { larg, rarg } = select;
  return larg && rarg ? [...leaves(larg), ...leaves(rarg)] : [select];
}

/** Whether an item of the list begins at that offset of the statement's text. */
export function listsAt({ offset }: ParsedStatement, { targetList = [] }: SelectStmt, at: number): boolean {
  return targetList.some((target) => 'ResTarget' in target && offset(target.ResTarget.location) === at);
}

/** Whether the SELECT returns a row for each row of its FROM, so that another item does not change the number of rows. */
export function isPlain({ distinctClause, groupClause, groupDistinct, havingClause, larg }: SelectStmt): boolean {
  return (
    distinctClause === undefined &&
    groupClause === undefined &&
    groupDistinct === undefined &&
    havingClause === undefined &&
    larg === undefined
  );
}
