/**
 * The parts that a query's rows are made of, and the graph of those that its equalities tie to one another.
 *
 * Invariant: where an edge leads from one part to another, a row of the second stands beside a row of
 * the first only if a column of each is equal, by the equality of an index, which PostgreSQL enforces.
 */
import type { Catalog } from '../../catalog/index.js';
import { equalitiesOf, plainColumn, unmatchedCommands, writtenBy } from '../analysis/index.js';
import type { Column, Condition, Equality, Level, LevelRange, Sublink } from '../analysis/index.js';
import type { Violation } from '../query.js';
import { isOneTable } from './tables.js';

/** A column of an outer query that a part's rows must equal. */
export interface OuterColumn extends Column {
  /** Whether no row comes without the equality. A count has a row even where nothing is equal. */
  readonly binding: boolean;
}

/** Rows of a protected relation for which no filter has been found yet; a violation, where none ever is. */
export interface Need extends Omit<Violation, 'escape'> {
  readonly oid: number;
  readonly family: number;
}

/**
 * Some of what each row of a query is made of. Equalities tie all of it together: whatever filters one
 * of its columns, or ties one of them to filtered rows, does so for the whole part.
 */
export interface Part {
  /** The columns of the result that are plain columns of it; undefined is every one. */
  readonly columns: ReadonlySet<number> | undefined;
  /** The columns of the result that are made of some of its own, plain ones among them; without, `columns`. */
  readonly shown?: ReadonlySet<number>;
  /** Whether its rows came through a hook, so that whatever is tied to them did, too. */
  readonly guarded: boolean;
  readonly needs: readonly Need[];
  /** Whether a filter further out can still tell its rows apart, because nothing mixed or counted them. */
  readonly filterable: boolean;
  readonly outer: readonly OuterColumn[];
}

/** Rows that nothing needs to filter. */
export const CLEAN: Part = { columns: undefined, guarded: false, needs: [], filterable: true, outer: [] };

/** The tables whose rows a narrower filter must keep apart, by OID. */
export interface Protected {
  /** The relations that `guard.require` lists, and all that share rows with them. */
  readonly listed: ReadonlySet<number>;
  /** Those that the hooks are about, likewise. */
  readonly about: ReadonlySet<number>;
  /** Whether the statement has a hook: then the rows that it changes must be tied to it, too. */
  readonly hooked: boolean;
}

export function hasColumn({ columns }: Part, number: number): boolean {
  return columns === undefined ? number > 0 : columns.has(number);
}

/** Whether a filter around can be about it: a column of the result is made of it, and has a name, which no other has. */
export function isShown({ columns, shown = columns }: Part, names: readonly string[]): boolean {
  const isUnique = (name: string | undefined): boolean => name !== '?column?' && names.filter((other) => other === name).length === 1;
  return shown === undefined || [...shown].some((number) => isUnique(names[number - 1]));
}

/** Whether a value that is made of a column is made of this part; 0 is the whole row. */
export function makes({ columns, shown = columns }: Part, number: number): boolean {
  return shown === undefined || shown.has(number) || (number === 0 && shown.size > 0);
}

export const NO_COLUMNS: ReadonlySet<number> = new Set();

/** A part of rows that may be there without the equalities. */
export function unbound(part: Part): Part {
  return { ...part, outer: part.outer.map((column) => ({ ...column, binding: false })) };
}

export interface TieNode extends Part {
  /** The range or the subquery in an expression that it belongs to; a condition has none. */
  readonly range?: LevelRange;
  readonly sublink?: Sublink;
}

type Side = Equality[number];

export class Ties {
  readonly nodes: TieNode[] = [];
  private readonly edges = new Map<TieNode, Set<TieNode>>();
  private readonly outer = new Map<TieNode, readonly OuterColumn[]>();

  constructor(
    readonly level: Level,
    private readonly catalog: Catalog,
  ) {}

