/**
 * The second half of the proof: what a narrower filter makes of protected rows.
 *
 * A row of a protected relation (one that `guard.require` lists, or that the statement's hooks are
 * about) comes through a hook of its own query, or is tied to one that does by the equality of a
 * column of each; what a query around could still filter is left to it, and what is left at last, or
 * was mixed before, is a violation.
 */
import {
  child, children, columnReference, flag, type FromItem, integer, type PlainColumn, plainColumn, type Range, type SetOperation, type TreeNode, walk,
} from '../analysis/index.js';
import { type Condition, conditionsOf, equalitiesOf, type Equality } from './conditions.js';
import type { Facts } from './facts.js';
import { alwaysReturnsRow, mergeActions, needsBothRows } from './flow.js';
import { allLevels, cteOf, type Level, outwards, rangesIn, type Sublink } from './levels.js';
import type { Escape, Violation } from '../query.js';
import { hasColumn, type Need, type OuterColumn, type Part } from './parts.js';
import { type TieNode, Ties } from './ties.js';

export interface Protected {
  /** The relations that `guard.require` lists, and all that share rows with them, by OID. */
  readonly listed: ReadonlySet<number>;
  /** Those that the hooks are about, likewise. */
  readonly about: ReadonlySet<number>;
  /** Whether the statement has a hook: then the rows that it changes must be tied to it, too. */
  readonly hooked: boolean;
}

/** What of a query's rows is filtered: `guards` are those that a tie to them is a tie to what passed a filter. */
interface Covered {
  readonly rows: ReadonlySet<TieNode>;
  readonly guards: ReadonlySet<TieNode>;
}

const NO_COLUMNS: ReadonlySet<number> = new Set();
const CLEAN: Part = { columns: undefined, guarded: false, needs: [], filterable: true, outer: [] };

export class Cover {
  readonly violations: Violation[] = [];
  private readonly known = new Map<Level, readonly Part[]>();

  constructor(
    private readonly isProbe: (node: TreeNode) => boolean,
    private readonly facts: Facts,
    private readonly rows: Protected,
  ) {}

  /** Judges a whole statement. */
  judge(root: Level): readonly Violation[] {
    for (const level of allLevels(root)) this.judgeCalls(level);
    // Changes are made whether or not anything reads what they return.
    for (const level of allLevels(root)) if (level.query.command !== 'select') this.partsOf(level);
    for (const part of this.partsOf(root)) this.refuse(part, part.filterable ? 'untied' : 'mixed');
    return this.violations;
  }

  private refuse({ needs }: Pick<Part, 'needs'>, escape: Escape): void {
    for (const { table, view, listed } of needs) this.violations.push({ escape, table, view, listed });
  }

  /** The need of a relation's rows, where it is protected. */
  private needsOf(oid: number): readonly Need[] {
    for (const held of this.facts.held(oid)) {
      const listed = this.rows.listed.has(held) || (this.rows.listed.size > 0 && this.facts.relation(held) === undefined);
      if (!listed && !this.rows.about.has(held)) continue;
      return [{ oid: held, table: this.facts.nameOf(held), view: held === oid ? undefined : this.facts.nameOf(oid), family: this.facts.family(held), listed }];
    }
    return [];
  }

  /** The parts of a query's result. */
  partsOf(level: Level): readonly Part[] {
    const known = this.known.get(level);
    if (known) return known;
    // What a recursion reads of itself while it is judged: rows without a guard of their own.
    this.known.set(level, []);
    const { setOperations } = level.query;
    const parts = setOperations ? this.combine(level, setOperations) : this.mix(level, this.block(level));
    const held = level.query.command === 'select' ? parts : this.settled(parts);
    this.known.set(level, held);
    return held;
  }

  /** No query around filters what a change has read and done. */
  private settled(parts: readonly Part[]): readonly Part[] {
    for (const part of parts) this.refuse(part, 'untied');
    return parts.map((part) => ({ ...part, needs: [] }));
  }

