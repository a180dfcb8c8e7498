/**
 * The queries of a statement, each with the query around it and how it is nested there.
 *
 * Invariant: every query of a statement is a level, and every node that PostgreSQL may evaluate is of a
 * known kind: nothing can be proven about an unknown one, so it throws `UnreadableTree`.
 */
import { child, children, integer } from './fields.js';
import { armsOf, type FromItem, type Join, type Query, queryOf, type Range } from './query.js';
import { type TreeNode, UnreadableTree } from './read.js';
import { walk } from './walk.js';

/** How a query is nested in the one around it. */
export type EntryPoint =
  | { readonly kind: 'root' }
  | { readonly kind: 'range'; readonly varno: number }
  | { readonly kind: 'cte'; readonly name: string; readonly recursive: boolean }
  | { readonly kind: 'sublink'; readonly clause: Clause };

export interface Level {
  readonly query: Query;
  readonly outer: Level | undefined;
  readonly entry: EntryPoint;
  /** The ranges of FROM and USING by `varno`, including the changed table of an UPDATE, DELETE or MERGE. */
  readonly from: readonly number[];
  /** The views among its ranges, by `varno`: `pg_class.oid`. */
  readonly views: ReadonlyMap<number, number>;
  /** The queries of its ranges, by `varno`, and of its CTEs, by name. */
  readonly ranges: ReadonlyMap<number, Level>;
  readonly ctes: ReadonlyMap<string, Level>;
  /** The subqueries in its own expressions. */
  readonly sublinks: readonly Sublink[];
}

export type SublinkKind = 'exists' | 'all' | 'any' | 'rowCompare' | 'expression' | 'multiple' | 'array' | 'cte';

export interface Sublink {
  readonly node: TreeNode;
  readonly kind: SublinkKind;
  /** What is compared with its rows. */
  readonly test: TreeNode | undefined;
  /** The clause that contains it. */
  readonly clause: Clause;
  readonly level: Level;
}

export type Clause =
  | 'from'
  | 'where'
  | 'select list'
  | 'SET'
  | 'ORDER BY'
  | 'GROUP BY'
  | 'HAVING'
  | 'LIMIT'
  | 'WINDOW'
  | 'RETURNING'
  | 'ON CONFLICT'
  | 'WHEN'
  | 'VALUES list';

const KINDS: readonly SublinkKind[] = ['exists', 'all', 'any', 'rowCompare', 'expression', 'multiple', 'array', 'cte'];

/** Every kind of node in a query that can be planned, from PostgreSQL 14 to 18. */
const KNOWN = new Set(
  `AGGREF ALIAS ARRAYCOERCEEXPR ARRAYEXPR BOOLEANTEST BOOLEXPR CASEEXPR CASETESTEXPR CASEWHEN COALESCEEXPR COERCETODOMAIN
  COERCETODOMAINVALUE COERCEVIAIO COLLATEEXPR COMMONTABLEEXPR CONST CONVERTROWTYPEEXPR CTECYCLECLAUSE CTESEARCHCLAUSE CURRENTOFEXPR
  DISTINCTEXPR FIELDSELECT FIELDSTORE FROMEXPR FUNCEXPR GROUPINGFUNC GROUPINGSET INFERENCEELEM JOINEXPR JSONBEHAVIOR
  JSONCONSTRUCTOREXPR JSONEXPR JSONFORMAT JSONISPREDICATE JSONRETURNING JSONTABLEPATH JSONTABLEPATHSCAN JSONTABLESIBLINGJOIN
  JSONVALUEEXPR MERGEACTION MERGESUPPORTFUNC MINMAXEXPR NAMEDARGEXPR NEXTVALUEEXPR NULLIFEXPR NULLTEST ONCONFLICTEXPR OPEXPR PARAM
  QUERY RANGETBLENTRY RANGETBLFUNCTION RANGETBLREF RELABELTYPE RETURNINGEXPR ROWCOMPAREEXPR ROWEXPR ROWMARKCLAUSE
  RTEPERMISSIONINFO SCALARARRAYOPEXPR SETOPERATIONSTMT SETTODEFAULT SORTGROUPCLAUSE SQLVALUEFUNCTION SUBLINK SUBSCRIPTINGREF
  TABLEFUNC TABLESAMPLECLAUSE TARGETENTRY VAR WINDOWCLAUSE WINDOWFUNC WINDOWFUNCRUNCONDITION WITHCHECKOPTION XMLEXPR`.split(/\s+/),
);