  /** `always` says whether no row of the query comes without one of the node's. */
  add(node: TieNode, always: boolean): void {
    this.nodes.push(node);
    this.edges.set(node, new Set());
    const { outer } = always ? node : unbound(node);
    this.outer.set(
      node,
      outer.filter((column) => this.isOuter(column)),
    );
  }

  private tie(from: TieNode, to: TieNode): void {
    if (from !== to) this.edges.get(from)?.add(to);
  }

  /** The nodes that a column belongs to. `ctid` belongs to whatever has it, though no query around could name it. */
  private ownersOf(side: Side, isCtid = side.number < 0): readonly TieNode[] {
    const has = (node: TieNode): boolean => (isCtid ? 'sublink' in side || !node.columns : hasColumn(node, side.number));
    return this.nodes.filter((node) => ('sublink' in side ? node.sublink === side.sublink : node.range === side.range) && has(node));
  }

  /** Ties what a condition makes equal. */
  tieBy(condition: Condition): void {
    for (const [left, right] of equalitiesOf(condition.node, this.level, this.catalog)) {
      const isCtid = left.number === -1 && this.isSameRow(left, right);
      const isUnfit = (side: Side): boolean =>
        (side.number <= 0 && !isCtid) || ('range' in side && isChanged(side, this.level, false, this.catalog));
      if (isUnfit(left) || isUnfit(right)) continue;
      this.lead(left, right, condition, isCtid);
      this.lead(right, left, condition, isCtid);
      // A subquery may tie two columns of the query around it.
      if ('range' in right && this.isOuter(left) && this.isOuter(right) && condition.enforced) {
        const outer = [left, right].map((column) => ({ ...column, binding: true }));
        this.add({ ...CLEAN, outer }, true);
      }
    }
  }

  /** Ties the owners of a column, or the column itself where it is an outer query's, to the owners of one that the condition filters. */
  private lead(from: Side, to: Side, condition: Condition, isCtid: boolean): void {
    if ('range' in to && (this.isOuter(to) || !restricts(condition, to.range))) return;
    for (const node of this.ownersOf(to, isCtid)) {
      if ('range' in from && this.isOuter(from))
        this.outer.set(node, [...(this.outer.get(node) ?? []), { ...from, binding: condition.enforced }]);
      for (const owner of this.ownersOf(from, isCtid)) this.tie(owner, node);
    }
  }

  private isOuter({ range }: Column): boolean {
    return range.level !== this.level;
  }

  /** A system column says nothing of a row but for `ctid`, and that only within one table without children, or a subquery that reads nothing else. */
  private isSameRow(...sides: readonly Side[]): boolean {
    const tables = sides.map((side) => {
      const isAlone = 'range' in side || side.sublink.level.from.length === 1;
      const column = 'range' in side ? side : outputColumns(side.sublink.level, this.catalog).get(side.number);
      return isAlone && column?.number === -1 && isOneTable(column.range, this.catalog) ? column.range.relationOid : undefined;
    });
    return tables[0] !== undefined && tables[0] === tables[1];
  }

  /** Ties a node to the neighbours that its rows must equal, and them to it where they have no rows without one of its own. */
  bind(node: TieNode, isBound: (column: OuterColumn) => boolean): void {
    for (const column of node.outer) {
      for (const neighbour of this.ownersOf(column)) {
        this.tie(neighbour, node);
        if (column.binding && isBound(column)) this.tie(node, neighbour);
      }
    }
  }

  /** All that is tied to one of the nodes, directly or by way of others, and they themselves. */
  reach(seeds: Iterable<TieNode>): ReadonlySet<TieNode> {
    const reached = new Set(seeds);
    for (const node of reached) for (const next of this.edges.get(node) ?? []) reached.add(next);
    return reached;
  }

  /** Whether one of the nodes reaches all of them. */
  hold(nodes: readonly TieNode[]): boolean {
    return nodes.length < 2 || nodes.some((node) => nodes.every((other) => this.reach([node]).has(other)));
  }