  private block(level: Level): readonly Part[] {
    const { query } = level;
    const ties = new Ties();
    for (const varno of level.from) this.addRange(ties, varno, level);
    if (query.command === 'merge') this.addRange(ties, query.resultRelation, level);
    const conditions = conditionsOf(level);
    for (const sublink of level.sublinks) this.addSublink(ties, sublink, conditions);
    const outer = new Map<TieNode, OuterColumn[]>();
    for (const node of ties.nodes) outer.set(node, node.part.outer.filter(({ levelsUp }) => levelsUp > 0).slice());
    this.tieNeighbours(ties, level);
    for (const condition of conditions) this.tieColumns(ties, condition, level, outer);

    const covered = this.cover(ties, conditions, level);
    this.judgeTarget(ties, covered, level);
    return this.exported(ties, covered, outer, level);
  }

  private addRange(ties: Ties, varno: number, level: Level): void {
    const range = level.query.ranges[varno - 1];
    for (const part of range ? this.rangeParts(range, level) : []) ties.add({ varno, part });
  }

  private rangeParts(range: Range, level: Level): readonly Part[] {
    const plain = (oid: number | undefined): Part => ({ ...CLEAN, needs: oid === undefined ? [] : this.needsOf(oid) });
    switch (range.kind) {
      case 'relation':
        return [plain(range.relationOid)];
      case 'subquery': {
        const inner = level.ranges.get(range.varno);
        const parts = inner ? this.partsOf(inner).map((part) => outward(part, 0)) : [];
        const view = level.views.get(range.varno);
        return view === undefined ? parts : this.viewParts(view, parts);
      }
      case 'cte': {
        const cte = range.cte && cteOf(level, range.cte.name, range.cte.levelsUp);
        if (!cte) return [];
        if (range.cte?.recursive) return [CLEAN];
        return this.partsOf(cte).map((part) => outward(part, range.cte?.levelsUp ?? 0));
      }
      case 'function':
        return [plain(this.returned(range.node))];
      default:
        return [CLEAN];
    }
  }

  /** What a view is expanded to is read through it; one that is listed itself, or stands above such a one, is like a table. */
  private viewParts(view: number, parts: readonly Part[]): readonly Part[] {
    const name = this.facts.nameOf(view);
    const through = parts.map((part) => ({ ...part, needs: part.needs.map((need) => ({ ...need, view: name })) }));
    const listed = [...this.facts.held(view)].find((oid) => this.rows.listed.has(oid) && this.facts.relation(oid)?.kind === 'view');
    if (listed === undefined) return through;
    const need: Need = { oid: listed, table: this.facts.nameOf(listed), view: listed === view ? undefined : name, family: listed, listed: true };
    return [{ columns: undefined, guarded: false, needs: [need, ...through.flatMap(({ needs }) => needs)], filterable: parts.every(({ filterable }) => filterable), outer: [] }];
  }

  /** The relation whose rows a function in FROM returns. */
  private returned(range: TreeNode): number | undefined {
    const calls = children(range, 'functions').flatMap((item) => child(item, 'funcexpr') ?? []);
    return calls.flatMap((call) => (call.tag === 'FUNCEXPR' ? (this.facts.returnedRelation(integer(call, 'funcid')) ?? []) : []))[0];
  }

  /** A subquery in an expression, with what ties its rows to those around it. */
  private addSublink(ties: Ties, sublink: Sublink, conditions: readonly Condition[]): void {
    const condition = conditions.find(({ node }) => node === sublink.node);
    for (const part of this.partsOf(sublink.level)) {
      const seen = outward(part, 0);
      // Without guard.require, that hidden rows exist is no secret: a condition or EXISTS tells no more.
      const tells = sublink.kind === 'exists' || sublink.clause === 'where' || sublink.clause === 'HAVING';
      const node: TieNode = { varno: undefined, part: tells ? { ...seen, needs: seen.needs.filter(({ listed }) => listed) } : seen };
      ties.add(node);
      this.sublinks.set(node, sublink);
      for (const column of node.part.outer.filter(({ levelsUp }) => levelsUp === 0)) {
        for (const neighbour of owners(ties, column)) {
          ties.tie(neighbour, node);
          // An EXISTS that must be true keeps only rows that equal one of its own.
          if (condition && column.binding && sublink.kind === 'exists' && restricts(condition, column.varno)) ties.tie(node, neighbour);
        }
      }
    }
  }

  private readonly sublinks = new Map<TieNode, Sublink>();

