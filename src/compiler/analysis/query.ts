/**
 * A `QUERY` node → the model of one query: its ranges, how they are joined, what it returns.
 *
 * Invariant: a node always gives the same `Query`, so that proofs can be cached by it. What the model
 * does not name is still in `node`.
 */
import { child, children, flag, has, integer, isNull, items, optionalInteger, text, texts } from './fields.js';
import { isList, isNode, UnreadableTree, type TreeNode } from './read.js';

export type CommandType = (typeof COMMANDS)[number];
const COMMANDS = ['select', 'update', 'insert', 'delete', 'merge', 'utility', 'nothing'] as const;

export interface Query {
  readonly node: TreeNode;
  readonly command: CommandType;
  /** The range table: the range with `varno` n is `ranges[n - 1]`. Not all of it need be in FROM. */
  readonly ranges: readonly Range[];
  readonly ctes: readonly Cte[];
  /** The range that is changed, or 0. */
  readonly resultRelation: number;
  /** FROM and USING; includes the changed range of an UPDATE or DELETE if PostgreSQL lists it there. */
  readonly from: readonly FromItem[];
  /** The condition of WHERE, or before PostgreSQL 17 of a MERGE's ON; undefined if there is none. */
  readonly where: TreeNode | undefined;
  /** The select list, or the new values of a change. */
  readonly targets: readonly Target[];
  readonly returning: readonly Target[];
  /** What it returns: its select list, or that of RETURNING, without what is hidden. */
  readonly outputs: readonly Target[];
  readonly setOperations: SetOperation | undefined;
}

/** An item of FROM, the changed table, or what PostgreSQL adds for joins and (from 18 on) groups. */
export interface Range {
  readonly node: TreeNode;
  /** From 1 on. */
  readonly varno: number;
  readonly kind: (typeof RANGES)[number];
  /** The alias or name by which the query calls it. */
  readonly name: string;
  readonly columnNames: readonly string[];
  /** `pg_class.oid` of a relation; of a view that was expanded into a subquery too, from 16 on. */
  readonly relationOid: number | undefined;
  readonly subquery: Query | undefined;
  /** For a range that reads a CTE: its name, and how many queries out it is declared. */
  readonly cte: { readonly name: string; readonly levelsUp: number; readonly recursive: boolean } | undefined;
  /** For a join: what each of its columns is made of; for a group: the grouping expressions. Column 1 comes first. */
  readonly columns: readonly (TreeNode | undefined)[];
}

export interface Cte {
  readonly name: string;
  readonly query: Query;
  /** Whether it reads itself. */
  readonly recursive: boolean;
}

export interface Join {
  readonly node: TreeNode;
  readonly kind: (typeof JOINS)[number];
  readonly left: FromItem;
  readonly right: FromItem;
  readonly condition: TreeNode | undefined;
  /** The range of the join itself. */
  readonly varno: number;
}

/** A range by its `varno`, or a join. */
export interface FromItem {
  readonly varno: number;
  readonly join: Join | undefined;
}

export interface Target {
  readonly node: TreeNode;
  readonly expression: TreeNode;
  /** The number of the result's column; for a change, of the table's. */
  readonly number: number;
  readonly name: string | undefined;
  /** Computed for ORDER BY or GROUP BY only, and not returned. */
  readonly hidden: boolean;
}

export type SetOperation =
  | { readonly kind: 'range'; readonly varno: number }
  | {
      readonly kind: 'union' | 'intersect' | 'except';
      readonly all: boolean;
      readonly left: SetOperation;
      readonly right: SetOperation;
      readonly node: TreeNode;
    };

const RANGES = ['relation', 'subquery', 'join', 'function', 'tableFunction', 'values', 'cte', 'transition', 'result', 'group'] as const;
const JOINS = ['inner', 'left', 'full', 'right'] as const;
const SETS = ['union', 'intersect', 'except'] as const;

/** What a number of PostgreSQL's stands for, counted from 0. */
export function named<Name>(names: readonly Name[], number: number, what: string): Name {
  const name = names[number];
  if (name === undefined) throw new UnreadableTree(`the server sent ${what} of an unknown kind`);
  return name;
}

const known = new WeakMap<TreeNode, Query>();