export function assertKnown(tag: string): true {
  if (!KNOWN.has(tag)) throw new UnreadableTree(`this version does not know PostgreSQL's ${tag}`);
  return true;
}

/** The levels of a whole statement. `written` is the same statement before its views were expanded, which still names them. */
export function levelsOf(query: Query, written: Query | undefined): Level {
  walk(query.node, ({ tag }) => assertKnown(tag));
  return levelOf(query, written, undefined, { kind: 'root' });
}

function levelOf(query: Query, written: Query | undefined, outer: Level | undefined, entry: EntryPoint): Level {
  const from = [...query.from.flatMap(rangesIn), ...(query.command === 'merge' ? [query.resultRelation] : [])];
  const ranges = new Map<number, Level>();
  const views = new Map<number, number>();
  const ctes = new Map<string, Level>();
  const sublinks: Sublink[] = [];
  const level: Level = { query, outer, entry, from, views, ranges, ctes, sublinks };
  for (const { name, query: inner, recursive } of query.ctes) {
    const before = written?.ctes.find((cte) => cte.name === name)?.query;
    ctes.set(name, levelOf(inner, before, level, { kind: 'cte', name, recursive }));
  }
  for (const range of query.ranges) {
    if (!range.subquery) continue;
    // An expanded range keeps its place; PostgreSQL 14 and 15 then no longer say which view it was.
    const before = written?.ranges[range.varno - 1];
    const view = before?.kind === 'relation' ? before.relationOid : range.relationOid;
    if (view !== undefined) views.set(range.varno, view);
    ranges.set(range.varno, levelOf(range.subquery, before?.subquery, level, { kind: 'range', varno: range.varno }));
  }
  const inOrder = written ? subqueriesIn(written) : [];
  for (const { clause, node } of subqueriesIn(query)) sublinks.push(sublinkOf(node, clause, inOrder[sublinks.length]?.node, level));
  return level;
}

/** The subqueries in a query's own expressions; rewriting keeps their order and appends new ones. */
function subqueriesIn(query: Query): readonly { readonly clause: Clause; readonly node: TreeNode }[] {
  const found: { clause: Clause; node: TreeNode }[] = [];
  for (const [clause, value] of clausesOf(query, query.from.flatMap(rangesIn))) {
    walk(value, (node) => {
      if (node.tag === 'SUBLINK') found.push({ clause, node });
      return node.tag !== 'QUERY';
    });
  }
  return found;
}

/** The ranges below an item of FROM, without those of joins themselves. */
export function rangesIn(item: FromItem): readonly number[] {
  return item.join ? [...rangesIn(item.join.left), ...rangesIn(item.join.right)] : [item.varno];
}

/** The joins below items of FROM, outer ones first. */
export function joinsIn(items: readonly FromItem[]): readonly Join[] {
  return items.flatMap(({ join }) => (join ? [join, ...joinsIn([join.left, join.right])] : []));
}

/** The sides of a join that it may leave out. */
export function optionalSides({ kind, left, right }: Join): readonly FromItem[] {
  return { inner: [], left: [right], right: [left], full: [left, right] }[kind];
}

/** The ranges that an outer join may leave out. */
export function optionalRanges({ query }: Level): ReadonlySet<number> {
  return new Set(joinsIn(query.from).flatMap(optionalSides).flatMap(rangesIn));
}

