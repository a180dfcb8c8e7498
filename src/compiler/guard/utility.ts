/**
 * Statements that PostgreSQL does not plan itself, and so says nothing of.
 *
 * Invariant: one that is not known to read no table's rows is taken for one that does.
 */
import { kindOf, type ParsedStatement } from '../parse.js';

/** Those that read no row of a table that is there. */
const BLIND =
  /^(?:Transaction|VariableSet|VariableShow|Discard|Listen|Unlisten|Notify|Lock|ConstraintsSet|Deallocate|ClosePortal|CheckPoint|Vacuum|Reindex|Cluster|Comment|Load|(?:Create|Alter|Drop|Define|Grant|Revoke|Rename|Index|View|Rule|Import|SecLabel|Reassign)(?!TableAs)\w*|RefreshMatView)Stmt$/;

/** What a statement does of which nothing is known; undefined where it reads nothing. */
export function unseenStatement({ statement }: ParsedStatement): string | undefined {
  const type = kindOf(statement);
  if (BLIND.test(type) || ('CopyStmt' in statement && statement.CopyStmt.is_from === true)) return undefined;
  return type.replace(/Stmt$/, '').toUpperCase();
}
