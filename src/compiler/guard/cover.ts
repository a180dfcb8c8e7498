/**
 * The second half of the proof: what a narrower filter makes of protected rows.
 *
 * A relation is protected where `guard.require` lists it, or where the statement's hooks are about it.
 * Each of its rows must come through a hook of the query that reads it, or be tied to a row that does
 * by the equality of a column of each. Where neither is so, the query around may still filter the row;
 * where none does, or where rows were mixed before any could, that is a violation.
 */
import { type Catalog, familyOf, heldBy, nameOf } from '../../catalog/index.js';
import { allLevels, definitionOf } from '../analysis/index.js';
import type { Condition, Level, LevelRange, Sublink, TreeNode } from '../analysis/index.js';
import type { Escape, Violation } from '../query.js';
import { judgeCalls, relationsOf } from './tables.js';
import { type Covered, judgeHook, judgeTarget } from './judges.js';
import { combined, mixed, resultParts } from './result.js';
import { CLEAN, type Need, NO_COLUMNS, type Part, type Protected, restricts, type TieNode, Ties } from './ties.js';

export class Cover {
  readonly violations: Violation[] = [];
  private readonly known = new Map<Level, readonly Part[]>();

  constructor(
    private readonly probes: ReadonlyMap<TreeNode, unknown>,
    readonly catalog: Catalog,
    readonly rows: Protected,
  ) {}

  /** Judges a whole statement. */
  judge(root: Level): readonly Violation[] {
    for (const level of allLevels(root)) judgeCalls(level, this);
    // Changes are made whether or not anything reads what they return.
    for (const level of allLevels(root)) if (level.query.command !== 'select') this.partsOf(level);
    for (const part of this.partsOf(root)) this.refuse(part.filterable ? 'untied' : 'mixed', part.needs);
    return this.violations;
  }

  /** The rows get past every filter. */
  readonly refuse = (escape: Escape, rows: readonly Omit<Violation, 'escape'>[]): void => {
    this.violations.push(...rows.map(({ table, view, listed }) => ({ escape, table, view, listed })));
  };

  /** The needs of a relation's rows: of each protected one that they are, or are made of. */
  readonly needsOf = (oid: number): readonly Need[] =>
    [...heldBy(oid, this.catalog)].flatMap((held): Need[] => {
      const listed = this.rows.listed.has(held) || (this.rows.listed.size > 0 && this.catalog.relations.get(held) === undefined);
      if (!listed && !this.rows.about.has(held)) return [];
      const view = held === oid ? undefined : nameOf(oid, this.catalog);
      return [{ oid: held, table: nameOf(held, this.catalog), view, family: familyOf(held, this.catalog), listed }];
    });

  /** The parts of a query's result. */
  readonly partsOf = (level: Level): readonly Part[] => {
    const known = this.known.get(level);
    if (known) return known;
    // What a recursion reads of itself while it is judged: rows without a guard of their own.
    this.known.set(level, []);
    const { setOperations } = level.query;
    const parts = setOperations ? combined(level, this) : mixed(level, this.block(level), this.catalog);
    // What a change has read and done, no query around it can filter any more.
    const isDone = level.query.command !== 'select';
    if (isDone) for (const part of parts) this.refuse('untied', part.needs);
    const held = isDone ? parts.map((part) => ({ ...part, needs: [] })) : parts;
    this.known.set(level, held);
    return held;
  };

  private block(level: Level): readonly Part[] {
    const ties = new Ties(level, this.catalog);
    const { conditions } = level;
    for (const range of level.from) for (const part of this.rangeParts(range)) ties.add({ ...part, range }, !range.optional);
    for (const sublink of level.sublinks) this.addSublink(ties, sublink, conditions);
    // In LATERAL, a range's rows must equal a neighbour's.
    for (const node of ties.nodes) if (node.range) ties.bind(node, () => node.range?.optional === false);
    for (const condition of conditions) ties.tieBy(condition);

    const covered = this.cover(ties, conditions);
    judgeTarget(ties, covered, this);
    return resultParts(ties, covered, this);
  }