  /** LATERAL: a range whose rows must equal a neighbour's. */
  private tieNeighbours(ties: Ties, level: Level): void {
    const optional = optionalRanges(level);
    for (const node of ties.nodes.filter(({ varno }) => varno !== undefined)) {
      for (const column of node.part.outer.filter(({ levelsUp }) => levelsUp === 0)) {
        for (const neighbour of owners(ties, column)) {
          ties.tie(neighbour, node);
          if (column.binding && !optional.has(node.varno ?? 0)) ties.tie(node, neighbour);
        }
      }
    }
  }

  private tieColumns(ties: Ties, condition: Condition, level: Level, outer: Map<TieNode, OuterColumn[]>): void {
    for (const equality of equalitiesOf(condition.node, level, this.facts)) {
      if (equality.kind === 'subquery') {
        const { column, sublink, number } = equality;
        const rows = ties.nodes.filter((node) => this.sublinks.get(node) === sublink);
        const inner = column.number > 0 ? rows.filter((node) => hasColumn(node.part, number)) : this.isSameRow(equality, level) ? rows : [];
        for (const a of owners(ties, column)) {
          for (const b of inner) {
            ties.tie(a, b);
            if (restricts(condition, column.varno)) ties.tie(b, a);
          }
        }
        if (column.levelsUp > 0) for (const b of inner) outer.get(b)?.push({ ...column, binding: restricts(condition, 0) });
        continue;
      }
      const { left, right } = equality;
      if (!this.mayTie(left, right, level)) continue;
      // A subquery may tie two columns of the query around it.
      if (left.levelsUp > 0 && right.levelsUp > 0 && condition.restricts === undefined) {
        const node: TieNode = { varno: 0, part: CLEAN };
        ties.add(node);
        outer.set(node, [left, right].map((column) => ({ ...column, binding: true })));
      }
      for (const [from, to] of [[left, right], [right, left]] as const) {
        if (to.levelsUp > 0 || !restricts(condition, to.varno)) continue;
        for (const node of owners(ties, to)) {
          if (from.levelsUp > 0) outer.get(node)?.push({ ...from, binding: true });
          else for (const other of owners(ties, from)) if (other !== node) ties.tie(other, node);
        }
      }
    }
  }

  /** `ctid = (SELECT ctid …)` of one table, whose subquery reads nothing else. */
  private isSameRow({ column, sublink, number }: Extract<Equality, { kind: 'subquery' }>, level: Level): boolean {
    const { level: inner } = sublink;
    const target = inner.query.targets.find((each) => !each.hidden && each.number === number);
    const selected = target && plainColumn(target.expression, outwards(inner));
    if (selected?.levelsUp !== 0 || inner.from.length !== 1) return false;
    return this.mayTie(column, { ...selected, levelsUp: 0 }, level, inner);
  }

  /** A system column says nothing of a row but for `ctid`, and that only within one table. */
  private mayTie(left: PlainColumn, right: PlainColumn, level: Level, rightLevel = level): boolean {
    if (left.number > 0 && right.number > 0) return true;
    if (left.number !== -1 || right.number !== -1) return false;
    const relationOf = ({ levelsUp, varno }: PlainColumn, from: Level): number | undefined => outwards(from)[levelsUp]?.ranges[varno - 1]?.relationOid;
    const [a, b] = [relationOf(left, level), relationOf(right, rightLevel)];
    const relation = a === undefined ? undefined : this.facts.relation(a);
    return a === b && relation?.kind === 'table' && this.facts.family(relation.oid) === relation.oid;
  }

  /** What a hook of this query judges or is tied to what does; what a hook cannot help is a violation. */
  private cover(ties: Ties, conditions: readonly Condition[], level: Level): Covered {
    const guarded = ties.nodes.filter(({ part, varno }) => part.guarded && (varno !== undefined || part.needs.length === 0));
    const judged = new Set<TieNode>();
    for (const { node, ranges } of conditions) {
      if (!this.isProbe(node)) continue;
      const domain = ties.nodes.filter(({ varno }) => varno !== undefined && ranges.includes(varno));
      for (const each of domain) judged.add(each);
      const needy = domain.filter(({ part }) => part.needs.length > 0);
      const listed = needy.filter(({ part }) => part.needs.some((need) => need.listed));
      this.judgeDomain(ties, needy, listed, domain, level);
      const about = listed.length > 0 ? listed : needy.length > 0 ? needy : domain;
      if (ties.hold(about)) guarded.push(...about);
      // Where the hook may be about one of several that nothing ties, each speaks for its own table only.
      else for (const seed of about) for (const node of ties.reach([seed])) if (isOfFamilies(node, seed)) judged.add(node);
    }
    const guards = ties.reach(guarded);
    return { rows: new Set([...guards, ...judged]), guards };
  }

