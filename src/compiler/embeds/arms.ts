/** The select lists that make a statement's result: one, or one for each arm of a set operation. */
import type { ParsedStatement, SelectStmt } from '../parse.js';

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
