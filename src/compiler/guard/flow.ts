/**
 * The proof: what a filter at the hooks makes of each set of rows in a statement.
 *
 * A set is closed where each of its rows comes through a WHERE (or the ON of an inner join) whose
 * outermost conjunct is a probe: directly, or by way of a subquery, a CTE, an inner join or both
 * arms of a set operation. The rules are the functions below, one for each kind of node; what none
 * of them proves is open. `rows.ts` has the three answers and how they combine.
 */
import type { FuncCall, JoinExpr, Node, RangeFunction, RangeVar, SelectStmt, SubLink, WithClause } from 'libpg-query';
import { type Catalog, findFunctions, type PgFunction } from '../../catalog/index.js';
import { alwaysReturnsRow } from './aggregates.js';
import { columnsOf } from './columns.js';
import { innerConditions, needsBothRows, tieIn } from './conditions.js';
import { findLinks, type Item, type Tie } from './links.js';
import { selectsFrom } from './ranges.js';
import { both, closed, open, outerJoin, product, sealed, via, type Rows } from './rows.js';
import { ctesOf, EMPTY_SCOPE, findCte, openScope, type Cte, type Scope } from './scope.js';
import { asSelect, conjuncts, functionName, namesOf, rootWithClause, sublinksIn, tableName, walk } from './tree.js';

/** One statement that changes rows. */
export interface Change {
  readonly kind: 'INSERT' | 'UPDATE' | 'DELETE' | 'MERGE';
  /** The table whose rows are changed. */
  readonly target: string;
  readonly node: object;
  readonly rows: Rows;
}

/** Functions of PostgreSQL's own that read tables or files, by their names. */
const READS = /^(?:pg_|lo_|ts_(?:stat|rewrite)$|(?:query|table|cursor|schema|database)_to_xml)/;

/** Whether a function can be called with so many arguments. */
function takes({ argumentTypeOids, defaults, variadic }: PgFunction, count: number): boolean {
  return count >= argumentTypeOids.length - defaults - (variadic ? 1 : 0) && (variadic || count <= argumentTypeOids.length);
}

export class FlowAnalysis {
  private rowsByNode = new Map<object, Rows>();
  /** What recursive CTEs are taken for, by their queries, while and after they are judged. */
  private readonly assumed = new Map<Node, Rows>();
  private readonly busy = new Set<Node>();

  constructor(
    private readonly isProbe: (node: Node) => boolean,
    /** Whether the guard is about a table, by the name that `tableName` gives it. */
    private readonly isGuarded: (table: string) => boolean,
    private readonly catalog: Catalog,
  ) {}

  /** The rows that a statement returns. */
  resultOf(root: Node): Rows {
    const stmt = asSelect(root);
    return stmt ? this.select(stmt, EMPTY_SCOPE) : (this.change(root, EMPTY_SCOPE)?.rows ?? open());
  }

  /** Every change that a statement makes, those of its CTEs first. */
  changesOf(root: Node, outer: Scope = EMPTY_SCOPE): readonly Change[] {
    const own = this.change(root, outer);
    const nested = ctesOf(rootWithClause(root), outer).flatMap((cte) => this.changesOf(cte.query, cte.scope));
    return own ? [...nested, own] : nested;
  }

  /** What was found for a SELECT, a FROM item or a changing statement; undefined where it has no part in the result. */
  rowsOf(node: object): Rows | undefined {
    return this.rowsByNode.get(node);
  }

  private remember(node: object, find: () => Rows): Rows {
    const known = this.rowsByNode.get(node);
    if (known) return known;
    const rows = find();
    this.rowsByNode.set(node, rows);
    return rows;
  }

  /** The rows of a SELECT that stands in this scope. */
  select(stmt: SelectStmt, outer: Scope): Rows {
    return this.remember(stmt, () => {
      const scope = openScope(stmt.withClause, outer);
      const { larg, rarg } = stmt;
      if (larg && rarg) {
        const rows = both(this.select(larg, scope), this.select(rarg, scope), 'every arm');
        return rows.flow === 'sealed' ? this.constant([stmt.sortClause, stmt.limitCount, stmt.limitOffset], scope, rows) : rows;
      }
      return this.block(stmt, scope);
    });
  }

  private block(stmt: SelectStmt, scope: Scope): Rows {
    const source = this.source(stmt.fromClause ?? [], stmt.whereClause, undefined, scope);
    if (source.flow === 'open') return source;
    const { fromClause, whereClause, withClause: _, ...outputs } = stmt;
    if (source.flow === 'sealed') return this.constant([outputs, fromClause, whereClause], scope, source);
    return alwaysReturnsRow(stmt, scope, this.catalog) ? this.constant(outputs, scope, source) : source;
  }