  /** One filter judges all of the ranges only where it can tell their rows apart, and they are tied to each other. */
  private judgeDomain(ties: Ties, needy: readonly TieNode[], listed: readonly TieNode[], domain: readonly TieNode[], level: Level): void {
    const guarded = ties.reach(domain.filter(({ part }) => part.guarded));
    const loose = needy.filter((node) => !guarded.has(node));
    const filtered = ties.reach(needy.filter((node) => node.part.filterable && !this.pretends(node, level)));
    for (const node of loose) if (!filtered.has(node)) this.refuse(node.part, 'mixed');
    const changed = domain.filter(({ varno }) => varno === level.query.resultRelation);
    const families = new Set(needy.flatMap(({ part }) => part.needs.map(({ family }) => family)));
    const together = [
      listed,
      ...[...families].map((family) => needy.filter(({ part }) => part.needs.some((need) => need.family === family))),
      // A change acts on one table, whatever the hook is about.
      changed.length > 0 ? [...new Set([...needy, ...changed])] : [],
      // Under the alias of a join, the columns of one side are as good as those of the other.
      ...aliasedJoins(level).map((ranges) => domain.filter(({ varno }) => ranges.includes(varno ?? 0))),
    ];
    for (const nodes of together) {
      if (ties.hold(nodes) || nodes.every((node) => guarded.has(node) || !needy.includes(node))) continue;
      const first = nodes.find((node) => guarded.has(node)) ?? nodes[0];
      const reached = ties.reach(first ? [first] : []);
      for (const { part } of nodes.filter((node) => !reached.has(node))) this.refuse(part.needs.length > 0 || !first ? part : first.part, 'untied');
    }
  }

  /**
   * Whether a subquery gives another value the name of a column of its table: a filter that is
   * written for the table would judge that value.
   */
  private pretends({ varno, part }: TieNode, level: Level): boolean {
    const range = level.query.ranges[(varno ?? 0) - 1];
    const inner = range?.cte ? cteOf(level, range.cte.name, range.cte.levelsUp) : range && level.ranges.get(range.varno);
    if (range === undefined || inner === undefined || level.views.has(range.varno)) return false;
    const arms = inner.query.setOperations ? armsOf(inner.query.setOperations).flatMap((arm) => inner.ranges.get(arm) ?? []) : [inner];
    return part.needs.some(({ oid }) => {
      const names = new Set(this.facts.relation(oid)?.columns.map(({ name }) => name));
      return arms.some((arm) =>
        arm.query.targets.some(({ expression, hidden, number }) => {
          const name = range.columnNames[number - 1];
          return !hidden && name !== undefined && names.has(name) && !isNamed(expression, name, oid, arm);
        }),
      );
    });
  }

  /** Each row that a hooked statement changes is named by a condition, not merely changed beside one that is. */
  private judgeTarget(ties: Ties, covered: Covered, level: Level): void {
    const { query } = level;
    const range = query.ranges[query.resultRelation - 1];
    if (range?.relationOid === undefined) return;
    const needs = this.needsOf(range.relationOid);
    const onConflict = child(query.node, 'onConflict');
    if (onConflict && integer(onConflict, 'action') === 2) this.refuse({ needs }, 'conflict');
    if (query.command === 'merge' && !mergeActions(level).every((action) => needsBothRows(action) || isInsert(action))) this.refuse({ needs }, 'unmatched');
    if (!this.rows.hooked || query.command === 'insert') return;
    const targets = ties.nodes.filter(({ varno }) => varno === query.resultRelation);
    const others = ties.nodes.filter(({ varno, part }) => varno !== query.resultRelation && (varno !== undefined || part.guarded));
    const alone = ties.nodes.every(({ varno }) => varno === undefined || varno === query.resultRelation);
    const isTied = targets.some((target) => covered.rows.has(target) && (alone || others.some((other) => ties.reach([other]).has(target))));
    if (isTied) return;
    this.violations.push({ escape: 'target', table: this.facts.nameOf(range.relationOid), view: undefined, listed: needs.some(({ listed }) => listed) });
  }

