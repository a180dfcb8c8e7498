/** Hooks that the parser's tree shows to be no condition, whatever the names in it mean. */
import type { A_Const, Node } from 'libpg-query';
import type { Hook } from '../dialect/index.js';
import type { ParsedStatement } from '../parse.js';
import { escapeAround } from './escape.js';
import { type Advice, misplaced } from './messages.js';
import { placeOf } from './place.js';
import { eachFrames } from './tree.js';

export function findMisplaced(
  hooks: readonly Hook[],
  statement: ParsedStatement,
): readonly { readonly hook: Hook; readonly advice: Advice }[] {
  const unsupported = unsupportedStatement(statement.statement);
  if (unsupported) return hooks.map((hook) => ({ hook, advice: unsupported }));
  const advices = new Map<Hook, Advice | undefined>();
  eachFrames(statement.statement, (type, node, frames) => {
    const hook = type === 'A_Const' ? probeOf(node, hooks, statement) : undefined;
    if (hook === undefined) return true;
    const { place, depth } = placeOf(frames);
    advices.set(hook, place.kind === 'conjunct' ? undefined : misplaced(place, escapeAround(frames, depth, place)));
    return false;
  });
  return hooks.flatMap((hook) => {
    const advice = advices.has(hook) ? advices.get(hook) : misplaced({ kind: 'statement' }, { tables: [], verb: 'returned' });
    return advice ? [{ hook, advice }] : [];
  });
}

/** The hook that a constant stands for; hooks are in the order of the text. */
function probeOf({ boolval, location }: A_Const, hooks: readonly Hook[], statement: ParsedStatement): Hook | undefined {
  if (boolval?.boolval !== true) return undefined;
  const at = statement.offset(location);
  return hooks.find((hook) => at >= hook.at && at < hook.until);
}

function unsupportedStatement(root: Node): Advice | undefined {
  const remedy = 'put the hook into a SELECT, UPDATE or DELETE of its own';
  if ('SelectStmt' in root) {
    return root.SelectStmt.intoClause
      ? { message: 'this hook stands in a SELECT INTO: the new table can be read without a filter', remedy }
      : undefined;
  }
  if ('UpdateStmt' in root || 'DeleteStmt' in root || 'InsertStmt' in root || 'MergeStmt' in root) return undefined;
  return { message: 'this hook stands in a statement that cannot be guarded, so it keeps no row back', remedy };
}
