/**
 * The queries of a statement, each with the query around it and how it is nested there.
 *
 * Invariant: every query of a statement is a level, and every node that PostgreSQL may evaluate is of a
 * known kind: nothing can be proven about an unknown one, so it throws `UnreadableTree`.
 */
import { child, children, integer, walk } from './fields.js';
import { type Condition, conditionsOf, joinsIn, optionalIn, rangesIn, scannedBy } from './from.js';
import { armsOf, named, type Query, queryOf, type Range } from './query.js';
import { field, type TreeNode, UnreadableTree } from './read.js';

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
  /** The range with `varno` n is `ranges[n - 1]`. */
  readonly ranges: readonly LevelRange[];
  /** The ranges of FROM and USING, including the changed table of an UPDATE, DELETE or MERGE. */
  readonly from: readonly LevelRange[];
  /** The range that is changed. */
  readonly target: LevelRange | undefined;
  readonly conditions: readonly Condition[];
  /** The queries whose rows are those of a query: its arms, or itself. */
  readonly arms: readonly Level[];
  /** The queries of its CTEs, by name. */
  readonly ctes: ReadonlyMap<string, Level>;
  /** The subqueries in its own expressions. */
  readonly sublinks: readonly Sublink[];
}

export interface LevelRange extends Range {
  /** The query that it is a range of. */
  readonly level: Level;
  /** Whether an outer join may leave it out. */
  readonly optional: boolean;
  /** `pg_class.oid` of a view that was expanded. */
  readonly view: number | undefined;
  /** The query whose rows it is: a subquery, or a CTE. */
  readonly behind: Level | undefined;
}

export interface Sublink {
  readonly node: TreeNode;
  readonly kind: (typeof KINDS)[number];
  /** What is compared with its rows. */
  readonly test: TreeNode | undefined;
  /** The clause that contains it. */
  readonly clause: Clause;
  readonly level: Level;
}

const KINDS = ['exists', 'all', 'any', 'rowCompare', 'expression', 'multiple', 'array', 'cte'] as const;

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

/** The levels of a whole statement. `written` is the same statement before its views were expanded, which still names them. */
export function levelsOf(query: Query, written?: Query): Level {
  walk(query.node, ({ tag }) => {
    if (!KNOWN.has(tag)) throw new UnreadableTree(`this version does not know PostgreSQL's ${tag}`);
    return true;
  });
  return levelOf(query, written, undefined, { kind: 'root' });
}

function levelOf(query: Query, written: Query | undefined, outer: Level | undefined, entry: EntryPoint): Level {
  const optional = new Set(joinsIn(query.from).flatMap(optionalIn));
  const ranges: LevelRange[] = [];
  const ctes = new Map<string, Level>();
  const sublinks: Sublink[] = [];
  const level: Level = {
    ...{ query, outer, entry, ranges, ctes, sublinks, conditions: conditionsOf(query) },
    get from() {
      return scannedBy(query).flatMap((varno) => ranges[varno - 1] ?? []);
    },
    get target() {
      return ranges[query.resultRelation - 1];
    },
    get arms() {
      const { setOperations } = query;
      return setOperations ? armsOf(setOperations).flatMap((varno) => ranges[varno - 1]?.behind ?? []) : [level];
    },
  };
  for (const { name, query: inner, recursive } of query.ctes) {
    const before = written?.ctes.find((cte) => cte.name === name)?.query;
    ctes.set(name, levelOf(inner, before, level, { kind: 'cte', name, recursive }));
  }
  for (const range of query.ranges) {
    const { varno, subquery, cte, relationOid } = range;
    // An expanded range keeps its place; PostgreSQL 14 and 15 then no longer say which view it was.
    const before = written?.ranges[varno - 1];
    const inner = subquery && levelOf(subquery, before?.subquery, level, { kind: 'range', varno });
    const view = before?.kind === 'relation' ? before.relationOid : relationOid;
    ranges.push({
      ...{ ...range, level, optional: optional.has(varno), view: subquery && view },
      // A recursive CTE is read before all of it is known.
      get behind() {
        return cte ? levelAt(level, cte.levelsUp)?.ctes.get(cte.name) : inner;
      },
    });
  }
  const inOrder = written ? subqueriesIn(written) : [];
  for (const [index, { query: inner, ...sublink }] of subqueriesIn(query).entries()) {
    const inside = levelOf(inner, inOrder[index]?.query, level, { kind: 'sublink', clause: sublink.clause });
    sublinks.push({ ...sublink, level: inside });
  }
  return level;
}