/** The model of a `QUERY` node. */
export function queryOf(node: TreeNode): Query {
  const found = known.get(node);
  if (found) return found;
  if (node.tag !== 'QUERY') throw new UnreadableTree(`a QUERY was expected, not ${node.tag}`);
  const tree = child(node, 'jointree');
  const setOperations = child(node, 'setOperations');
  const command = commandOf(node);
  const targets = children(node, 'targetList').map(targetOf);
  const returning = children(node, 'returningList').map(targetOf);
  const query: Query = {
    node,
    command,
    ranges: children(node, 'rtable').map(rangeOf),
    ctes: children(node, 'cteList').map(toCte),
    resultRelation: integer(node, 'resultRelation'),
    from: tree ? children(tree, 'fromlist').map(fromItemOf) : [],
    where: tree && child(tree, 'quals'),
    targets,
    returning,
    outputs: (command === 'select' ? targets : returning).filter(({ hidden }) => !hidden),
    setOperations: setOperations && setOperationOf(setOperations),
  };
  known.set(node, query);
  return query;
}

/** PostgreSQL 14 has no MERGE, so its later commands have other numbers. */
function commandOf(node: TreeNode): CommandType {
  const commands = has(node, 'mergeActionList') ? COMMANDS : COMMANDS.filter((command) => command !== 'merge');
  return named(commands, integer(node, 'commandType') - 1, 'a query');
}

/** The command of a MERGE's action, whose numbers are those of a query. */
export function actionCommand(action: TreeNode): CommandType {
  return COMMANDS[integer(action, 'commandType') - 1] ?? 'nothing';
}

export function mergeActions({ node }: Query): readonly TreeNode[] {
  return children(node, 'mergeActionList');
}

/** What a MERGE does without a source row that matches a target row. */
export function unmatchedCommands(query: Query): readonly CommandType[] {
  const isMatched = (action: TreeNode): boolean =>
    has(action, 'matchKind') ? integer(action, 'matchKind') === 0 : flag(action, 'matched');
  const commands = mergeActions(query).map((action) => (isMatched(action) ? 'nothing' : actionCommand(action)));
  return commands.filter((command) => command !== 'nothing');
}

function rangeOf(node: TreeNode, index: number): Range {
  const kind = named(RANGES, integer(node, 'rtekind'), 'a range');
  const names = child(node, 'eref');
  const subquery = child(node, 'subquery');
  const cte = text(node, 'ctename');
  const columns = kind === 'join' ? 'joinaliasvars' : 'groupexprs';
  return {
    node,
    varno: index + 1,
    kind,
    name: (names && text(names, 'aliasname')) ?? '',
    columnNames: names ? texts(names, 'colnames') : [],
    relationOid: optionalInteger(node, 'relid') || undefined,
    subquery: subquery && queryOf(subquery),
    cte: cte === undefined ? undefined : { name: cte, levelsUp: integer(node, 'ctelevelsup'), recursive: flag(node, 'self_reference') },
    // A dropped column is NULL in the list.
    columns: kind === 'join' || kind === 'group' ? items(node, columns).map((item) => (isNode(item) ? item : undefined)) : [],
  };
}

function toCte(node: TreeNode): Cte {
  const query = child(node, 'ctequery');
  const name = text(node, 'ctename');
  if (!query || name === undefined) throw new UnreadableTree('the server sent a CTE without a query');
  return { name, query: queryOf(query), recursive: flag(node, 'cterecursive') };
}

function fromItemOf(node: TreeNode): FromItem {
  const varno = integer(node, 'rtindex');
  if (node.tag === 'RANGETBLREF') return { varno, join: undefined };
  const [left, right] = ['larg', 'rarg'].map((side) => child(node, side));
  if (node.tag !== 'JOINEXPR' || !left || !right) throw new UnreadableTree(`the server joins by an unknown ${node.tag}`);
  const kind = named(JOINS, integer(node, 'jointype'), 'a join');
  return { varno, join: { node, kind, left: fromItemOf(left), right: fromItemOf(right), condition: child(node, 'quals'), varno } };
}

export function targetOf(node: TreeNode): Target {
  const expression = child(node, 'expr');
  if (!expression) throw new UnreadableTree('the server sent a column without an expression');
  return { node, expression, number: integer(node, 'resno'), name: text(node, 'resname'), hidden: flag(node, 'resjunk') };
}

