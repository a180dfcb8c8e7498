/**
 * Where a hook stands in the tree.
 *
 * Invariant: a hook is `conjunct` only where its probe is an outermost conjunct of the WHERE of a
 * SELECT, UPDATE or DELETE, or of the ON of an inner join. Every other place has a name of its own.
 */
import type { BoolExpr, FuncCall, JoinExpr, MergeStmt } from 'libpg-query';
import type { Frame } from './tree.js';
import { functionName } from './tree.js';

export type Place =
  | { readonly kind: 'conjunct' }
  /** The condition is right, and something in it comes between. */
  | { readonly kind: 'or' | 'not' | 'case' | 'operand' }
  | { readonly kind: 'argument'; readonly name: string }
  | { readonly kind: 'outerOn'; readonly join: 'LEFT' | 'RIGHT' | 'FULL' }
  | {
      readonly kind:
        | 'having'
        | 'groupBy'
        | 'orderBy'
        | 'selectList'
        | 'distinctOn'
        | 'filter'
        | 'window'
        | 'set'
        | 'returning'
        | 'limit'
        | 'locking'
        | 'values'
        | 'conflictWhere'
        | 'conflictTarget'
        | 'mergeOn'
        | 'mergeWhen'
        | 'statement';
    };

/** What each property makes of what stands in it. */
const CLAUSES: Readonly<Record<string, Place>> = {
  'SelectStmt.whereClause': { kind: 'conjunct' },
  'UpdateStmt.whereClause': { kind: 'conjunct' },
  'DeleteStmt.whereClause': { kind: 'conjunct' },
  'SelectStmt.havingClause': { kind: 'having' },
  'SelectStmt.groupClause': { kind: 'groupBy' },
  'SelectStmt.sortClause': { kind: 'orderBy' },
  'SelectStmt.targetList': { kind: 'selectList' },
  'SelectStmt.distinctClause': { kind: 'distinctOn' },
  'SelectStmt.windowClause': { kind: 'window' },
  'SelectStmt.limitCount': { kind: 'limit' },
  'SelectStmt.limitOffset': { kind: 'limit' },
  'SelectStmt.valuesLists': { kind: 'values' },
  'UpdateStmt.targetList': { kind: 'set' },
  'OnConflictClause.targetList': { kind: 'set' },
  'OnConflictClause.whereClause': { kind: 'conflictWhere' },
  'OnConflictClause.infer': { kind: 'conflictTarget' },
  'MergeWhenClause.condition': { kind: 'mergeWhen' },
  'MergeWhenClause.targetList': { kind: 'set' },
  'MergeWhenClause.values': { kind: 'values' },
};

export interface Placed {
  readonly place: Place;
  /** The index of the frame whose property is the clause. */
  readonly depth: number;
}

/** The place of a probe, by the frames that lead to it. */
export function placeOf(frames: readonly Frame[]): Placed {
  let between: Place | undefined;
  for (const [depth, frame] of [...frames.entries()].reverse()) {
    const clause = clauseOf(frame);
    // Only a condition can be right but for what stands in it.
    if (clause) return { place: clause.kind === 'conjunct' ? (between ?? clause) : clause, depth };
    between ??= obstacle(frame);
  }
  return { place: between ?? { kind: 'statement' }, depth: 0 };
}

function clauseOf({ type, node, property }: Frame): Place | undefined {
  if (property === 'returningClause') return { kind: 'returning' };
  if (type === 'FuncCall' && property === 'agg_filter') return { kind: 'filter' };
  if (type === 'JoinExpr' && property === 'quals') {
    const { jointype }: JoinExpr = node;
    const outer = /^JOIN_(LEFT|RIGHT|FULL)$/.exec(String(jointype))?.[1];
    if (outer === 'LEFT' || outer === 'RIGHT' || outer === 'FULL') return { kind: 'outerOn', join: outer };
    return { kind: 'conjunct' };
  }
  if (type === 'MergeStmt' && property === 'joinCondition') return { kind: actsOnMatches(node) ? 'conjunct' : 'mergeOn' };
  return CLAUSES[`${type}.${property}`];
}

/** Whether a MERGE does something only to rows that match, as an UPDATE or DELETE with a join does. */
function actsOnMatches({ mergeWhenClauses = [] }: MergeStmt): boolean {
  const clauses = mergeWhenClauses.flatMap((clause) => ('MergeWhenClause' in clause ? [clause.MergeWhenClause] : []));
  return clauses.every(({ matchKind, commandType }) => matchKind === 'MERGE_WHEN_MATCHED' || commandType === 'CMD_NOTHING');
}

/** What keeps a probe from being a conjunct: every node but an AND. */
function obstacle({ type, node, property }: Frame): Place | undefined {
  switch (type) {
    case 'BoolExpr': {
      const { boolop }: BoolExpr = node;
      if (boolop === 'AND_EXPR') return undefined;
      return { kind: boolop === 'OR_EXPR' ? 'or' : 'not' };
    }
    case 'CaseExpr':
    case 'CaseWhen':
      return { kind: 'case' };
    case 'FuncCall': {
      if (property !== 'args') return { kind: 'operand' };
      const { funcname }: FuncCall = node;
      return { kind: 'argument', name: functionName(funcname).name };
    }
    case 'CoalesceExpr':
      return { kind: 'argument', name: 'coalesce' };
    case 'MinMaxExpr':
      return { kind: 'argument', name: 'greatest' };
    default:
      return { kind: 'operand' };
  }
}
