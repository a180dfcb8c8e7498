/** Hooks that the parser's tree shows to be no condition, whatever the names in it mean. */
import type { A_Const, Node } from 'libpg-query';
import type { Hook } from '../dialect/index.js';
import type { ParsedStatement } from '../parse.js';
import { escapeAround } from './escape.js';
import { type Advice, misplaced } from './messages.js';
import { placeOf } from './place.js';
import { findFrames } from './tree.js';

export function findMisplaced(hooks: readonly Hook[], statement: ParsedStatement): readonly { readonly hook: Hook; readonly advice: Advice }[] {
  const unsupported = unsupportedStatement(statement.statement);
  return hooks.flatMap((hook) => {
    if (unsupported) return [{ hook, advice: unsupported }];
    const frames = findFrames(statement.statement, (type, candidate) => type === 'A_Const' && isProbe(candidate, hook, statement)) ?? [];
    const { place, depth } = placeOf(frames);
    return place.kind === 'conjunct' ? [] : [{ hook, advice: misplaced(place, escapeAround(frames, depth, place)) }];
  });
}

function isProbe({ boolval, location }: A_Const, hook: Hook, statement: ParsedStatement): boolean {
  const at = statement.offset(location);
  return boolval?.boolval === true && at >= hook.at && at < hook.until;
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