function sublinkOf(node: TreeNode, clause: Clause, written: TreeNode | undefined, level: Level): Sublink {
  const kind = KINDS[integer(node, 'subLinkType')];
  const subquery = child(node, 'subselect');
  if (kind === undefined || subquery === undefined) throw new UnreadableTree('the server sent a subquery of an unknown kind');
  const before = written && child(written, 'subselect');
  const inner = levelOf(queryOf(subquery), before && queryOf(before), level, { kind: 'sublink', clause });
  return { node, kind, test: child(node, 'testexpr'), clause, level: inner };
}

/** The expressions of a query, each with its clause. */
function clausesOf(query: Query, from: readonly number[]): readonly (readonly [Clause, TreeNode])[] {
  const { node, command, targets } = query;
  const one = (clause: Clause, name: string): [Clause, TreeNode][] => {
    const value = child(node, name);
    return value ? [[clause, value]] : [];
  };
  const some = (clause: Clause, name: string): [Clause, TreeNode][] => children(node, name).map((value) => [clause, value]);
  const groups = new Set(children(node, 'groupClause').map((group) => integer(group, 'tleSortGroupRef')));
  const target = (hidden: boolean, reference: number): Clause =>
    hidden
      ? groups.has(reference)
        ? 'GROUP BY'
        : 'ORDER BY'
      : command === 'update'
        ? 'SET'
        : command === 'insert'
          ? 'VALUES list'
          : 'select list';
  const grouped = query.ranges.filter(({ kind }) => kind === 'group').flatMap(({ columns }) => columns);
  return [
    ...query.ranges
      .filter(({ varno }) => from.includes(varno))
      .map(({ kind, node: range }): [Clause, TreeNode] => [kind === 'values' ? 'VALUES list' : 'from', range]),
    ...some('VALUES list', 'withCheckOptions'),
    ...one('where', 'jointree'),
    ...one('where', 'mergeJoinCondition'),
    ...targets.map((each): [Clause, TreeNode] => [target(each.hidden, integer(each.node, 'ressortgroupref')), each.expression]),
    ...grouped.flatMap((expression): [Clause, TreeNode][] => (expression ? [['GROUP BY', expression]] : [])),
    ...some('RETURNING', 'returningList'),
    ...one('HAVING', 'havingQual'),
    ...one('LIMIT', 'limitCount'),
    ...one('LIMIT', 'limitOffset'),
    ...some('WINDOW', 'windowClause'),
    ...one('ON CONFLICT', 'onConflict'),
    ...some('WHEN', 'mergeActionList'),
  ];
}

/** The queries of a level and of those around it, from the inside out. */
export function outwards(level: Level): readonly Query[] {
  const queries: Query[] = [];
  for (let at: Level | undefined = level; at; at = at.outer) queries.push(at.query);
  return queries;
}

/** The level of a CTE that a range reads. */
export function cteOf(level: Level, name: string, levelsUp: number): Level | undefined {
  let at: Level | undefined = level;
  for (let up = levelsUp; up > 0; up--) at = at?.outer;
  return at?.ctes.get(name);
}

/** The query whose rows a range is: a subquery, or a CTE. */
export function queryBehind(range: Range | undefined, level: Level): Level | undefined {
  return range?.cte ? cteOf(level, range.cte.name, range.cte.levelsUp) : range && level.ranges.get(range.varno);
}

/** The queries whose rows are those of a query: its arms, or itself. */
export function armLevels(level: Level): readonly Level[] {
  const { setOperations } = level.query;
  return setOperations ? armsOf(setOperations).flatMap((varno) => level.ranges.get(varno) ?? []) : [level];
}

/** Every level of a statement, from the outside in. */
export function* allLevels(level: Level): Generator<Level> {
  yield level;
  for (const inner of [...level.ctes.values(), ...level.ranges.values(), ...level.sublinks.map((sublink) => sublink.level)])
    yield* allLevels(inner);
}
