/**
 * Why rows get past a hook that stands in a WHERE: the first construct around it that lets them.
 *
 * The proof itself is `flow.ts`; this only words its answer, from the hook outwards.
 */
import { allLevels, type Clause, type FromItem, type Level, rangesIn, type SetOperation } from '../analysis/index.js';
import { alwaysReturnsRow, type Change, type Flow } from './flow.js';
import type { Verb } from './messages.js';

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
  | { readonly kind: 'value'; readonly clause: Clause }
  | { readonly kind: 'insert' | 'merge'; readonly target: string }
  | { readonly kind: 'change'; readonly change: Change['kind']; readonly target: string }
  | { readonly kind: 'constant' };

export interface Leak {
  readonly cause: Cause;
  /** The tables that are read past the hook. */
  readonly tables: readonly string[];
  /** The query that lets them through. */
  readonly at: Level;
  readonly verb: Verb;
}

const VERBS: Readonly<Record<string, Verb>> = { update: 'updated', delete: 'deleted', insert: 'inserted', merge: 'updated' };

/** The first leak on the way from a hook's query out to the statement's result. */
export function findLeak(hooked: Level, flow: Flow, changes: readonly Change[]): Leak {
  const leak = (cause: Cause, at: Level, tables = flow.rowsOf(at).leaks): Leak => ({
    cause,
    tables,
    at,
    verb: VERBS[at.query.command] ?? 'returned',
  });
  if (flow.rowsOf(hooked).flow === 'open') {
    return leak(
      alwaysReturnsRow(hooked) ? { kind: 'aggregate' } : (optionalSide(hooked, hooked.from) ?? { kind: 'beside', part: '', always: false }),
      hooked,
    );
  }
  for (let inner = hooked, at = hooked.outer; at; inner = at, at = at.outer) {
    if (flow.rowsOf(at).flow === 'open') return leak(causeAt(at, inner, flow), at);
  }
  const change = changes.find(({ rows }) => rows.flow === 'open');
  if (change) return leak({ kind: 'change', change: change.kind, target: change.target }, change.level, [change.target]);
  let cte: string | undefined;
  for (let at: Level | undefined = hooked; at; at = at.outer) if (at.entry.kind === 'cte') cte = at.entry.name;
  return leak(cte === undefined ? { kind: 'constant' } : { kind: 'cte', cte, read: false }, hooked, []);
}

/** What a query with open rows does to the one inside it, in which the hook stands. */
function causeAt(level: Level, inner: Level, flow: Flow): Cause {
  const { command, setOperations, ranges } = level.query;
  const { entry } = inner;
  const target = flow.targetOf(level);
  switch (entry.kind) {
    case 'sublink':
      if (command === 'merge') return { kind: 'merge', target };
      return entry.clause === 'where' || entry.clause === 'from' ? { kind: 'condition' } : { kind: 'value', clause: entry.clause };
    case 'cte': {
      const read = readers(level, entry.name);
      return read.length > 0 && command === 'insert'
        ? { kind: 'insert', target }
        : (sideOf(read) ?? { kind: 'cte', cte: entry.name, read: read.length > 0 });
    }
    case 'range': {
      if (command === 'insert' || command === 'merge') return { kind: command, target };
      if (setOperations) return armCause(level, setOperations, entry.varno);
      const part = ranges[entry.varno - 1]?.name ?? '';
      return optionalSide(level, [entry.varno]) ?? { kind: 'beside', part, always: flow.rowsOf(inner).flow === 'sealed' };
    }
    case 'root':
      return { kind: 'constant' };
  }
}

/** The queries below a level, itself among them, that read a CTE of its own in FROM, each with the range. */
function readers(level: Level, name: string): readonly (readonly [reader: Level, varno: number])[] {
  return [...allLevels(level)].flatMap((reader) => {
    const found = reader.query.ranges.filter(({ cte, varno }) => cte?.name === name && !cte.recursive && reader.from.includes(varno));
    return found.map(({ varno }) => [reader, varno] as const);
  });
}

function sideOf(read: ReturnType<typeof readers>): Cause | undefined {
  return read.length === 1 && read[0] ? optionalSide(read[0][0], [read[0][1]]) : undefined;
}

/** The outer join that has one of the ranges on the side that may be missing. */
function optionalSide({ query }: Level, varnos: readonly number[]): Cause | undefined {
  const find = (item: FromItem): Cause | undefined => {
    if (!item.join) return undefined;
    const { kind, left, right } = item.join;
    const isIn = (side: FromItem): boolean => rangesIn(side).some((varno) => varnos.includes(varno));
    const here = kind === 'full' || (kind === 'left' && isIn(right)) || (kind === 'right' && isIn(left));
    if (here) return { kind: 'optionalSide', join: ({ left: 'LEFT', right: 'RIGHT', full: 'FULL' } as const)[kind] };
    return find(left) ?? find(right);
  };
  return query.from.map(find).find((cause) => cause !== undefined);
}

function armCause({ entry }: Level, operation: SetOperation, varno: number): Cause {
  if (entry.kind === 'cte' && entry.recursive && operation.kind !== 'range' && isArm(operation.left, varno))
    return { kind: 'recursion', cte: entry.name };
  let found = operation;
  while (found.kind !== 'range') {
    const next = [found.left, found.right].find((side) => side.kind !== 'range' && isArm(side, varno));
    if (!next) break;
    found = next;
  }
  return { kind: 'arm', operation: found.kind.toUpperCase() + (found.kind !== 'range' && found.all ? ' ALL' : '') };
}

function isArm(operation: SetOperation, varno: number): boolean {
  return operation.kind === 'range' ? operation.varno === varno : isArm(operation.left, varno) || isArm(operation.right, varno);
}
