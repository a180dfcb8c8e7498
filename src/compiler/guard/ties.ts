/**
 * The graph of one query: what its rows are made of, and which equalities tie one part to another.
 *
 * Invariant: where an edge leads from one part to another, a row of the second stands beside a row of
 * the first only if a column of each is equal, by the equality of an index, which PostgreSQL enforces.
 */
import type { Column, Level, LevelRange, Sublink } from '../analysis/index.js';
import { hasColumn, type OuterColumn, type Part, unbound } from './parts.js';

export interface TieNode {
  /** The range or the subquery in an expression that the part belongs to; a condition has none. */
  readonly range?: LevelRange;
  readonly sublink?: Sublink;
  readonly part: Part;
}

/** Ranges that are tied both ways, and those that only they lead to: the optional side of outer joins. */
export interface Group {
  readonly own: readonly TieNode[];
  readonly hanging: readonly TieNode[];
}

export class Ties {
  readonly nodes: TieNode[] = [];
  private readonly edges = new Map<TieNode, Set<TieNode>>();
  private readonly outer = new Map<TieNode, readonly OuterColumn[]>();

  constructor(readonly level: Level) {}

  /** `always` says whether no row of the query comes without one of the node's. */
  add(node: TieNode, always: boolean): void {
    this.nodes.push(node);
    this.edges.set(node, new Set());
    const { outer } = always ? node.part : unbound(node.part);
    this.tieOut(node, ...outer.filter(({ range }) => range.level !== this.level));
  }

  tie(from: TieNode, to: TieNode): void {
    if (from !== to) this.edges.get(from)?.add(to);
  }

  /** Ties a node to columns of outer queries. */
  tieOut(node: TieNode, ...columns: readonly OuterColumn[]): void {
    this.outer.set(node, [...(this.outer.get(node) ?? []), ...columns]);
  }

  /** The nodes that a column of the query's own belongs to. */
  ownersOf({ range, number }: Column): readonly TieNode[] {
    const has = ({ part }: TieNode): boolean => (number < 0 ? part.columns === undefined : hasColumn(part, number));
    return this.nodes.filter((node) => node.range === range && has(node));
  }

  /** Ties a node to the neighbours that its rows must equal, and them to it where they have no rows without one of its own. */
  bind(node: TieNode, isBound: (column: OuterColumn) => boolean): void {
    for (const column of node.part.outer) {
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

  /** The ranges in groups. What several groups lead to is a group of its own, because a filter on one of them leaves in what the others bring. */
  groups(): readonly Group[] {
    const ranges = this.nodes.filter(({ sublink }) => sublink === undefined);
    const reached = new Map(ranges.map((node) => [node, this.reach([node])]));
    const leads = (from: TieNode, to: TieNode): boolean => reached.get(from)?.has(to) === true;
    const isTwoWay = (one: TieNode, other: TieNode): boolean => leads(one, other) && leads(other, one);
    const heads = ranges.filter((node, index) => !ranges.some((other, at) => at < index && isTwoWay(other, node)));
    const tops = heads.filter((head) => heads.every((other) => other === head || !leads(other, head)));
    const topsOf = (head: TieNode): readonly TieNode[] => tops.filter((top) => top !== head && leads(top, head));
    const membersOf = (head: TieNode): readonly TieNode[] => ranges.filter((node) => isTwoWay(head, node));
    const isHanging = (head: TieNode, top: TieNode): boolean => topsOf(head).length === 1 && topsOf(head)[0] === top;
    return heads
      .filter((head) => topsOf(head).length !== 1)
      .map((head) => ({ own: membersOf(head), hanging: heads.filter((other) => isHanging(other, head)).flatMap(membersOf) }));
  }
}