  /** Rows that are there whatever the filter says: sealed, unless a subquery in them reads past it. */
  private constant(expressions: unknown, scope: Scope, source: Rows): Rows {
    const inner = sublinksIn(expressions).flatMap((link) => this.subquery(link, scope) ?? []);
    return inner.map((rows) => via('subquery', rows)).reduce((all, next) => both(all, next), sealed(source.through));
  }

  private subquery(link: SubLink, scope: Scope): Rows | undefined {
    const stmt = asSelect(link.subselect);
    return stmt && this.select(stmt, scope);
  }

  /** The rows that FROM and WHERE let through; in an UPDATE or DELETE, with the target's rows. */
  private source(from: readonly Node[], where: Node | undefined, target: Item | undefined, scope: Scope): Rows {
    const sides = from.map((node) => this.fromItem(node, scope));
    if (conjuncts(where).some(this.isProbe)) return closed('where');
    const all = product(target ? [target.rows, ...sides] : sides);
    const ties = [...conjuncts(where), ...from.flatMap(innerConditions)].flatMap((condition) => this.ties(condition, scope));
    const kept = ties.length > 0 && all.flow !== 'closed' ? closed('condition', [...all.leaks, ...all.joined]) : all;
    if (kept.flow !== 'closed') return kept;

    const items = [...(target ? [target] : []), ...from.flatMap((node) => this.items(node, scope))];
    const links = findLinks(items, from, where, ties, scope, this.catalog);
    const isAbout = (item: Item): boolean => item === target || item.rows.leaks.some(this.isGuarded);
    const loose = links.any ? links.unlinked.filter(isAbout) : items;
    const leaks = loose.flatMap((item) => item.rows.leaks);
    return leaks.length > 0 ? open(...leaks) : kept;
  }

  /** The subqueries of a condition without which it is never true: EXISTS, IN, `= ANY` and `=`. */
  private ties(condition: Node, scope: Scope): Tie[] {
    const [link, test] = tieIn(condition) ?? [];
    const subquery = asSelect(link?.subselect);
    return link && subquery && this.select(subquery, scope).flow === 'closed' ? [{ test, subquery }] : [];
  }

  private fromItem(node: Node, scope: Scope): Rows {
    const content: object | undefined = Object.values(node)[0];
    return this.remember(content ?? node, () => {
      if ('RangeVar' in node) return this.range(node.RangeVar, scope);
      if ('JoinExpr' in node) return this.join(node.JoinExpr, scope);
      if ('RangeSubselect' in node) {
        const stmt = asSelect(node.RangeSubselect.subquery);
        return stmt ? via('subquery', this.select(stmt, scope)) : open();
      }
      if ('RangeFunction' in node) return this.functionCall(node.RangeFunction);
      if ('RangeTableSample' in node && node.RangeTableSample.relation) return this.fromItem(node.RangeTableSample.relation, scope);
      // XMLTABLE and JSON_TABLE take apart a value that is given to them.
      return 'RangeTableFunc' in node || 'JsonTable' in node ? sealed(undefined) : open();
    });
  }

  private range(range: RangeVar, scope: Scope): Rows {
    const cte = findCte(range, scope);
    return cte ? via('cte', this.cte(cte)) : open(tableName(range));
  }

  /** A function in FROM: one of PostgreSQL's own makes its rows from its arguments, any other may read tables. */
  private functionCall(range: RangeFunction): Rows {
    const reading: string[] = [];
    walk(range.functions, (type, node) => {
      if (type === 'FuncCall') {
        const { funcname, args = [] }: FuncCall = node;
        const { schema, name } = functionName(funcname);
        // One that the catalog does not know is refused by PostgreSQL.
        const builtin = findFunctions(this.catalog, schema, name).filter((found) => takes(found, args.length)).every((found) => found.builtin);
        if (!builtin || READS.test(name)) reading.push(`${name}()`);
      }
      return type !== 'SubLink';
    });
    return reading.length > 0 ? open(...reading) : sealed(undefined);
  }

  private join(join: JoinExpr, scope: Scope): Rows {
    const left = join.larg ? this.fromItem(join.larg, scope) : open();
    const right = join.rarg ? this.fromItem(join.rarg, scope) : open();
    switch (join.jointype) {
      case 'JOIN_INNER':
        return conjuncts(join.quals).some(this.isProbe) ? closed('join') : product([left, right]);
      case 'JOIN_LEFT':
        return outerJoin(left, right);
      case 'JOIN_RIGHT':
        return outerJoin(right, left);
      default:
        return both(left, right);
    }
  }