/** Whether a query's rows are groups of those that it reads. */
function isGrouped({ node }: Query): boolean {
  const isListed = ['groupClause', 'groupingSets'].some((name) => children(node, name).length > 0);
  return isListed || flag(node, 'hasAggs') || child(node, 'havingQual') !== undefined;
}

/** The columns of the result that are what rows are grouped by, none where there are several groupings; undefined where nothing is grouped. */
export function groupKeys(query: Query): ReadonlySet<number> | undefined {
  const { node, targets } = query;
  if (!isGrouped(query)) return undefined;
  if (children(node, 'groupingSets').length > 0) return new Set();
  const keys = new Set(children(node, 'groupClause').map((group) => integer(group, 'tleSortGroupRef')));
  return new Set(targets.filter((target) => keys.has(integer(target.node, 'ressortgroupref'))).map(({ number }) => number));
}

/** Whether rows are taken or numbered by their order: LIMIT, OFFSET, DISTINCT ON, windows. LIMIT ALL takes none away. */
export function isCut({ node }: Query): boolean {
  const counts = ['limitCount', 'limitOffset'].map((name) => child(node, name));
  return counts.some((count) => count && !isNull(count)) || flag(node, 'hasWindowFuncs') || flag(node, 'hasDistinctOn');
}

/** Whether a SELECT returns a row even when there is nothing to select from. */
export function alwaysReturnsRow(query: Query): boolean {
  return isGrouped(query) && hasWholeGroup(query);
}

/** Whether one of a query's groups is of all its rows, and there even where it has none: without GROUP BY, by `()`, ROLLUP or CUBE. */
function hasWholeGroup({ node }: Query): boolean {
  const sets = children(node, 'groupingSets');
  // Of one list of grouping sets after another, the products are taken: each must have an empty one.
  return sets.length > 0 ? sets.every(mayBeEmpty) : children(node, 'groupClause').length === 0;
}

/** Whether the empty set is among those of a `GROUPINGSET`: in a list one of its own, and in all others but a simple one. */
function mayBeEmpty(set: TreeNode): boolean {
  const kind = integer(set, 'kind');
  return kind === 4 ? children(set, 'content').some(mayBeEmpty) : kind !== 1;
}

/** Whether an INSERT changes a row that is there: ON CONFLICT DO UPDATE. */
export function overwrites({ node }: Query): boolean {
  const conflict = child(node, 'onConflict');
  return conflict !== undefined && integer(conflict, 'action') === 2;
}

/** The rows of a range of VALUES. */
export function valueRows({ node }: Range): readonly (readonly TreeNode[])[] {
  return items(node, 'values_lists').map((row) => (isList(row) ? row.filter((item) => isNode(item)) : []));
}

/** The values that a change gives to columns of its table, ON CONFLICT and the actions of a MERGE included. */
export function writtenBy(query: Query): readonly Target[] {
  const { node, command, targets } = query;
  const conflict = child(node, 'onConflict');
  return [
    ...(command === 'insert' || command === 'update' ? targets : []),
    ...(conflict ? children(conflict, 'onConflictSet') : []).map(targetOf),
    ...mergeActions(query).flatMap((action) => children(action, 'targetList').map(targetOf)),
  ].filter(({ hidden }) => !hidden);
}

function setOperationOf(node: TreeNode): SetOperation {
  if (node.tag === 'RANGETBLREF') return { kind: 'range', varno: integer(node, 'rtindex') };
  const [left, right] = ['larg', 'rarg'].map((side) => child(node, side));
  if (node.tag !== 'SETOPERATIONSTMT' || !left || !right) throw new UnreadableTree(`the server combines queries by an unknown ${node.tag}`);
  const kind = named(SETS, integer(node, 'op') - 1, 'a set operation');
  return { kind, all: flag(node, 'all'), left: setOperationOf(left), right: setOperationOf(right), node };
}

/** The ranges of a set operation's arms, in the order of the text; if asked, only those that give rows: of a UNION both, else the left. */
export function armsOf(operation: SetOperation, giving = false): readonly number[] {
  if (operation.kind === 'range') return [operation.varno];
  const left = armsOf(operation.left, giving);
  return giving && operation.kind !== 'union' ? left : [...left, ...armsOf(operation.right, giving)];
}
