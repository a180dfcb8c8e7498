/** Which rows get past a hook, and what the statement around it does with them; for messages only. */
import type { JoinExpr } from 'libpg-query';
import type { Escape, Verb } from './messages.js';
import type { Place } from './place.js';
import { type Frame, tableName, tablesIn } from './tree.js';

export const VERBS: Readonly<Record<string, Verb>> = {
  SelectStmt: 'returned',
  UpdateStmt: 'updated',
  DeleteStmt: 'deleted',
  InsertStmt: 'inserted',
  MergeStmt: 'updated',
};

/** For a hook that is no conjunct: the rows of the statement right around its clause, the frame at `depth`. */
export function escapeAround(frames: readonly Frame[], depth: number, place: Place): Escape {
  const around = frames.slice(0, depth + 1).findLast(({ type, node }) => type in VERBS && !('valuesLists' in node));
  if (around === undefined) return { tables: [], verb: 'returned' };
  const kept = place.kind === 'outerOn' ? keptSides(frames[depth]?.node ?? {}, place.join) : sourcesOf(around.node);
  const tables = tablesIn(kept).map(tableName);
  const target = 'relation' in around.node ? tables.slice(-1) : tables;
  return { tables: [...new Set(target)], verb: VERBS[around.type] ?? 'returned' };
}

/** What a statement or a join selects from, and, last, what it changes. */
export function sourcesOf(block: object): readonly unknown[] {
  const {
    fromClause,
    usingClause,
    relation,
    larg,
    rarg,
  }: { fromClause?: unknown; usingClause?: unknown; relation?: unknown; larg?: unknown; rarg?: unknown } = block;
  return [fromClause, usingClause, larg, rarg, relation === undefined ? undefined : { RangeVar: relation }];
}

/** The sides of an outer join whose rows come without a match, too. */
function keptSides(node: object, join: 'LEFT' | 'RIGHT' | 'FULL'): readonly unknown[] {
  const { larg, rarg }: JoinExpr = node;
  return { LEFT: [larg], RIGHT: [rarg], FULL: [larg, rarg] }[join];
}