  /** The parts of a query's rows, before they are grouped or cut. */
  private exported(ties: Ties, covered: Covered, outer: ReadonlyMap<TieNode, readonly OuterColumn[]>, level: Level): readonly Part[] {
    const columns = outputColumns(level);
    const around = (node: TieNode): readonly OuterColumn[] =>
      ties.nodes.filter((other) => ties.reach([other]).has(node)).flatMap((other) => outer.get(other) ?? []);
    const groups = ties.groups();
    const parts = groups.flatMap(({ own, hanging }): Part[] => {
      const [first] = own;
      const isGuarded = first !== undefined && covered.guards.has(first);
      // What hangs on rows without a guard may have one of its own.
      const apart = isGuarded ? [] : hanging.filter((node) => covered.guards.has(node));
      const members = [...own, ...hanging.filter((node) => !apart.includes(node))];
      const held = ties.nodes.filter(({ varno }) => varno === undefined).filter((node) => ties.reach(members).has(node));
      const needs = [...members, ...held].filter((node) => !covered.rows.has(node)).flatMap(({ part }) => part.needs);
      const filterable = members.every(({ part }) => part.needs.length === 0 || part.filterable);
      const main: Part = { columns: columnsIn(columns, members), guarded: isGuarded, needs, filterable, outer: first ? around(first) : [] };
      return [main, ...apart.map((node): Part => ({ columns: columnsIn(columns, [node]), guarded: true, needs: [], filterable: true, outer: [] }))];
    });
    return [...parts, ...this.valueParts(ties, covered, groups, around)];
  }

  /** Subqueries whose rows nothing of this query ties: they may still be tied to one around it. */
  private valueParts(ties: Ties, covered: Covered, groups: ReturnType<Ties['groups']>, around: (node: TieNode) => readonly OuterColumn[]): readonly Part[] {
    return ties.nodes.flatMap((node): Part[] => {
      if (node.varno !== undefined || node.part.needs.length === 0 || covered.rows.has(node)) return [];
      const pending = groups.flatMap(({ own, hanging }) => [...own, ...hanging]).filter(({ part }) => part.needs.length > 0);
      if (ties.reach(pending).has(node)) return [];
      const outer = around(node).map((column) => ({ ...column, binding: false }));
      if (outer.length > 0) return [{ columns: NO_COLUMNS, guarded: false, needs: node.part.needs, filterable: false, outer }];
      this.refuse(node.part, 'value');
      return [];
    });
  }

  /** What grouping, windows, DISTINCT and LIMIT leave of the parts. */
  private mix(level: Level, parts: readonly Part[]): readonly Part[] {
    const { node } = level.query;
    const isGrouped = flag(node, 'hasAggs') || children(node, 'groupClause').length > 0 || children(node, 'groupingSets').length > 0 || child(node, 'havingQual') !== undefined;
    const keys = isGrouped ? groupKeys(node) : undefined;
    const isCut = child(node, 'limitCount') !== undefined || child(node, 'limitOffset') !== undefined || flag(node, 'hasWindowFuncs') || flag(node, 'hasDistinctOn');
    const isDistinct = children(node, 'distinctClause').length > 0;
    const always = alwaysReturnsRow(level);
    const counts = isGrouped && this.onlyCounts(level);
    return parts.map((each) => {
      const part = always ? { ...each, outer: each.outer.map((column) => ({ ...column, binding: false })) } : each;
      const columns = keys && new Set([...(part.columns ?? [])].filter((number) => keys.has(number)));
      const needs = counts ? part.needs.filter(({ listed }) => listed) : part.needs;
      const held = { ...part, needs, ...(columns && { columns }) };
      if (needs.length === 0) return held;
      if (isCut) return { ...held, columns: NO_COLUMNS, filterable: false };
      return isGrouped || (isDistinct && part.needs.some(({ listed }) => listed)) ? { ...held, filterable: false } : held;
    });
  }

  /** Whether a query tells no more of its rows than how many there are. */
  private onlyCounts({ query }: Level): boolean {
    return query.targets.every(({ expression }) => {
      let counts = true;
      walk(expression, (node) => {
        if (node.tag === 'AGGREF') {
          counts &&= this.facts.function(integer(node, 'aggfnoid'))?.name === 'count';
          return false;
        }
        counts &&= columnReference(node) === undefined && node.tag !== 'SUBLINK' && node.tag !== 'WINDOWFUNC';
        return counts;
      });
      return counts;
    });
  }

