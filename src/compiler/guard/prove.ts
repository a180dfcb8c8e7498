/**
 * The hooks and the listed tables of one statement, judged together, on the queries that PostgreSQL
 * will plan.
 *
 * Invariant: there are no refusals exactly where every probe is a conjunct of a WHERE clause or of
 * an inner join's ON, the result is closed or sealed by a hook and every change is closed
 * (`flow.ts`), and no protected row gets past a narrower filter (`cover.ts`).
 */
import { type Catalog, heldBy, kinOf } from '../../catalog/index.js';
import { allLevels, conditionsOf, integer, queryBehind, walk } from '../analysis/index.js';
import type { Analysis, Level, TreeNode } from '../analysis/index.js';
import type { Hook, RewrittenQuery } from '../dialect/index.js';
import { Cover } from './cover.js';
import { relationsOf } from './facts.js';
import { type Change, Flow } from './flow.js';
import { findLeak } from './leak.js';
import { type Advice, escaping, NO_CONDITION, type Place, type Refusal } from './messages.js';
import type { Protected } from './parts.js';
import { adviceAt, obstacleOf, type Parse } from './place.js';
import type { QueryProof } from '../query.js';

export interface GuardProof extends QueryProof {
  readonly refusals: readonly Refusal[];
}

export interface ProofInput {
  readonly rewritten: RewrittenQuery;
  readonly parse: Parse;
  readonly analysis: Analysis;
  readonly catalog: Catalog;
  /** The relations of `guard.require`, by OID. */
  readonly listed: ReadonlySet<number>;
}

/** What stands for the filter: `AND (true)`. */
const BEFORE_PROBE = 'AND ('.length;
const BOOLEAN = 16;

type HookOf = (node: TreeNode) => Hook | undefined;

interface Ground extends ProofInput {
  readonly hookOf: HookOf;
}

export const NOTHING: GuardProof = { refusals: [], uncovered: undefined, through: undefined };

export function proveGuard(input: ProofInput): GuardProof {
  const { analysis } = input;
  const { hooks } = input.rewritten;
  const places = new Map(hooks.map((hook) => [hook.at + BEFORE_PROBE, hook]));
  const hookOf: HookOf = (node) => {
    if (node.tag !== 'CONST' || integer(node, 'consttype') !== BOOLEAN) return undefined;
    return places.get(analysis.offset(integer(node, 'location')) ?? -1);
  };
  const ground: Ground = { ...input, hookOf };
  const proofs = analysis.plannedLevels.map((root) => proveQuery(root, ground));
  // A rule may have left nothing to do; then no hook has a part in it.
  if (proofs.length === 0) return unplaced(hooks, input);
  return {
    refusals: proofs.find(({ refusals }) => refusals.length > 0)?.refusals ?? [],
    uncovered: proofs.find((proof) => proof.uncovered)?.uncovered,
    through: proofs.find((proof) => proof.through)?.through,
  };
}

function proveQuery(root: Level, ground: Ground): GuardProof {
  const { hookOf, catalog } = ground;
  const { hooks } = ground.rewritten;
  if (hooks.length > 0 && !isFixed(root, ground.analysis)) return unplaced(hooks, ground);
  const isProbe = (node: TreeNode): boolean => hookOf(node) !== undefined;
  const placed = findHooks(root, hookOf);
  const misplaced = hooks.filter((hook) => !placed.has(hook));
  if (misplaced.length > 0) return unplaced(misplaced, ground, (hook) => obstacleOf(root, (node) => hookOf(node) === hook, catalog));
  const violations = new Cover(isProbe, catalog, protectedBy(placed, ground)).judge(root);
  const uncovered = violations.find(({ listed }) => listed);
  const [hook] = hooks;
  if (hook === undefined) return { ...NOTHING, uncovered };

  const flow = new Flow(isProbe, catalog);
  const result = flow.rowsOf(root);
  const changes = flow.changesOf(root);
  const isSealed = result.flow === 'sealed' && (result.through !== undefined || changes.length > 0);
  const isProven = (result.flow === 'closed' || isSealed) && changes.every(({ rows }) => rows.flow === 'closed');
  const through = result.through ?? changes.at(-1)?.rows.through;
  if (!isProven) return { refusals: leaks(placed, flow, changes), uncovered, through };
  const first = violations.find(({ listed }) => !listed);
  return { refusals: first ? [{ hook, advice: escaping(first) }] : [], uncovered, through };
}

