/**
 * The second half of the proof: what a narrower filter makes of protected rows.
 *
 * A row of a protected relation (one that `guard.require` lists, or that the statement's hooks are
 * about) comes through a hook of its own query, or is tied to one that does by the equality of a
 * column of each; what a query around could still filter is left to it, and what is left at last, or
 * was mixed before, is a violation.
 */
import {
  allLevels,
  conditionsOf,
  definitionOf,
  equalitiesOf,
  flag,
  levelsOf,
  outwards,
  plainColumn,
  queryBehind,
  rangesIn,
} from '../analysis/index.js';
import type { Condition, Equality, FromItem, Level, PlainColumn, Range, Sublink, TreeNode } from '../analysis/index.js';
import type { Escape, Violation } from '../query.js';
import { isChanged } from './changed.js';
import type { Facts } from './facts.js';
import { type Covered, type Judge, judgeCalls, judgeDomain, judgeTarget, type Protected } from './judges.js';
import { combined, type Context, mixed } from './mixing.js';
import { hasColumn, type Need, NO_COLUMNS, type OuterColumn, outward, type Part } from './parts.js';
import { resultParts } from './result.js';
import { type TieNode, Ties } from './ties.js';

const CLEAN: Part = { columns: undefined, guarded: false, needs: [], filterable: true, outer: [] };

export class Cover implements Judge, Context {
  readonly violations: Violation[] = [];
  private readonly known = new Map<Level, readonly Part[]>();

  constructor(
    private readonly isProbe: (node: TreeNode) => boolean,
    readonly facts: Facts,
    readonly rows: Protected,
  ) {}

  /** Judges a whole statement. */
  judge(root: Level): readonly Violation[] {
    for (const level of allLevels(root)) judgeCalls(level, this);
    // Changes are made whether or not anything reads what they return.
    for (const level of allLevels(root)) if (level.query.command !== 'select') this.partsOf(level);
    for (const part of this.partsOf(root)) this.refuse(part, part.filterable ? 'untied' : 'mixed');
    return this.violations;
  }

  readonly report = (violation: Violation): void => void this.violations.push(violation);

  readonly refuse = ({ needs }: Pick<Part, 'needs'>, escape: Escape): void => {
    for (const { table, view, listed } of needs) this.report({ escape, table, view, listed });
  };

  /** The needs of a relation's rows: of each protected one that they are, or are made of. */
  readonly needsOf = (oid: number): readonly Need[] =>
    [...this.facts.held(oid)].flatMap((held): Need[] => {
      const listed = this.rows.listed.has(held) || (this.rows.listed.size > 0 && this.facts.relation(held) === undefined);
      if (!listed && !this.rows.about.has(held)) return [];
      const view = held === oid ? undefined : this.facts.nameOf(oid);
      return [{ oid: held, table: this.facts.nameOf(held), view, family: this.facts.family(held), listed }];
    });

  /** The parts of a query's result. */
  readonly partsOf = (level: Level): readonly Part[] => {
    const known = this.known.get(level);
    if (known) return known;
    // What a recursion reads of itself while it is judged: rows without a guard of their own.
    this.known.set(level, []);
    const { setOperations } = level.query;
    const parts = setOperations ? combined(level, setOperations, this) : mixed(level, this.block(level), this.facts);
    const held = level.query.command === 'select' ? parts : this.settled(parts);
    this.known.set(level, held);
    return held;
  };

  /** No query around filters what a change has read and done. */
  private settled(parts: readonly Part[]): readonly Part[] {
    for (const part of parts) this.refuse(part, 'untied');
    return parts.map((part) => ({ ...part, needs: [] }));
  }

  private block(level: Level): readonly Part[] {
    const ties = new Ties();
    for (const varno of level.from) {
      const range = level.query.ranges[varno - 1];
      for (const part of range ? this.rangeParts(range, level) : []) ties.add({ varno, part });
    }
    const conditions = conditionsOf(level);
    for (const sublink of level.sublinks) this.addSublink(ties, sublink, conditions);
    const outer = new Map<TieNode, OuterColumn[]>();
    for (const node of ties.nodes) outer.set(node, node.part.outer.filter(({ levelsUp }) => levelsUp > 0).slice());
    // LATERAL: a range whose rows must equal a neighbour's.
    const optional = new Set(level.query.from.flatMap(optionalRanges));
    for (const node of ties.nodes) if (node.varno !== undefined) ties.bind(node, () => !optional.has(node.varno ?? 0));
    for (const condition of conditions) this.tieColumns(ties, condition, level, outer);

    const covered = this.cover(ties, conditions, level);
    judgeTarget(ties, covered, level, this);
    return resultParts(ties, covered, outer, level, this);
  }

  private rangeParts(range: Range, level: Level): readonly Part[] {
    const relations = this.facts.relationsOf(range);
    const plain: Part = { ...CLEAN, needs: relations.flatMap((oid) => this.needsOf(oid)) };
    switch (range.kind) {
      case 'relation':
        return this.definedParts(range.relationOid) ?? [plain];
      case 'function':
        // The rows of several functions stand beside each other by their number.
        return [{ ...plain, filterable: relations.length < 2 }];
      case 'subquery':
      case 'cte': {
        if (range.cte?.recursive) return [CLEAN];
        const inner = queryBehind(range, level);
        const parts = inner ? this.partsOf(inner).map((part) => outward(part, range.cte?.levelsUp ?? 0)) : [];
        const view = level.views.get(range.varno);
        return view === undefined ? parts : this.viewParts(view, parts);
      }
      default:
        return [CLEAN];
    }
  }