  /** The rows of several arms: what each of them is, all of them are. */
  private combine(level: Level, operation: SetOperation): readonly Part[] {
    const arms = armsOf(operation).flatMap((varno) => level.ranges.get(varno) ?? []);
    const all = arms.map((arm) => this.partsOf(arm).map((part) => outward(part, 0)));
    const guarded = common(all.map((parts) => columnsOf(parts.filter((part) => part.guarded && part.needs.length === 0))));
    const needy = all.flatMap((parts) => parts.filter(({ needs }) => needs.length > 0));
    const { node } = level.query;
    const isCut = child(node, 'limitCount') !== undefined || child(node, 'limitOffset') !== undefined;
    for (const sublink of level.sublinks) for (const part of this.partsOf(sublink.level)) this.refuse(part, 'value');
    const unbound = (part: Part): Part => ({ ...part, outer: part.outer.map((column) => ({ ...column, binding: false })) });
    if (needy.length === 0) return guarded.size > 0 ? [{ columns: guarded, guarded: true, needs: [], filterable: true, outer: [] }] : [];
    const filterable = !isCut && needy.every((part) => part.filterable && part.needs.every(({ listed }) => !listed)) && this.agree(arms);
    const columns = isCut ? NO_COLUMNS : common(all.map((parts) => columnsOf(parts)));
    const apart = needy.filter(({ outer }) => outer.length > 0).map((part) => ({ ...unbound(part), columns, filterable }));
    const rest = needy.filter(({ outer }) => outer.length === 0);
    return [...apart, ...(rest.length > 0 ? [{ columns, guarded: false, needs: rest.flatMap(({ needs }) => needs), filterable, outer: [] }] : [])];
  }

  /** Whether each column of one arm is the column of the same name in the others; NULL is of any name. */
  private agree(arms: readonly Level[]): boolean {
    const needy = arms.filter((arm) => this.partsOf(arm).some(({ needs }) => needs.length > 0));
    const [first = [], ...others] = needy.map((arm) => arm.query.targets.filter(({ hidden }) => !hidden).map(({ expression }) => sourceName(expression, arm)));
    return others.every((names) => names.every((name, index) => name === ANY_NAME || first[index] === ANY_NAME || name === first[index]));
  }

  /** Functions that read by name, or that return protected rows as a value; statistics. */
  private judgeCalls(level: Level): void {
    const { query } = level;
    const functionsInFrom = new Set(query.ranges.flatMap(({ node }) => children(node, 'functions').map((item) => child(item, 'funcexpr'))));
    for (const range of query.ranges) {
      if (this.rows.listed.size > 0 && range.kind === 'relation' && range.relationOid !== undefined && this.facts.isStatistics(range.relationOid)) {
        this.violations.push({ escape: 'statistics', table: this.facts.nameOf(range.relationOid), view: undefined, listed: true });
      }
    }
    walk(query.node, (node, depth) => {
      if (node.tag === 'QUERY' && depth > 0) return false;
      if (node.tag !== 'FUNCEXPR') return true;
      const oid = integer(node, 'funcid');
      const name = `${this.facts.function(oid)?.name ?? 'a function'}()`;
      if (this.facts.readsByName(oid)) this.violations.push({ escape: 'function', table: name, view: undefined, listed: this.rows.listed.size > 0 });
      const returned = functionsInFrom.has(node) ? undefined : this.facts.returnedRelation(oid);
      const needs = returned !== undefined && this.facts.function(oid)?.returnsSet ? this.needsOf(returned) : [];
      this.refuse({ needs }, 'function');
      return true;
    });
  }
}

const ANY_NAME = Symbol('NULL');

/** The name of the column that an expression is; undefined for what is computed. */
function sourceName(expression: TreeNode, level: Level): string | typeof ANY_NAME | undefined {
  if (isNull(expression)) return ANY_NAME;
  const column = plainColumn(expression, outwards(level));
  return column?.levelsUp === 0 ? level.query.ranges[column.varno - 1]?.columnNames[column.number - 1] : undefined;
}

