/**
 * The graph of one query: what its rows are made of, and which equalities tie one part to another.
 *
 * Invariant: an edge from a part to another says that a row of the second stands beside a row of the
 * first only where a column of each is equal, by an index's equality that PostgreSQL enforces.
 */
import type { PlainColumn } from '../analysis/index.js';
import { hasColumn, type OuterColumn, type Part } from './parts.js';

export interface TieNode {
  /** The range that it belongs to; undefined for a subquery in an expression. */
  readonly varno: number | undefined;
  readonly part: Part;
}

export class Ties {
  readonly nodes: TieNode[] = [];
  private readonly edges = new Map<TieNode, Set<TieNode>>();

  add(node: TieNode): void {
    this.nodes.push(node);
    this.edges.set(node, new Set());
  }

  tie(from: TieNode, to: TieNode): void {
    this.edges.get(from)?.add(to);
  }

  /** The nodes that a column of the query's own belongs to. */
  ownersOf({ levelsUp, varno, number }: PlainColumn): readonly TieNode[] {
    const has = ({ part }: TieNode): boolean => (number < 0 ? part.columns === undefined : hasColumn(part, number));
    return levelsUp > 0 ? [] : this.nodes.filter((node) => node.varno === varno && has(node));
  }

  /** Ties a node to the neighbours a column of which its rows must equal, and them to it where they have no rows without one. */
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

  /** The ranges in groups of those that are tied both ways, each with what hangs on it alone: the optional side of outer joins. */
  groups(): readonly Group[] {
    const ranges = this.nodes.filter(({ varno }) => varno !== undefined);
    const reached = new Map(ranges.map((node) => [node, this.reach([node])]));
    const leads = (from: TieNode, to: TieNode): boolean => reached.get(from)?.has(to) === true;
    const heads = ranges.filter((node, index) => !ranges.some((other, at) => at < index && leads(other, node) && leads(node, other)));
    const above = new Map(heads.map((head) => [head, heads.filter((other) => other !== head && leads(other, head))]));
    const tops = heads.filter((head) => above.get(head)?.length === 0);
    const topsOf = (head: TieNode): readonly TieNode[] => tops.filter((top) => above.get(head)?.includes(top));
    const members = (head: TieNode): readonly TieNode[] => ranges.filter((node) => leads(head, node) && leads(node, head));
    // What hangs on several is filtered by neither alone.
    const alone = heads.filter((head) => topsOf(head).length !== 1);
    return alone.map((head) => ({
      own: members(head),
      hanging: heads.filter((other) => topsOf(other).length === 1 && topsOf(other)[0] === head).flatMap(members),
    }));
  }
}

export interface Group {
  readonly own: readonly TieNode[];
  readonly hanging: readonly TieNode[];
}