  /** The columns of outer queries that a node's rows must equal, directly or by way of others. */
  around(node: TieNode): readonly OuterColumn[] {
    return this.nodes.filter((other) => this.reach([other]).has(node)).flatMap((other) => this.outer.get(other) ?? []);
  }

  /**
   * The ranges in groups: those that are tied both ways, and those that only they lead to, the optional side of outer joins. What several
   * groups lead to is a group of its own, because a filter on one of them leaves in what the others bring.
   */
  groups(): readonly { readonly own: readonly TieNode[]; readonly hanging: readonly TieNode[] }[] {
    const ranges = this.nodes.filter(({ sublink }) => sublink === undefined);
    const reached = new Map(ranges.map((node) => [node, this.reach([node])]));
    const leads = (from: TieNode, to: TieNode): boolean => reached.get(from)?.has(to) === true;
    const isTwoWay = (one: TieNode, other: TieNode): boolean => leads(one, other) && leads(other, one);
    const heads = ranges.filter((node, index) => ranges.findIndex((other) => isTwoWay(other, node)) === index);
    const tops = heads.filter((head) => !heads.some((other) => other !== head && leads(other, head)));
    const membersOf = (head: TieNode): readonly TieNode[] => ranges.filter((node) => isTwoWay(head, node));
    // The head of the group that each head's ranges are in.
    const groupOf = (head: TieNode): TieNode => {
      const [top = head, second] = tops.filter((each) => leads(each, head));
      return second ? head : top;
    };
    return heads
      .filter((head) => groupOf(head) === head)
      .map((head) => ({
        own: membersOf(head),
        hanging: heads.filter((other) => other !== head && groupOf(other) === head).flatMap(membersOf),
      }));
  }
}

export function restricts({ restricts: ranges }: Condition, { varno }: LevelRange): boolean {
  return ranges === undefined || ranges.has(varno);
}

/**
 * Whether a column is one of a changed row as the change leaves it, and may differ from what it was: a hook judges
 * the row before the change, so that what the statement then writes into it ties nothing to the judged row.
 * `isReturned` says whether the reference stands in the RETURNING list of `level` itself.
 */
function isChanged({ range, number, version }: Column, level: Level, isReturned: boolean, catalog: Catalog): boolean {
  let inReturning = isReturned;
  for (let at: Level | undefined = level; at && at !== range.level; at = at.outer)
    inReturning = at.entry.kind === 'sublink' && at.entry.clause === 'RETURNING';
  const { query, target: changed } = range.level;
  if (!inReturning || changed !== range || version === 'old') return false;
  // A deleted row is returned as it was.
  if (query.command === 'delete') return version === 'new';
  const mayBeNew = unmatchedCommands(query).includes('insert');
  if (mayBeNew || writtenBy(query).some((target) => target.number === number)) return true;
  const relation = catalog.relations.get(range.relationOid ?? 0);
  const column = relation?.columns.find((candidate) => candidate.number === number);
  return !column || column.generated || (relation?.updateTriggers ?? ['']).some((body) => mayAssign(body, column.name));
}

/** The result's columns that are plain ones of this query's ranges; for a change, those of RETURNING that it leaves as they were. */
export function outputColumns(level: Level, catalog: Catalog): ReadonlyMap<number, Column> {
  const found = new Map<number, Column>();
  for (const { number, expression } of level.query.outputs) {
    const column = plainColumn(expression, level);
    if (column?.range.level === level && !isChanged(column, level, level.query.command !== 'select', catalog)) found.set(number, column);
  }
  return found;
}

/** Whether a trigger may give a column another value: not where its text neither names it nor does anything with NEW as a whole. */
function mayAssign(body: string, column: string): boolean {
  const rest = body.replaceAll(/\breturn\s+(?:new|null|old)\s*;/gi, '');
  return body === '' || /\breturn\b|\bnew\b(?!\s*\.)/i.test(rest) || rest.toLowerCase().includes(column.toLowerCase());
}