  private rangeParts(range: LevelRange): readonly Part[] {
    if (range.kind === 'relation' && this.isView(range.relationOid)) return this.definedParts(range.relationOid);
    const parts = range.behind && range.cte?.recursive !== true ? this.partsOf(range.behind) : [];
    if (range.view !== undefined) return this.viewParts(range.view, parts);
    if (parts.length > 0) return parts;
    const relations = relationsOf(range, this.catalog);
    // Several functions in one ROWS FROM put their rows side by side, by nothing but their number.
    return [{ ...CLEAN, needs: relations.flatMap(this.needsOf), filterable: relations.length < 2 }];
  }

  private isView(oid: number | undefined): oid is number {
    return oid !== undefined && /view$/i.test(this.catalog.relations.get(oid)?.kind ?? '');
  }

  /** PostgreSQL expands neither materialized views nor what stands in them, so their definitions are read here. */
  private definedParts(oid: number): readonly Part[] {
    const relation = this.catalog.relations.get(oid);
    const level = relation && definitionOf(relation);
    if (level === undefined) return [{ ...CLEAN, columns: NO_COLUMNS, needs: this.needsOf(oid), filterable: false }];
    return this.viewParts(oid, this.partsOf(level));
  }

  /** Messages name the view that rows are read through. A view that is listed itself, or that reads such a one, is like a table. */
  private viewParts(view: number, parts: readonly Part[]): readonly Part[] {
    const name = nameOf(view, this.catalog);
    const through = parts.map((part) => ({ ...part, needs: part.needs.map((need) => ({ ...need, view: name })) }));
    const own = this.needsOf(view).find(({ oid, listed }) => listed && this.isView(oid));
    if (own === undefined) return through;
    const filterable = parts.every((part) => part.filterable);
    return [{ ...CLEAN, needs: [own, ...through.flatMap(({ needs }) => needs)], filterable }];
  }

  /** A subquery in an expression, with what ties its rows to those around it. */
  private addSublink(ties: Ties, sublink: Sublink, conditions: readonly Condition[]): void {
    const condition = conditions.find(({ node }) => node === sublink.node);
    for (const part of this.partsOf(sublink.level)) {
      // Without guard.require it is no secret that hidden rows exist, and a condition or EXISTS tells no more.
      const isSecret = sublink.kind !== 'exists' && sublink.clause !== 'where' && sublink.clause !== 'HAVING';
      const node = { ...part, sublink, needs: part.needs.filter(({ listed }) => isSecret || listed) };
      ties.add(node, condition?.enforced === true);
      // An EXISTS that must be true keeps only rows that equal one of its own.
      ties.bind(node, ({ range }) => condition !== undefined && sublink.kind === 'exists' && restricts(condition, range));
    }
  }

  /** What a hook of this query judges, and what is tied to that. */
  private cover(ties: Ties, conditions: readonly Condition[]): Covered {
    const guarded = ties.nodes.filter((node) => node.guarded && (node.sublink === undefined || node.needs.length === 0));
    const judged: TieNode[] = [];
    for (const { node, ranges } of conditions) {
      if (!this.probes.has(node)) continue;
      const domain = ties.nodes.filter(({ range }) => range && ranges.includes(range.varno));
      judged.push(...domain);
      const about = judgeHook(ties, domain, this);
      if (ties.hold(about)) guarded.push(...about);
      // Nothing ties them, so the hook may be about any one of them: what is tied to one passes only if it is of the same tables.
      else judged.push(...about.flatMap((seed) => [...ties.reach([seed])].filter((other) => isOfFamilies(other, seed))));
    }
    const guards = ties.reach(guarded);
    return { rows: new Set([...guards, ...judged]), guards };
  }
}

/** Whether a node's rows are of no other tables than another's. */
function isOfFamilies({ needs }: TieNode, other: TieNode): boolean {
  return needs.every(({ family }) => other.needs.some((need) => need.family === family));
}
