/**
 * The hooks and the listed tables of one statement, judged together, on the queries that PostgreSQL
 * will plan.
 *
 * Invariant: there is no diagnostic exactly where every probe is a conjunct of a WHERE clause or of
 * an inner join's ON, the result is closed or sealed by a hook and every change is closed
 * (`flow.ts`), and no protected row gets past a narrower filter (`cover.ts`).
 */
import { type Catalog, heldBy, kinOf } from '../../catalog/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { allLevels, integer, UnreadableTree, walk } from '../analysis/index.js';
import type { Analysis, Level, TreeNode } from '../analysis/index.js';
import type { Hook, RewrittenQuery } from '../dialect/index.js';
import { kindOf, type ParsedStatement } from '../parse.js';
import type { QueryProof, Violation } from '../query.js';
import { Cover } from './cover.js';
import { relationsOf } from './tables.js';
import { Flow } from './flow.js';
import { changesOf, errorAt, escaping, findLeak, hookError, NO_CONDITION, type Place, type Said } from './messages.js';
import type { Protected } from './ties.js';
import { obstacleOf, saidOf } from './place.js';

export interface GuardProof extends QueryProof {
  /** What is wrong with the hooks: without any, the guard is proven. */
  readonly diagnostics: readonly Diagnostic[];
}

interface GuardInput {
  readonly rewritten: RewrittenQuery;
  readonly statement: ParsedStatement;
  /** Undefined where the server did not send it. */
  readonly analysis: Analysis | undefined;
  readonly catalog: Catalog;
  /** The relations of `guard.require`, by OID. */
  readonly listed: ReadonlySet<number>;
}

/** What stands for the filter: `AND (true)`. */
const BEFORE_PROBE = 'AND ('.length;
const BOOLEAN = 16;

const NOTHING: GuardProof = { diagnostics: [], uncovered: undefined, through: undefined };

/** What a query's hooks prove. */
export function checkGuard(input: GuardInput): GuardProof {
  const { rewritten, statement, analysis, listed } = input;
  const { hooks } = rewritten;
  if (hooks.length === 0 && listed.size === 0) return NOTHING;
  if (analysis === undefined)
    return unproven(rewritten, 'the server did not say how it understands this query, so nothing is proven of its rows');
  try {
    if (analysis.parsed.command !== 'utility') return proveGuard(analysis, input);
    const unseen = unseenStatement(statement);
    const violation: Violation = { escape: 'statement', table: unseen ?? '', view: undefined, listed: true };
    const diagnostics = hooks.map((hook) => errorAt(rewritten, escaping(violation), hook));
    return { ...NOTHING, diagnostics, uncovered: unseen === undefined ? undefined : violation };
  } catch (error) {
    if (!(error instanceof UnreadableTree)) throw error;
    return unproven(rewritten, `nothing is proven of this query's rows: ${error.message}`);
  }
}

/** The statements that PostgreSQL does not plan itself, and that read no row of a table that is there. */
const BLIND =
  /^(?:Transaction|VariableSet|VariableShow|Discard|Listen|Unlisten|Notify|Lock|ConstraintsSet|Deallocate|ClosePortal|CheckPoint|Vacuum|Reindex|Cluster|Comment|Load|(?:Create|Alter|Drop|Define|Grant|Revoke|Rename|Index|View|Rule|Import|SecLabel|Reassign)(?!TableAs)\w*|RefreshMatView)Stmt$/;

/** What a statement does of which nothing is known; undefined where it reads nothing. */
function unseenStatement({ statement }: ParsedStatement): string | undefined {
  const type = kindOf(statement);
  if (BLIND.test(type) || ('CopyStmt' in statement && statement.CopyStmt.is_from === true)) return undefined;
  return type.replace(/Stmt$/, '').toUpperCase();
}

function unproven(rewritten: RewrittenQuery, message: string): GuardProof {
  const remedy = 'Connect to the server itself, past a pooler or proxy that keeps its notices back, or use the embedded database.';
  return { ...NOTHING, diagnostics: [errorAt(rewritten, `${message}\n${remedy}`, rewritten.hooks[0])] };
}

function proveGuard(analysis: Analysis, input: GuardInput): GuardProof {
  const proofs = analysis.plannedLevels.map((root) => proveQuery(root, analysis, input));
  // A rule may have left nothing to do; then no hook has a part in it.
  if (proofs.length === 0) return unplaced(input.rewritten.hooks, input);
  return {
    diagnostics: proofs.find(({ diagnostics }) => diagnostics.length > 0)?.diagnostics ?? [],
    uncovered: proofs.find((proof) => proof.uncovered)?.uncovered,
    through: proofs.find((proof) => proof.through)?.through,
  };
}