  /** The items of a FROM entry; an inner join with the hook in its ON is one closed item. */
  private items(node: Node, scope: Scope): Item[] {
    if ('JoinExpr' in node) {
      const join = node.JoinExpr;
      const sides = [join.larg, join.rarg].flatMap((side) => (side ? this.items(side, scope) : []));
      const guarded = join.jointype === 'JOIN_INNER' && conjuncts(join.quals).some(this.isProbe);
      if (!guarded) return sides;
      const names = new Set(sides.flatMap((side) => [...side.names]));
      const columns = new Set(sides.flatMap((side) => [...side.columns]));
      return [{ names, rows: this.fromItem(node, scope), columns }];
    }
    if ('RangeTableSample' in node && node.RangeTableSample.relation) return this.items(node.RangeTableSample.relation, scope);
    return [{ names: namesOf(node), rows: this.fromItem(node, scope), columns: new Set(columnsOf(node, scope, this.catalog).names) }];
  }

  private cte(cte: Cte): Rows {
    const assumed = this.assumed.get(cte.query);
    // What it joined is its own; here, it is rows like any others.
    if (assumed) return { ...assumed, joined: [] };
    // A cycle that is not a plain recursion: PostgreSQL refuses it.
    if (this.busy.has(cte.query)) return open(cte.name);
    this.busy.add(cte.query);
    const stmt = asSelect(cte.query);
    const rows = stmt ? this.cteSelect(cte, stmt) : (this.change(cte.query, cte.scope)?.rows ?? open());
    this.busy.delete(cte.query);
    return rows;
  }

  private cteSelect(cte: Cte, stmt: SelectStmt): Rows {
    const { larg, rarg } = stmt;
    if (!cte.recursive || !larg || !rarg || !selectsFrom(rarg, cte.name)) return this.select(stmt, cte.scope);
    const scope = openScope(stmt.withClause, cte.scope);
    const seed = this.select(larg, scope);
    const rows = this.recursion(cte, seed, (assumed) => this.assuming(cte, assumed, () => this.select(rarg, scope)));
    this.assumed.set(cte.query, rows);
    this.select(rarg, scope);
    this.rowsByNode.set(stmt, rows);
    return rows;
  }

  /**
   * A recursion adds rows to those that it starts with. It is closed where each step has a guard
   * of its own, and where a step reads no table: then each row stems from a guarded one.
   */
  private recursion(cte: Cte, seed: Rows, step: (assumed: Rows) => Rows): Rows {
    if (seed.flow === 'open') return seed;
    const alone = step(open(cte.name));
    if (seed.flow === 'closed' && alone.flow === 'closed') return seed;
    const next = step(seed);
    if (next.flow === 'open') return next;
    if (next.joined.length > 0) return open(...next.joined);
    return both(seed, next);
  }

  private assuming(cte: Cte, rows: Rows, find: () => Rows): Rows {
    const kept = this.rowsByNode;
    this.rowsByNode = new Map(kept);
    this.assumed.set(cte.query, rows);
    const found = find();
    this.assumed.delete(cte.query);
    this.rowsByNode = kept;
    return found;
  }

  /** What a changing statement changes: closed where only rows that passed the filter make it change one. */
  private change(node: Node, outer: Scope): Change | undefined {
    if ('InsertStmt' in node) {
      const { selectStmt } = node.InsertStmt;
      return this.changed('INSERT', node.InsertStmt, outer, (scope) => {
        const stmt = asSelect(selectStmt);
        const source = stmt ? this.select(stmt, scope) : open();
        // New rows are no copy of a guarded row unless a guarded statement has just taken it out.
        return source.taken ? source : open();
      });
    }
    if ('UpdateStmt' in node) {
      const { fromClause = [], whereClause } = node.UpdateStmt;
      return this.changed('UPDATE', node.UpdateStmt, outer, (scope, target) => this.source(fromClause, whereClause, target, scope));
    }
    if ('DeleteStmt' in node) {
      const { usingClause = [], whereClause } = node.DeleteStmt;
      return this.changed('DELETE', node.DeleteStmt, outer, (scope, target) => this.source(usingClause, whereClause, target, scope));
    }
    if (!('MergeStmt' in node)) return undefined;
    const { sourceRelation, joinCondition, mergeWhenClauses = [] } = node.MergeStmt;
    return this.changed('MERGE', node.MergeStmt, outer, (scope, target) =>
      sourceRelation && mergeWhenClauses.every(needsBothRows) ? this.source([sourceRelation], joinCondition, target, scope) : open(),
    );
  }

  private changed(
    kind: Change['kind'],
    stmt: { readonly relation?: RangeVar; readonly withClause?: WithClause },
    outer: Scope,
    find: (scope: Scope, target: Item) => Rows,
  ): Change {
    const { relation = {} } = stmt;
    const target = tableName(relation);
    const rows = this.remember(stmt, () => {
      const node = { RangeVar: relation };
      // A CTE of the table's name does not stand for the table that is changed.
      const columns = new Set(columnsOf(node, EMPTY_SCOPE, this.catalog).names);
      const source = find(openScope(stmt.withClause, outer), { names: namesOf(node), rows: open(target), columns });
      return source.flow === 'closed' ? { ...source, taken: true } : open(target);
    });
    return { kind, target, node: stmt, rows };
  }
}
