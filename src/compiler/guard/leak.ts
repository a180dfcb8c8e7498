/**
 * Why rows get past a hook that stands in a WHERE: the first construct around it that lets them.
 *
 * The proof itself is `flow.ts`; this only words its answer, from the hook outwards.
 */
import type { CommonTableExpr, JoinExpr, RangeSubselect, RangeVar, SelectStmt } from 'libpg-query';
import type { Change, FlowAnalysis } from './flow.js';
import { selectsFrom } from './ranges.js';
import { tableName, walk, type Frame } from './tree.js';

export type Cause =
  | { readonly kind: 'arm'; readonly operation: string }
  | { readonly kind: 'recursion'; readonly cte: string }
  | { readonly kind: 'optionalSide'; readonly join: 'LEFT' | 'RIGHT' | 'FULL' }
  /** The statement around a CTE; `read` where it reads the CTE at all. */
  | { readonly kind: 'cte'; readonly cte: string; readonly read: boolean }
  /** The rows beside a guarded FROM item: joined without a condition, or to one that has a row `always`. */
  | { readonly kind: 'beside'; readonly part: string; readonly always: boolean }
  /** The other values of an aggregate's row. */
  | { readonly kind: 'aggregate' }
  | { readonly kind: 'condition' }
  | { readonly kind: 'value'; readonly clause: string }
  | { readonly kind: 'insert' | 'merge'; readonly target: string }
  | { readonly kind: 'change'; readonly change: Change['kind']; readonly target: string }
  | { readonly kind: 'constant' };

export interface Leak {
  readonly cause: Cause;
  /** The tables that are read past the hook. */
  readonly tables: readonly string[];
  /** The node that lets them through. */
  readonly at: object;
}

const CLAUSES: Readonly<Record<string, string>> = {
  targetList: 'select list',
  sortClause: 'ORDER BY',
  havingClause: 'HAVING',
  limitCount: 'LIMIT',
  limitOffset: 'OFFSET',
  distinctClause: 'DISTINCT ON',
  groupClause: 'GROUP BY',
  windowClause: 'WINDOW',
  valuesLists: 'VALUES list',
  returningClause: 'RETURNING',
  onConflictClause: 'ON CONFLICT',
};

/** The first leak on the way from a hook's clause, the frame at `depth`, out to the statement's result. */
export function findLeak(frames: readonly Frame[], depth: number, analysis: FlowAnalysis, changes: readonly Change[]): Leak {
  for (let index = depth; index >= 0; index--) {
    const frame = frames[index];
    const rows = frame && analysis.rowsOf(frame.node);
    if (frame === undefined || rows?.flow !== 'open') continue;
    const cause = index === depth ? ({ kind: 'aggregate' } as const) : causeAt(frame, frames, index, analysis);
    if (cause) return { cause, tables: rows.leaks, at: frame.node };
  }
  const change = changes.find(({ rows }) => rows.flow === 'open');
  if (change) return { cause: { kind: 'change', change: change.kind, target: change.target }, tables: [change.target], at: change.node };
  const cte = frames.map(cteName).find((name) => name !== undefined);
  return { cause: cte === undefined ? { kind: 'constant' } : { kind: 'cte', cte, read: false }, tables: [], at: frames[0]?.node ?? {} };
}

/** What a construct with open rows does to the hook that stands in one of its properties. */
function causeAt(frame: Frame, frames: readonly Frame[], index: number, analysis: FlowAnalysis): Cause | undefined {
  const { type, node, property } = frame;
  const inside = frames.slice(index + 1);
  switch (property) {
    case 'larg':
    case 'rarg':
      return type === 'JoinExpr' ? sideCause(node) : armCause(node, property, frames.slice(0, index));
    case 'withClause': {
      const cte = inside.map(cteName).find((name) => name !== undefined) ?? '';
      const read = readsCte(type, node, cte);
      return read && type === 'InsertStmt' ? { kind: 'insert', target: targetOf(node) } : { kind: 'cte', cte, read };
    }
    case 'fromClause':
    case 'usingClause':
      return {
        kind: 'beside',
        part: inside.map(aliasOf).find((name) => name !== undefined) ?? '',
        always: inside.some(({ node: part }) => analysis.rowsOf(part)?.flow === 'sealed'),
      };
    case 'whereClause':
    case 'quals':
    case 'joinCondition':
      return { kind: 'condition' };
    case 'selectStmt':
      return { kind: 'insert', target: targetOf(node) };
    case 'sourceRelation':
    case 'mergeWhenClauses':
      return { kind: 'merge', target: targetOf(node) };
    default:
      return { kind: 'value', clause: type === 'UpdateStmt' && property === 'targetList' ? 'SET' : (CLAUSES[property] ?? property) };
  }
}

/** An inner join is open only by what its FROM clause explains better. */
function sideCause(node: object): Cause | undefined {
  const { jointype }: JoinExpr = node;
  switch (jointype) {
    case 'JOIN_LEFT':
      return { kind: 'optionalSide', join: 'LEFT' };
    case 'JOIN_RIGHT':
      return { kind: 'optionalSide', join: 'RIGHT' };
    case 'JOIN_FULL':
      return { kind: 'optionalSide', join: 'FULL' };
    default:
      return undefined;
  }
}

function armCause(node: object, property: string, around: readonly Frame[]): Cause {
  const { op, all, rarg }: SelectStmt = node;
  const last = around.at(-1);
  const cte = last && cteName(last);
  if (cte !== undefined && property === 'larg' && rarg && selectsFrom(rarg, cte)) return { kind: 'recursion', cte };
  return { kind: 'arm', operation: `${String(op).replace('SETOP_', '')}${all === true ? ' ALL' : ''}` };
}

/** Whether a statement names one of its CTEs anywhere. */
function readsCte(type: string, node: object, cte: string): boolean {
  let read = false;
  walk({ [type]: node }, (inner, range) => {
    read ||= inner === 'RangeVar' && 'relname' in range && range.relname === cte;
    return true;
  });
  return read;
}

function cteName({ type, node }: Frame): string | undefined {
  if (type !== 'CommonTableExpr') return undefined;
  const { ctename }: CommonTableExpr = node;
  return ctename;
}

function aliasOf({ type, node }: Frame): string | undefined {
  if (type !== 'RangeSubselect') return undefined;
  const { alias }: RangeSubselect = node;
  return alias?.aliasname;
}

function targetOf(node: object): string {
  const { relation }: { relation?: RangeVar } = node;
  return relation ? tableName(relation) : '';
}