/** The subqueries in a query's own expressions; rewriting keeps their order and appends new ones. */
function subqueriesIn(query: Query): readonly (Omit<Sublink, 'level'> & { readonly query: Query })[] {
  const found: (Omit<Sublink, 'level'> & { readonly query: Query })[] = [];
  for (const [clause, value] of clausesOf(query)) {
    walk(value, (node) => {
      if (node.tag !== 'SUBLINK') return node.tag !== 'QUERY';
      const kind = named(KINDS, integer(node, 'subLinkType'), 'a subquery');
      const inner = child(node, 'subselect');
      if (!inner) throw new UnreadableTree('the server sent a subquery without a query');
      found.push({ node, kind, test: child(node, 'testexpr'), clause, query: queryOf(inner) });
      return true;
    });
  }
  return found;
}

type Clause = ReturnType<typeof clausesOf>[number][0];

/** The expressions of a query, each with its clause. */
function clausesOf(query: Query) {
  const { node, command, ranges, targets } = query;
  const listed = new Set(query.from.flatMap(rangesIn));
  const groups = new Set(children(node, 'groupClause').map((group) => integer(group, 'tleSortGroupRef')));
  const shown = command === 'update' ? 'SET' : command === 'insert' ? 'VALUES list' : 'select list';
  const hidden = (target: TreeNode) => (groups.has(integer(target, 'ressortgroupref')) ? 'GROUP BY' : 'ORDER BY');
  const inFields = <Name extends string>(clause: Name, ...names: readonly string[]) =>
    names.map((name) => [clause, field(node, name)] as const);
  return [
    ...ranges
      .filter(({ varno }) => listed.has(varno))
      .map((range) => [range.kind === 'values' ? 'VALUES list' : 'from', range.node] as const),
    ...inFields('VALUES list', 'withCheckOptions'),
    ...inFields('where', 'jointree', 'mergeJoinCondition'),
    ...targets.map((each) => [each.hidden ? hidden(each.node) : shown, each.expression] as const),
    ...ranges.filter(({ kind }) => kind === 'group').map((range) => ['GROUP BY', range.node] as const),
    ...inFields('RETURNING', 'returningList'),
    ...inFields('HAVING', 'havingQual'),
    ...inFields('LIMIT', 'limitCount', 'limitOffset'),
    ...inFields('WINDOW', 'windowClause'),
    ...inFields('ON CONFLICT', 'onConflict'),
    ...inFields('WHEN', 'mergeActionList'),
  ];
}

/** The level that is so many queries further out. */
export function levelAt(level: Level | undefined, levelsUp: number): Level | undefined {
  return levelsUp === 0 ? level : levelAt(level?.outer, levelsUp - 1);
}

/** Whether a query is another one, or around it. */
export function isAround(outer: Level, level: Level | undefined): boolean {
  return level !== undefined && (outer === level || isAround(outer, level.outer));
}

/** Every level of a statement, from the outside in. */
export function* allLevels(level: Level): Generator<Level> {
  yield level;
  const { ctes, ranges, sublinks } = level;
  const ofRanges = ranges.flatMap(({ subquery, behind }) => (subquery && behind) ?? []);
  for (const inner of [...ctes.values(), ...ofRanges, ...sublinks.map((sublink) => sublink.level)]) yield* allLevels(inner);
}