  private isView(oid: number): boolean {
    return /view$/i.test(this.facts.relation(oid)?.kind ?? '');
  }

  /** A materialized view is what it reads, as a view is; those that PostgreSQL did not expand are read here. */
  private definedParts(oid: number | undefined): readonly Part[] | undefined {
    const relation = oid !== undefined && this.isView(oid) ? this.facts.relation(oid) : undefined;
    if (relation === undefined) return undefined;
    const query = definitionOf(relation);
    if (query === undefined) return [{ ...CLEAN, columns: NO_COLUMNS, needs: this.needsOf(relation.oid), filterable: false }];
    // A hook's place in the text is none in the text of a definition.
    const inside = new Cover(() => false, this.facts, this.rows);
    const parts = inside.partsOf(levelsOf(query, undefined)).map((part) => outward(part, 0));
    this.violations.push(...inside.violations);
    return this.viewParts(relation.oid, parts);
  }

  /** What a view is expanded to is read through it; one that is listed itself, or stands above such a one, is like a table. */
  private viewParts(view: number, parts: readonly Part[]): readonly Part[] {
    const name = this.facts.nameOf(view);
    const through = parts.map((part) => ({ ...part, needs: part.needs.map((need) => ({ ...need, view: name })) }));
    const [own] = this.needsOf(view).filter(({ oid, listed }) => listed && this.isView(oid));
    if (own === undefined) return through;
    const filterable = parts.every((part) => part.filterable);
    return [{ ...CLEAN, needs: [own, ...through.flatMap(({ needs }) => needs)], filterable }];
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
      // An EXISTS that must be true keeps only rows that equal one of its own.
      ties.bind(node, ({ varno }) => condition !== undefined && sublink.kind === 'exists' && restricts(condition, varno));
    }
  }

  private readonly sublinks = new Map<TieNode, Sublink>();

  private tieColumns(ties: Ties, condition: Condition, level: Level, outer: Map<TieNode, OuterColumn[]>): void {
    const isJudged = (column: PlainColumn): boolean => !isChanged(column, level, false, this.facts);
    for (const equality of equalitiesOf(condition.node, level, this.facts)) {
      if (!(equality.kind === 'subquery' ? [equality.column] : [equality.left, equality.right]).every(isJudged)) continue;
      if (equality.kind === 'subquery') {
        const { column, sublink, number } = equality;
        const rows = ties.nodes.filter((node) => this.sublinks.get(node) === sublink);
        const inner = column.number > 0 ? rows.filter((node) => hasColumn(node.part, number)) : this.isSameRow(equality, level) ? rows : [];
        for (const a of ties.ownersOf(column)) {
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
      if (left.levelsUp > 0 && right.levelsUp > 0 && condition.enforced) {
        const node: TieNode = { varno: 0, part: CLEAN };
        ties.add(node);
        outer.set(
          node,
          [left, right].map((column) => ({ ...column, binding: true })),
        );
      }
      for (const [from, to] of [
        [left, right],
        [right, left],
      ] as const) {
        if (to.levelsUp > 0 || !restricts(condition, to.varno)) continue;
        for (const node of ties.ownersOf(to)) {
          if (from.levelsUp > 0) outer.get(node)?.push({ ...from, binding: true });
          else for (const other of ties.ownersOf(from)) if (other !== node) ties.tie(other, node);
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

  /** A system column says nothing of a row but for `ctid`, and that only within one table without children. */
  private mayTie(left: PlainColumn, right: PlainColumn, level: Level, rightLevel = level): boolean {
    if (left.number > 0 && right.number > 0) return true;
    if (left.number !== -1 || right.number !== -1) return false;
    const tableOf = ({ levelsUp, varno }: PlainColumn, from: Level): number | undefined => {
      const { node, relationOid = 0 } = outwards(from)[levelsUp]?.ranges[varno - 1] ?? {};
      const isAlone = node && (!flag(node, 'inh') || this.facts.kin(relationOid).every((kin) => kin === relationOid));
      return isAlone && this.facts.relation(relationOid)?.kind === 'table' ? relationOid : undefined;
    };
    const table = tableOf(left, level);
    return table !== undefined && table === tableOf(right, rightLevel);
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
      judgeDomain(ties, needy, listed, domain, level, this);
      const about = listed.length > 0 ? listed : needy.length > 0 ? needy : domain;
      if (ties.hold(about)) guarded.push(...about);
      // Where the hook may be about one of several that nothing ties, each speaks for its own table only.
      else for (const seed of about) for (const node of ties.reach([seed])) if (isOfFamilies(node, seed)) judged.add(node);
    }
    const guards = ties.reach(guarded);
    return { rows: new Set([...guards, ...judged]), guards };
  }
}

/** Whether a node's rows are of no other tables than another's. */
function isOfFamilies({ part }: TieNode, { part: { needs } }: TieNode): boolean {
  return part.needs.every(({ family }) => needs.some((need) => need.family === family));
}

function restricts({ restricts: ranges }: Condition, varno: number): boolean {
  return ranges === undefined || ranges.has(varno);
}

/** The ranges that an outer join may leave out. */
function optionalRanges({ join }: FromItem): readonly number[] {
  if (!join) return [];
  const { kind, left, right } = join;
  const isOptional = (side: FromItem, keptBy: 'left' | 'right'): readonly number[] =>
    kind === 'inner' || kind === keptBy ? optionalRanges(side) : rangesIn(side);
  return [...isOptional(left, 'left'), ...isOptional(right, 'right')];
}
