/**
 * Which items of a FROM clause are tied to the guarded ones by a condition.
 *
 * A join with a guarded item yields nothing where the filter lets nothing through; but where no
 * condition ties the two, one row that passes brings every row of the other with it. This is what
 * is refused here, for a table that the guard is about: `unlinked` names the items without a tie.
 * A tie is taken at its word: whether `a.owner = b.owner` is narrow enough is the author's to say.
 */
import type { ColumnRef, Node, SelectStmt } from 'libpg-query';
import type { Catalog } from '../../catalog/index.js';
import { isFromOutside, walkLevels } from './ranges.js';
import type { Rows } from './rows.js';
import type { Scope } from './scope.js';
import { columnParts, conjuncts, hasStar, namesOf, qualifierOf } from './tree.js';

/** One item of a FROM clause, or the target of an UPDATE or DELETE. */
export interface Item {
  readonly names: ReadonlySet<string>;
  readonly rows: Rows;
  /** The columns that it surely has. */
  readonly columns: ReadonlySet<string | undefined>;
}

/** A subquery in a condition that keeps only rows tied to a guarded one: `id IN (SELECT …)`. */
export interface Tie {
  /** What is compared with the subquery's rows. */
  readonly test: Node | undefined;
  readonly subquery: SelectStmt;
}

export interface Links {
  /** The items that no condition ties to a closed item, or to one of the ties. */
  readonly unlinked: readonly Item[];
  /** Whether there is anything guarded to be tied to. */
  readonly any: boolean;
}

/** `from` and `where` are those that the items come from. */
export function findLinks(
  items: readonly Item[],
  from: readonly Node[],
  where: Node | undefined,
  ties: readonly Tie[],
  scope: Scope,
  catalog: Catalog,
): Links {
  const groups = new Groups(items.length);
  const guarded = new Set(items.flatMap((item, index) => (item.rows.flow === 'closed' ? [index] : [])));
  const mentioned = (value: unknown): Set<number> => mentions(value, items, scope, catalog);
  const connect = (condition: Node | undefined): void => {
    for (const conjunct of conjuncts(condition)) groups.join(mentioned(conjunct));
  };

  connect(where);
  const connectWithin = (node: Node): void => {
    if (!('JoinExpr' in node)) {
      // Only a LATERAL item can name its neighbours.
      groups.join(new Set([...mentioned(node), ...named(node, items)]));
      return;
    }
    const { quals, usingClause, isNatural, larg, rarg } = node.JoinExpr;
    connect(quals);
    if (usingClause || isNatural) groups.join(new Set([...named(larg, items), ...named(rarg, items)]));
    for (const side of [larg, rarg]) if (side) connectWithin(side);
  };
  from.forEach(connectWithin);
  for (const tie of ties) {
    const tied = new Set([...mentioned(tie.test), ...mentioned([{ SelectStmt: tie.subquery }])]);
    groups.join(tied);
    for (const index of tied) guarded.add(index);
  }

  const roots = new Set([...guarded].map((index) => groups.root(index)));
  const unlinked = items.filter((_, index) => !roots.has(groups.root(index)));
  return { unlinked, any: guarded.size > 0 };
}

/** The indexes of the items below a FROM node, by name. */
function named(node: Node | undefined, items: readonly Item[]): number[] {
  const names = node ? namesOf(node) : new Set();
  return items.flatMap((item, index) => ([...item.names].some((name) => names.has(name)) ? [index] : []));
}

/**
 * The items whose columns an expression names, in its subqueries too. An unqualified column counts
 * only where an item surely has it: it may as well be that of a query around this one, or of a
 * subquery whose columns are not all known.
 */
function mentions(value: unknown, items: readonly Item[], scope: Scope, catalog: Catalog): Set<number> {
  const found = new Set<number>();
  walkLevels(value, scope, catalog, (type, column, levels) => {
    if (type !== 'ColumnRef' || !levels.every((ranges) => isFromOutside(column, ranges))) return true;
    for (const index of ownersOf(column, items)) found.add(index);
    return true;
  });
  return found;
}

function ownersOf(column: ColumnRef, items: readonly Item[]): readonly number[] {
  const qualifier = qualifierOf(column);
  const [name] = columnParts(column);
  return items.flatMap(({ names, columns }, index) => {
    const isOwner = qualifier === undefined ? !hasStar(column) && columns.has(name) : names.has(qualifier);
    return isOwner ? [index] : [];
  });
}

/** Sets of indexes that are merged. */
class Groups {
  private readonly parent: number[];

  constructor(size: number) {
    this.parent = Array.from({ length: size }, (_, index) => index);
  }

  root(index: number): number {
    const parent = this.parent[index];
    return parent === undefined || parent === index ? index : this.root(parent);
  }

  join(indexes: ReadonlySet<number>): void {
    const [first, ...others] = indexes;
    if (first === undefined) return;
    for (const other of others) this.parent[this.root(other)] = this.root(first);
  }
}
