/**
 * The hooks and the listed tables of one statement, judged together, on the queries that PostgreSQL
 * will plan.
 *
 * Invariant: there are no problems exactly where every probe is a conjunct of a WHERE clause or of
 * an inner join's ON, the result is closed or sealed by a hook and every change is closed
 * (`flow.ts`), and no protected row gets past a narrower filter (`cover.ts`).
 */
import type { Catalog } from '../../catalog/index.js';
import {
  allLevels,
  type Analysis,
  conditionsOf,
  cteOf,
  integer,
  type Level,
  levelsOf,
  type Query,
  type TreeNode,
  walk,
} from '../analysis/index.js';
import type { Hook } from '../dialect/index.js';
import { Cover, type Protected } from './cover.js';
import { type Facts, factsOf } from './facts.js';
import { Flow } from './flow.js';
import { findLeak } from './leak.js';
import { type Advice, escaping, leaking } from './messages.js';
import type { QueryProof } from '../query.js';

export interface Problem {
  readonly hook: Hook;
  readonly advice: Advice;
}

export interface GuardProof extends QueryProof {
  readonly problems: readonly Problem[];
}

export interface ProofInput {
  readonly hooks: readonly Hook[];
  readonly analysis: Analysis;
  /** The offset in the described text of one in the text that the hooks are places of. */
  readonly target: (offset: number) => number;
  readonly catalog: Catalog;
  /** The relations of `guard.require`, by OID. */
  readonly listed: ReadonlySet<number>;
}

/** What stands for the filter: `AND (true)`. */
const BEFORE_PROBE = 'AND ('.length;
const BOOLEAN = 16;

const MISPLACED: Advice = {
  message: 'this hook is no condition that every row must meet, as PostgreSQL reads the query',
  remedy: 'move the hook to the end of the WHERE clause, where AND joins it to the whole condition',
};

export function proveGuard({ hooks, analysis, target, catalog, listed }: ProofInput): GuardProof {
  const facts = factsOf(catalog);
  if (analysis.parsed.command === 'utility') return { problems: [], uncovered: undefined, through: undefined };
  const places = new Map(hooks.map((hook) => [target(hook.at) + BEFORE_PROBE, hook]));
  const hookOf = (node: TreeNode): Hook | undefined => {
    if (node.tag !== 'CONST' || integer(node, 'consttype') !== BOOLEAN) return undefined;
    const offset = analysis.offset(integer(node, 'location'));
    return offset === undefined ? undefined : places.get(offset);
  };
  const proofs = analysis.rewritten.map((query) => proveQuery(query, hooks, hookOf, { analysis, facts, listed }));
  // A rule may have left nothing to do; then no hook has a part in it.
  if (proofs.length === 0)
    return { problems: hooks.map((hook) => ({ hook, advice: MISPLACED })), uncovered: undefined, through: undefined };
  return {
    problems: proofs.find(({ problems }) => problems.length > 0)?.problems ?? [],
    uncovered: proofs.find(({ uncovered }) => uncovered)?.uncovered,
    through: proofs.find(({ through }) => through)?.through,
  };
}

interface Ground {
  readonly analysis: Analysis;
  readonly facts: Facts;
  readonly listed: ReadonlySet<number>;
}

function proveQuery(query: Query, hooks: readonly Hook[], hookOf: (node: TreeNode) => Hook | undefined, ground: Ground): GuardProof {
  const { facts } = ground;
  const isOriginal = integer(query.node, 'querySource') === 0;
  const root = levelsOf(query, isOriginal ? ground.analysis.parsed : undefined);
  const isProbe = (node: TreeNode): boolean => hookOf(node) !== undefined;
  const placed = findHooks(root, hookOf);
  const times = occurrences(query, hookOf);
  const misplaced = hooks.filter((hook) => !placed.has(hook) || times.get(hook) !== placed.get(hook)?.length);
  if (misplaced.length > 0)
    return { problems: misplaced.map((hook) => ({ hook, advice: MISPLACED })), uncovered: undefined, through: undefined };

  const violations = new Cover(isProbe, facts, protectedBy(placed, ground)).judge(root);
  const uncovered = violations.find(({ listed }) => listed);
  if (hooks.length === 0) return { problems: [], uncovered, through: undefined };

  const flow = new Flow(isProbe, facts);
  const result = flow.rowsOf(root);
  const changes = flow.changesOf(root);
  const isProven =
    (result.flow === 'closed' || (result.flow === 'sealed' && (result.through !== undefined || changes.length > 0))) &&
    changes.every(({ rows }) => rows.flow === 'closed');
  const through = result.through ?? changes.at(-1)?.rows.through;
  if (!isProven) return { problems: leaks(placed, flow, changes), uncovered, through };
  const [first] = violations.filter(({ listed }) => !listed);
  const [hook] = hooks;
  return { problems: first && hook ? [{ hook, advice: escaping(first) }] : [], uncovered, through };
}

/** The hooks, each with the levels in whose WHERE or inner join it is a conjunct. */
function findHooks(root: Level, hookOf: (node: TreeNode) => Hook | undefined): ReadonlyMap<Hook, readonly Level[]> {
  const found = new Map<Hook, Level[]>();
  for (const level of allLevels(root)) {
    for (const { node, restricts } of conditionsOf(level)) {
      const hook = hookOf(node);
      if (hook && restricts === undefined) found.set(hook, [...(found.get(hook) ?? []), level]);
    }
  }
  return found;
}

/** How often each hook stands in a query, wherever it does. */
function occurrences({ node }: Query, hookOf: (node: TreeNode) => Hook | undefined): ReadonlyMap<Hook, number> {
  const times = new Map<Hook, number>();
  walk(node, (inner) => {
    const hook = hookOf(inner);
    if (hook) times.set(hook, (times.get(hook) ?? 0) + 1);
    return true;
  });
  return times;
}

/** The listed relations, and those that the hooks' own queries select from: the listed ones alone, where there are such. */
function protectedBy(placed: ReadonlyMap<Hook, readonly Level[]>, { facts, listed }: Ground): Protected {
  const about = new Set<number>();
  for (const level of new Set([...placed.values()].flat())) {
    const read = [...relationsOf(level)].flatMap((oid) => [...facts.held(oid)]);
    const isListed = (oid: number): boolean => facts.kin(oid).some((kin) => listed.has(kin));
    for (const oid of read.some(isListed) ? read.filter(isListed) : read) for (const kin of facts.kin(oid)) about.add(kin);
  }
  return { listed: new Set([...listed].flatMap((oid) => facts.kin(oid))), about, hooked: placed.size > 0 };

  function relationsOf(level: Level, found = new Set<number>()): ReadonlySet<number> {
    for (const varno of level.query.setOperations ? level.ranges.keys() : level.from) {
      const range = level.query.ranges[varno - 1];
      const inner = range?.cte ? cteOf(level, range.cte.name, range.cte.levelsUp) : level.ranges.get(varno);
      for (const oid of range ? facts.relationsOf(range) : []) found.add(oid);
      if (inner && range?.cte?.recursive !== true) relationsOf(inner, found);
    }
    return found;
  }
}

function leaks(placed: ReadonlyMap<Hook, readonly Level[]>, flow: Flow, changes: ReturnType<Flow['changesOf']>): readonly Problem[] {
  const told = new Set<Level>();
  return [...placed].flatMap(([hook, [level]]): Problem[] => {
    if (level === undefined) return [];
    const { cause, tables, at, verb } = findLeak(level, flow, changes);
    if (told.has(at)) return [];
    told.add(at);
    return [{ hook, advice: leaking(cause, tables, verb) }];
  });
}