function proveQuery(root: Level, analysis: Analysis, input: GuardInput): GuardProof {
  const { catalog, rewritten } = input;
  const { hooks } = rewritten;
  if (hooks.length > 0 && !isFixed(root, analysis)) return unplaced(hooks, input);
  const probes = probesIn(root, analysis, hooks);
  const placed = placesOf(probes, root);
  const misplaced = hooks.filter((hook) => !placed.has(hook));
  if (misplaced.length > 0) return unplaced(misplaced, input, (hook) => obstacleOf(root, (node) => probes.get(node) === hook, catalog));
  const violations = new Cover(probes, catalog, protectedBy(placed, input)).judge(root);
  const uncovered = violations.find(({ listed }) => listed);
  const [hook] = hooks;
  if (hook === undefined) return { ...NOTHING, uncovered };

  const flow = new Flow(probes, catalog);
  const result = flow.rowsOf(root);
  const changes = changesOf(root);
  const isSealed = result.flow === 'sealed' && (result.through !== undefined || changes.length > 0);
  const changed = changes.map((level) => flow.rowsOf(level));
  const isProven = (result.flow === 'closed' || isSealed) && changed.every((rows) => rows.flow === 'closed');
  const through = result.through ?? changed.at(-1)?.through;
  if (!isProven) return { diagnostics: leaks(placed, flow, root, rewritten), uncovered, through };
  const first = violations.find(({ listed }) => !listed);
  return { diagnostics: first ? [errorAt(rewritten, escaping(first), hook)] : [], uncovered, through };
}

/** The constants that stand for hooks in a query as PostgreSQL understood it. */
function probesIn(root: Level, { offset }: Analysis, hooks: readonly Hook[]): ReadonlyMap<TreeNode, Hook> {
  const places = new Map(hooks.map((hook) => [hook.at + BEFORE_PROBE, hook]));
  const probes = new Map<TreeNode, Hook>();
  walk(root.query.node, (node) => {
    const isBoolean = node.tag === 'CONST' && integer(node, 'consttype') === BOOLEAN;
    const hook = isBoolean ? places.get(offset(integer(node, 'location')) ?? -1) : undefined;
    if (hook) probes.set(node, hook);
    return true;
  });
  return probes;
}

function unplaced(hooks: readonly Hook[], { rewritten }: GuardInput, obstacle?: (hook: Hook) => Place | undefined): GuardProof {
  const said = (hook: Hook): Said => saidOf(rewritten.text, hook.at, obstacle?.(hook)) ?? NO_CONDITION;
  return { ...NOTHING, diagnostics: hooks.map((hook) => hookError(rewritten, hook, said(hook))) };
}

/** Whether a filter leaves a query as it is. In a rule's, it may bring in the rows of the statement that the rule is for, unless they are there. */
function isFixed(root: Level, { parsed }: Analysis): boolean {
  const { query, from, target } = root;
  if (query === parsed) return true;
  // The ranges of the statement come first in those of the rule; PostgreSQL 14 and 15 no longer say of a view which it was.
  const index = parsed.resultRelation - 1;
  const changed = root.ranges[index];
  const isSame = changed?.relationOid === undefined || changed.relationOid === parsed.ranges[index]?.relationOid;
  const isThere = isSame && changed !== undefined && changed !== target && from.includes(changed);
  return [...allLevels(root)].every((level) => integer(level.query.node, 'querySource') === 0 || (level === root && isThere));
}

type Placed = ReadonlyMap<Hook, readonly Level[]>;

/** The hooks that are conjuncts of a WHERE or of an inner join wherever they stand, each with the levels of those. */
function placesOf(probes: ReadonlyMap<TreeNode, Hook>, root: Level): Placed {
  const found = new Map<Hook, Level[]>();
  const astray = new Map(probes);
  for (const level of allLevels(root)) {
    for (const { node, restricts } of level.conditions) {
      const hook = restricts === undefined ? probes.get(node) : undefined;
      if (hook) found.set(hook, [...(found.get(hook) ?? []), level]);
      if (hook) astray.delete(node);
    }
  }
  for (const hook of astray.values()) found.delete(hook);
  return found;
}

/** The listed relations, and those that the hooks' own queries select from: the listed ones alone, where there are such. */
function protectedBy(placed: Placed, { catalog, listed }: GuardInput): Protected {
  const about = new Set<number>();
  for (const level of new Set([...placed.values()].flat())) {
    const read = readBy(level).flatMap((oid) => [...heldBy(oid, catalog)]);
    const isListed = (oid: number): boolean => kinOf(oid, catalog).some((kin) => listed.has(kin));
    for (const oid of read.some(isListed) ? read.filter(isListed) : read) for (const kin of kinOf(oid, catalog)) about.add(kin);
  }
  return { listed: new Set([...listed].flatMap((oid) => kinOf(oid, catalog))), about, hooked: placed.size > 0 };

  function readBy(level: Level): readonly number[] {
    const ranges = level.query.setOperations ? level.ranges : level.from;
    return ranges.flatMap((range) => [
      ...relationsOf(range, catalog),
      ...(range.behind && range.cte?.recursive !== true ? readBy(range.behind) : []),
    ]);
  }
}

/** What lets rows past the hooks, each told once. */
function leaks(placed: Placed, flow: Flow, root: Level, rewritten: RewrittenQuery): readonly Diagnostic[] {
  const found = [...placed].map(([hook, [level = root]]) => ({ hook, ...findLeak(level, flow, root) }));
  return found
    .filter(({ at }, index) => found.findIndex((leak) => leak.at === at) === index)
    .map(({ hook, said }) => hookError(rewritten, hook, said));
}
