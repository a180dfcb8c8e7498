/**
 * The first half of the proof: what a filter that refuses everything makes of each set of rows.
 *
 * A set of rows is closed if each row comes through a condition with a probe among its conjuncts:
 * directly, or by way of a subquery, a CTE, an inner join or every arm of a set operation. Each
 * function below is the rule for one kind of node, and a set that no rule proves is open.
 *
 * Invariant: `closed` and `sealed` hold for every database. If the filter lets nothing through, a
 * closed set is empty. A sealed set may have rows, such as `count(*)` of a closed set or a VALUES
 * list, but they reveal nothing about any table.
 */
import { type Catalog, nameOf } from '../../catalog/index.js';
import { alwaysReturnsRow, conjuncts, integer, items, neededSubquery, overwrites, unmatchedCommands, walk } from '../analysis/index.js';
import type { FromItem, Level, LevelRange, SetOperation, Sublink, TreeNode } from '../analysis/index.js';
import type { Through } from '../query.js';
import { callOf, mayRead } from './tables.js';
import { isAbout } from './about.js';

export interface Rows {
  readonly flow: 'closed' | 'sealed' | 'open';
  /** What the hook stands in; undefined for rows that no hook has to do with, such as constants. */
  readonly through: Through | undefined;
  /** Whether each row was touched by a guarded UPDATE or DELETE. */
  readonly taken: boolean;
  /** The tables that are read past the filter: by open rows alone, by closed ones only beside a row that passed it, by a join. */
  readonly tables: readonly string[];
}

export class Flow {
  constructor(
    private readonly probes: ReadonlyMap<TreeNode, unknown>,
    private readonly catalog: Catalog,
    /** Recursive CTEs that are being judged are among it, with what they are taken for meanwhile. */
    private readonly known = new Map<Level, Rows>(),
  ) {}

  targetOf({ target }: Level): string {
    return nameOf(target?.relationOid ?? 0, this.catalog);
  }

  /** The rows that a query returns. */
  rowsOf(level: Level): Rows {
    const known = this.known.get(level);
    if (known) return known;
    const rows = level.query.command === 'select' ? this.select(level) : this.change(level);
    this.known.set(level, rows);
    return rows;
  }

  private select(level: Level): Rows {
    const { setOperations } = level.query;
    if (setOperations) {
      const { entry } = level;
      const rows =
        entry.kind === 'cte' && entry.recursive && setOperations.kind !== 'range'
          ? this.recursion(level, setOperations)
          : this.arms(level, setOperations);
      return rows.flow === 'sealed' ? this.constant(level.sublinks, rows) : rows;
    }
    const source = this.source(level);
    if (source.flow === 'open') return source;
    if (source.flow === 'sealed') return this.constant(level.sublinks, source);
    const shown = level.sublinks.filter(({ clause }) => clause !== 'from' && clause !== 'where');
    return alwaysReturnsRow(level.query) ? this.constant(shown, source) : source;
  }

  private arms(level: Level, operation: SetOperation): Rows {
    if (operation.kind !== 'range') return both(this.arms(level, operation.left), this.arms(level, operation.right), 'every arm');
    const arm = level.ranges[operation.varno - 1]?.behind;
    return arm ? this.rowsOf(arm) : open();
  }

  /**
   * A recursion adds rows to those that it starts with. It is closed if it starts with closed rows,
   * and if each step has a hook of its own or reads nothing but the rows so far.
   */
  private recursion(level: Level, { left, right }: Exclude<SetOperation, { kind: 'range' }>): Rows {
    const seed = this.arms(level, left);
    if (seed.flow === 'open') return seed;
    const stepOn = (rows: Rows): Rows =>
      new Flow(this.probes, this.catalog, new Map([...this.known, [level, { ...rows, tables: [] }]])).arms(level, right);
    const alone = stepOn(open());
    if (seed.flow === 'closed' && alone.flow === 'closed') return seed;
    const next = stepOn(seed);
    if (next.flow === 'open') return next;
    return next.tables.length > 0 ? open(...next.tables) : both(seed, next);
  }

  /** Rows that exist whatever the filter says. They are sealed unless a subquery in them reads past the filter. */
  private constant(sublinks: readonly Sublink[], source: Rows): Rows {
    return sublinks.map(({ level }) => via('subquery', this.rowsOf(level))).reduce((all, next) => both(all, next), sealed(source.through));
  }

  /** The rows that FROM and WHERE let through. */
  private source(level: Level): Rows {
    const { conditions } = level;
    if (conditions.some(({ node, place }) => place === 'where' && this.probes.has(node))) return closed('where');
    const all = product(level.query.from.map((item) => this.item(item, level)));
    if (all.flow === 'closed') return all;
    const isTied = conditions.some(({ node, enforced }) => enforced && this.isTie(node, level));
    return isTied ? closed('condition', all.tables) : all;
  }

