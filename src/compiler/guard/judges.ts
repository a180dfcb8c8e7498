/** What no filter helps: ranges that one hook cannot judge together, rows that are changed beside it, calls. */
import { child, children, integer, type Level, mergeActions, needsBothRows, rangesIn, type TreeNode, walk } from '../analysis/index.js';
import type { Escape, Violation } from '../query.js';
import type { Facts } from './facts.js';
import { aliasedJoins, pretends } from './naming.js';
import { isShown, type Need, type Part } from './parts.js';
import type { TieNode, Ties } from './ties.js';

export interface Judge {
  readonly facts: Facts;
  readonly rows: Protected;
  readonly needsOf: (oid: number) => readonly Need[];
  readonly refuse: (part: Pick<Part, 'needs'>, escape: Escape) => void;
  readonly report: (violation: Violation) => void;
}

export interface Protected {
  /** The relations that `guard.require` lists, and all that share rows with them, by OID. */
  readonly listed: ReadonlySet<number>;
  /** Those that the hooks are about, likewise. */
  readonly about: ReadonlySet<number>;
  /** Whether the statement has a hook: then the rows that it changes must be tied to it, too. */
  readonly hooked: boolean;
}

/** What of a query's rows is filtered: a tie to `guards` is a tie to what passed a filter. */
export interface Covered {
  readonly rows: ReadonlySet<TieNode>;
  readonly guards: ReadonlySet<TieNode>;
}

/** One filter judges all of the ranges only where it can tell their rows apart, and they are tied to each other. */
export function judgeDomain(
  ties: Ties,
  needy: readonly TieNode[],
  listed: readonly TieNode[],
  domain: readonly TieNode[],
  level: Level,
  { facts, refuse }: Judge,
): void {
  const guarded = ties.reach(domain.filter(({ part }) => part.guarded));
  const loose = needy.filter((node) => !guarded.has(node));
  // Of a listed table of which the hook's query can name no column, no filter there can hide a row.
  const namesOf = (varno = 0): readonly string[] => level.query.ranges[varno - 1]?.columnNames ?? [];
  const isHidden = ({ varno, part }: TieNode): boolean => part.needs.some((need) => need.listed) && !isShown(part, namesOf(varno));
  // Beside rows of no protected table, the filter can only be about those, and what is tied to them.
  const others = domain.filter(({ part }) => part.needs.length === 0);
  const told = needy.filter(({ part }) => part.filterable).filter((node) => !isHidden(node));
  const filtered = ties.reach(ties.hold(others) ? [...told, ...others] : told);
  for (const node of loose) if (!filtered.has(node) || pretends(node, level, facts)) refuse(node.part, 'mixed');
  const changed = domain.filter(({ varno }) => varno === level.query.resultRelation);
  const families = new Set(needy.flatMap(({ part }) => part.needs.map(({ family }) => family)));
  const together = [
    listed,
    ...[...families].map((family) => needy.filter(({ part }) => part.needs.some((need) => need.family === family))),
    // A change acts on one table, whatever the hook is about.
    changed.length > 0 ? [...new Set([...needy, ...changed])] : [],
    // Under the alias of a join, the columns of one side are as good as those of the other.
    ...aliasedJoins(level).map((join) => domain.filter(({ varno }) => rangesIn(join).includes(varno ?? 0))),
  ];
  for (const nodes of together) {
    if (ties.hold(nodes) || nodes.every((node) => guarded.has(node) || !needy.includes(node))) continue;
    const first = nodes.find((node) => guarded.has(node)) ?? nodes[0];
    const reached = ties.reach(first ? [first] : []);
    for (const { part } of nodes.filter((node) => !reached.has(node)))
      refuse(part.needs.length > 0 || !first ? part : first.part, 'untied');
  }
}

/** Each row that a hooked statement changes is named by a condition, not merely changed beside one that is. */
export function judgeTarget(ties: Ties, covered: Covered, level: Level, { facts, refuse, needsOf, rows, report }: Judge): void {
  const { query } = level;
  const range = query.ranges[query.resultRelation - 1];
  if (range?.relationOid === undefined) return;
  const needs = needsOf(range.relationOid);
  const onConflict = child(query.node, 'onConflict');
  if (onConflict && integer(onConflict, 'action') === 2) refuse({ needs }, 'conflict');
  if (query.command === 'merge' && !mergeActions(query).every((action) => needsBothRows(action) || isInsert(action)))
    refuse({ needs }, 'unmatched');
  if (!rows.hooked || query.command === 'insert') return;
  if (ties.nodes.some((node) => node.varno === query.resultRelation && covered.guards.has(node))) return;
  report({ escape: 'target', table: facts.nameOf(range.relationOid), view: undefined, listed: needs.some(({ listed }) => listed) });
}

/** Functions that read by name, or that return protected rows as a value; statistics. */
export function judgeCalls(level: Level, { facts, refuse, needsOf, rows, report }: Judge): void {
  const lists = rows.listed.size > 0;
  const { query } = level;
  const functionsInFrom = new Set(query.ranges.flatMap(({ node }) => children(node, 'functions').map((item) => child(item, 'funcexpr'))));
  for (const range of query.ranges) {
    if (lists && range.kind === 'relation' && range.relationOid !== undefined && facts.isStatistics(range.relationOid)) {
      report({ escape: 'statistics', table: facts.nameOf(range.relationOid), view: undefined, listed: true });
    }
  }
  walk(query.node, (node, depth) => {
    if (node.tag === 'QUERY' && depth > 0) return false;
    if (node.tag !== 'FUNCEXPR') return true;
    const oid = integer(node, 'funcid');
    // Beside a hook it is the hook's problem, which no exemption settles.
    if (facts.readsByName(oid)) report({ escape: 'function', table: facts.callOf(oid), view: undefined, listed: !rows.hooked });
    const returned = functionsInFrom.has(node) ? undefined : facts.returnedRelation(oid);
    const needs = returned !== undefined && facts.function(oid)?.returnsSet ? needsOf(returned) : [];
    refuse({ needs }, 'function');
    return true;
  });
}

export function isInsert(action: TreeNode): boolean {
  return integer(action, 'commandType') === 3;
}