function unplaced(hooks: readonly Hook[], { rewritten, parse }: ProofInput, obstacle?: (hook: Hook) => Place | undefined): GuardProof {
  const adviceOn = (hook: Hook): Advice => adviceAt(rewritten.text, hook.at, parse, obstacle?.(hook)) ?? NO_CONDITION;
  return { ...NOTHING, refusals: hooks.map((hook) => ({ hook, advice: adviceOn(hook) })) };
}

/** Whether a filter leaves a query as it is. In a rule's, it may bring in the rows of the statement that the rule is for, unless they are there. */
function isFixed(root: Level, { parsed }: Analysis): boolean {
  const { query, from } = root;
  if (query === parsed) return true;
  // The ranges of the statement come first in those of the rule; PostgreSQL 14 and 15 no longer say of a view which it was.
  const changed = parsed.resultRelation;
  const oid = query.ranges[changed - 1]?.relationOid;
  const isSame = oid === undefined || oid === parsed.ranges[changed - 1]?.relationOid;
  const isThere = isSame && query.resultRelation !== changed && from.includes(changed);
  return [...allLevels(root)].every((level) => integer(level.query.node, 'querySource') === 0 || (level === root && isThere));
}

/** The hooks that are conjuncts of a WHERE or of an inner join wherever they stand, each with the levels of those. */
function findHooks(root: Level, hookOf: HookOf): ReadonlyMap<Hook, readonly Level[]> {
  const found = new Map<Hook, Level[]>();
  const conjuncts = new Set<TreeNode>();
  for (const level of allLevels(root)) {
    for (const { node, restricts } of conditionsOf(level)) {
      const hook = restricts === undefined ? hookOf(node) : undefined;
      if (hook === undefined) continue;
      conjuncts.add(node);
      found.set(hook, [...(found.get(hook) ?? []), level]);
    }
  }
  walk(root.query.node, (node) => {
    const hook = hookOf(node);
    if (hook && !conjuncts.has(node)) found.delete(hook);
    return true;
  });
  return found;
}

/** The listed relations, and those that the hooks' own queries select from: the listed ones alone, where there are such. */
function protectedBy(placed: ReadonlyMap<Hook, readonly Level[]>, { catalog, listed }: Ground): Protected {
  const about = new Set<number>();
  for (const level of new Set([...placed.values()].flat())) {
    const read = [...readBy(level)].flatMap((oid) => [...heldBy(oid, catalog)]);
    const isListed = (oid: number): boolean => kinOf(oid, catalog).some((kin) => listed.has(kin));
    for (const oid of read.some(isListed) ? read.filter(isListed) : read) for (const kin of kinOf(oid, catalog)) about.add(kin);
  }
  return { listed: new Set([...listed].flatMap((oid) => kinOf(oid, catalog))), about, hooked: placed.size > 0 };

  function readBy(level: Level, found = new Set<number>()): ReadonlySet<number> {
    for (const varno of level.query.setOperations ? level.ranges.keys() : level.from) {
      const range = level.query.ranges[varno - 1];
      const inner = queryBehind(range, level);
      for (const oid of range ? relationsOf(range, catalog) : []) found.add(oid);
      if (inner && range?.cte?.recursive !== true) readBy(inner, found);
    }
    return found;
  }
}

function leaks(placed: ReadonlyMap<Hook, readonly Level[]>, flow: Flow, changes: readonly Change[]): readonly Refusal[] {
  const told = new Set<Level>();
  return [...placed].flatMap(([hook, [level]]): readonly Refusal[] => {
    const leak = level && findLeak(level, flow, changes);
    if (leak === undefined || told.has(leak.at)) return [];
    told.add(leak.at);
    return [{ hook, advice: leak.advice }];
  });
}