  /** Whether a condition needs a row from a closed subquery that is about the row at hand. */
  private isTie(condition: TreeNode, level: Level): boolean {
    const sublink = neededSubquery(condition, level, this.catalog)?.sublink;
    return sublink !== undefined && this.rowsOf(sublink.level).flow === 'closed' && isAbout(condition, sublink, this.catalog);
  }

  private item({ varno, join }: FromItem, level: Level): Rows {
    if (!join) return this.range(level.ranges[varno - 1]);
    const { kind, left, right, condition } = join;
    const [a, b] = [this.item(left, level), this.item(right, level)];
    if (kind === 'inner') return conjuncts(condition).some((node) => this.probes.has(node)) ? closed('join') : product([a, b]);
    if (kind === 'full') return both(a, b);
    return kind === 'left' ? outerJoin(a, b) : outerJoin(b, a);
  }

  private range(range: LevelRange | undefined): Rows {
    if (range?.behind) return via(range.cte ? 'cte' : 'subquery', this.rowsOf(range.behind));
    if (range?.kind === 'function') return this.functionRows(range);
    // Their rows are made of the values that they are given.
    if (range && ['tableFunction', 'values', 'result'].includes(range.kind)) return sealed(undefined);
    return range?.relationOid === undefined ? open() : open(nameOf(range.relationOid, this.catalog));
  }

  /** PostgreSQL's own functions make their rows from their arguments; any other function may read tables. */
  private functionRows({ node }: LevelRange): Rows {
    const reading: string[] = [];
    walk(items(node, 'functions'), (inner) => {
      const oid = inner.tag === 'FUNCEXPR' ? integer(inner, 'funcid') : undefined;
      if (oid !== undefined && mayRead(oid, this.catalog)) reading.push(callOf(oid, this.catalog));
      return inner.tag !== 'SUBLINK';
    });
    return reading.length > 0 ? open(...reading) : sealed(undefined);
  }

  /** The rows that a query changes. They are closed if only rows that passed the filter are changed. */
  private change(level: Level): Rows {
    const { query, from, target } = level;
    const source = this.source(level);
    // What INSTEAD OF triggers do to a view is not known.
    const isOwn = target !== undefined && from.includes(target);
    const isTaken = {
      update: isOwn,
      delete: isOwn,
      merge: unmatchedCommands(query).length === 0,
      // New rows are accepted only as copies of rows that a guarded query has just taken out.
      insert: source.taken && !overwrites(query),
    }[query.command as string];
    return source.flow === 'closed' && isTaken ? { ...source, taken: true } : open(this.targetOf(level));
  }
}

function closed(through: Through, tables: readonly string[] = []): Rows {
  return { flow: 'closed', through, taken: false, tables };
}

function sealed(through: Through | undefined): Rows {
  return { flow: 'sealed', through, taken: false, tables: [] };
}

function open(...tables: readonly string[]): Rows {
  return { flow: 'open', through: undefined, taken: false, tables: [...new Set(tables)] };
}

/** The rows of a subquery or CTE, as the query that reads them names the way. */
function via(through: Through, rows: Rows): Rows {
  return { ...rows, through: rows.through && through };
}

/** Every combination of the rows of each: an inner join, or a FROM list. One closed set closes all. */
function product(items: readonly Rows[]): Rows {
  const empty = items.find(({ flow }) => flow === 'closed');
  if (empty === undefined) return anyOf(items);
  return { ...empty, tables: tablesOf(items), taken: items.some(({ taken }) => taken) };
}

/** Each row of `kept`, with the rows of `optional` that match it, if any. */
function outerJoin(kept: Rows, optional: Rows): Rows {
  if (kept.flow === 'closed') return { ...kept, tables: tablesOf([kept, optional]) };
  if (kept.flow === 'open') return kept;
  return optional.flow === 'open' ? optional : sealed(kept.through ?? optional.through);
}

/** The rows of both sides, as in a full join or a set operation. */
function both(left: Rows, right: Rows, through?: Through): Rows {
  const sides = [left, right];
  if (sides.some(({ flow }) => flow !== 'closed')) return anyOf(sides);
  return { ...left, through: through ?? left.through, tables: tablesOf(sides), taken: left.taken && right.taken };
}

/** Rows that are not closed: they are open if some of them are. */
function anyOf(items: readonly Rows[]): Rows {
  const opens = items.filter(({ flow }) => flow === 'open');
  return opens.length > 0 ? open(...tablesOf(opens)) : sealed(items.find(({ through }) => through !== undefined)?.through);
}

function tablesOf(items: readonly Rows[]): readonly string[] {
  return [...new Set(items.flatMap(({ tables }) => tables))];
}