/** A part as the query around sees it: a CTE's may be read from further in than it is declared. */
function outward(part: Part, levelsUp: number): Part {
  return part.outer.length === 0 ? part : { ...part, outer: part.outer.map((column) => ({ ...column, levelsUp: column.levelsUp - 1 + levelsUp })) };
}

/** The nodes of this query's own that a column belongs to. */
/** Whether an expression is made of a column of that name, or of another table's columns; NULL is of any. */
function isNamed(expression: TreeNode, name: string, table: number, { query }: Level): boolean {
  if (isNull(expression)) return true;
  let named = false;
  walk(expression, (node) => {
    const column = columnReference(node);
    const range = column?.levelsUp === 0 ? query.ranges[column.varno - 1] : undefined;
    if (column && range) {
      named ||= range.columnNames[column.number - 1] === name || column.number === 0;
      named ||= range.kind === 'relation' && range.relationOid !== table;
    }
    return !named;
  });
  return named;
}

function isNull(expression: TreeNode): boolean {
  return expression.tag === 'CONST' && flag(expression, 'constisnull');
}

/** Whether a node's rows are of no other tables than another's. */
function isOfFamilies({ part }: TieNode, { part: { needs } }: TieNode): boolean {
  return part.needs.every(({ family }) => needs.some((need) => need.family === family));
}

function owners(ties: Ties, { levelsUp, varno, number }: PlainColumn): readonly TieNode[] {
  return levelsUp > 0 ? [] : ties.nodes.filter((node) => node.varno === varno && (number < 0 ? node.part.columns === undefined : hasColumn(node.part, number)));
}

/** The ranges below each join that has an alias of its own. */
function aliasedJoins({ query }: Level): readonly (readonly number[])[] {
  const find = (item: FromItem): (readonly number[])[] => {
    if (!item.join) return [];
    const below = [...find(item.join.left), ...find(item.join.right)];
    return child(item.join.node, 'alias') ? [rangesIn(item), ...below] : below;
  };
  return query.from.flatMap(find);
}

function restricts({ restricts: ranges }: Condition, varno: number): boolean {
  return ranges === undefined || ranges.has(varno);
}

/** The ranges that an outer join may leave out. */
function optionalRanges(level: Level): ReadonlySet<number> {
  return new Set(conditionsOf(level).flatMap(({ restricts: ranges }) => [...(ranges ?? [])]));
}

/** The result's columns that are plain ones of this query's ranges; those that RETURNING gives, for a change. */
function outputColumns(level: Level): ReadonlyMap<number, PlainColumn> {
  const { command, targets, returning } = level.query;
  const found = new Map<number, PlainColumn>();
  for (const { hidden, number, expression } of command === 'select' ? targets : returning) {
    const column = hidden ? undefined : plainColumn(expression, outwards(level));
    if (column?.levelsUp === 0) found.set(number, column);
  }
  return found;
}

/** The columns of the result that are what rows are grouped by; none where there are several groupings. */
function groupKeys(node: TreeNode): ReadonlySet<number> {
  if (children(node, 'groupingSets').length > 0) return NO_COLUMNS;
  const keys = new Set(children(node, 'groupClause').map((group) => integer(group, 'tleSortGroupRef')));
  return new Set(children(node, 'targetList').filter((target) => keys.has(integer(target, 'ressortgroupref'))).map((target) => integer(target, 'resno')));
}

function columnsIn(columns: ReadonlyMap<number, PlainColumn>, nodes: readonly TieNode[]): ReadonlySet<number> {
  const isOf = ({ varno, number }: PlainColumn): boolean => nodes.some((node) => node.varno === varno && hasColumn(node.part, number));
  return new Set([...columns].filter(([, column]) => isOf(column)).map(([number]) => number));
}

function armsOf(operation: SetOperation): readonly number[] {
  return operation.kind === 'range' ? [operation.varno] : [...armsOf(operation.left), ...armsOf(operation.right)];
}

function columnsOf(parts: readonly Part[]): ReadonlySet<number> {
  return new Set(parts.flatMap(({ columns }) => [...(columns ?? [])]));
}

function common(sets: readonly ReadonlySet<number>[]): ReadonlySet<number> {
  const [first = NO_COLUMNS, ...others] = sets;
  return new Set([...first].filter((number) => others.every((set) => set.has(number))));
}

function isInsert(action: TreeNode): boolean {
  return integer(action, 'commandType') === 3;
}
