/** SELECT → its columns, what its conditions prove, and how many rows it gives. */
import type { Node, SelectStmt, WindowDef } from 'libpg-query';
import { provenBy, type Analyzer, type QueryShape } from '../analyzer.js';
import { expressionKey } from '../expression/key.js';
import { booleanOf, integerOf } from '../node.js';
import { union, type Reason } from '../reason.js';
import { createFrame, createScope, withFacts, withNamespace, type CteScope, type Frame, type Scope } from '../scope.js';
import { analyzeWith } from './ctes.js';
import type { Restriction } from './from-shape.js';
import { analyzeFrom } from './from.js';
import { nullGroupColumns, readGroups } from './groups.js';
import { selectHeldToOne } from './held.js';
import { analyzeValues, combineArms } from './set-operation.js';
import { analyzeTargets } from './targets.js';
import type { HeldToOne } from '../value.js';

/** What a query is whose columns cannot be told. */
export const UNKNOWN_SHAPE: QueryShape = {
  columns: [],
  returnsRows: true,
  atLeastOne: false,
  atMostOne: false,
  heldToOne: undefined,
  facts: [],
  outerSources: [],
  volatile: true,
};

export function analyzeSelect(analyzer: Analyzer, select: SelectStmt, parent: Scope | undefined, outer: CteScope | undefined): QueryShape {
  // What WITH and LIMIT read from outside, the whole query does.
  const around = createScope([], parent, outer);
  const ctes = analyzeWith(analyzer, select.withClause, around, outer);
  for (const limit of [select.limitCount, select.limitOffset]) {
    if (limit !== undefined) analyzer.expression(limit, createScope([], parent, ctes, around.frame));
  }
  const shape = limitRows(select, analyzeBody(analyzer, select, parent, ctes));
  const { outerSources } = around.frame;
  return outerSources.size === 0 ? shape : { ...shape, outerSources: [...new Set([...shape.outerSources, ...outerSources])] };
}

function analyzeBody(analyzer: Analyzer, select: SelectStmt, parent: Scope | undefined, ctes: CteScope | undefined): QueryShape {
  if (select.larg !== undefined && select.rarg !== undefined) {
    const left = analyzeSelect(analyzer, select.larg, parent, ctes);
    const right = analyzeSelect(analyzer, select.rarg, parent, ctes);
    return combineArms(analyzer, select, left, right);
  }
  if (select.valuesLists !== undefined) return analyzeValues(analyzer, select.valuesLists, createScope([], parent, ctes));
  return analyzePlain(analyzer, select, parent, ctes);
}

function analyzePlain(analyzer: Analyzer, select: SelectStmt, parent: Scope | undefined, ctes: CteScope | undefined): QueryShape {
  const cells = new Map<string, Reason>();
  const windows = readWindows(select);
  const frame = createFrame({ windows, cells });
  const outside = createScope([], parent, ctes, frame);
  const from = analyzeFrom(analyzer, select.fromClause ?? [], outside);
  const whereScope = withFacts(withNamespace(outside, from.namespace), from.facts);
  const facts = union(from.facts, provenBy(analyzer, select.whereClause, whereScope));
  const rowScope = withFacts(whereScope, facts);

  const groups = readGroups(select, rowScope);
  const alwaysRows = from.atLeastOne && (select.whereClause === undefined || booleanOf(select.whereClause) === true);
  const holdRows = groups.grouped ? groups.holdRows : alwaysRows;
  const nulledKeys = new Set(groups.nulled.map((node) => expressionKey(node, rowScope)));
  const listFrame = (padded: boolean): Frame => createFrame({ windows, cells, nulledKeys, groupsHoldRows: holdRows, padded });
  const namespace = nullGroupColumns(rowScope.namespace, groups.nulled, rowScope);

  const list = (padded: boolean): { readonly shape: QueryShape; readonly frame: Frame } => {
    const used = listFrame(padded);
    const rows = namespace === rowScope.namespace ? undefined : { ...rowScope, frame: used };
    const grouped = { ...withNamespace(rowScope, namespace), frame: used, rows };
    const having = provenBy(analyzer, select.havingClause, grouped);
    const scope = withFacts(grouped, having);
    const columns = analyzeTargets(analyzer, select.targetList ?? [], scope);
    visitOthers(analyzer, select, scope);
    const single = !groups.grouped && (used.aggregated || select.havingClause !== undefined);
    const restrictions: Restriction[] = select.whereClause === undefined ? [] : [{ condition: select.whereClause, scope: whereScope, only: undefined }];
    const heldToOne = selectHeldToOne(analyzer, {
      from,
      restrictions,
      oneEach: !groups.several && used.setReturning === 0,
      groups: used.setReturning === 0 ? groups.keys : undefined,
      distinct: distinctKeys(select),
      columns: columns ?? [],
      scope,
    });
    const shape: QueryShape = {
      columns: columns ?? [],
      returnsRows: true,
      ...countRows(select, heldToOne, { single, alwaysRows, setReturning: used.setReturning }),
      // A group without rows says nothing of rows.
      facts: single || (groups.grouped && !groups.holdRows) ? having : union(facts, having),
      outerSources: [...new Set([...frame.outerSources, ...used.outerSources])],
      volatile: (columns ?? []).some((column) => column.value.volatile),
    };
    return { shape, frame: used };
  };
  const once = list(false);
  return once.frame.setReturning > 1 ? list(true).shape : once.shape;
}

function readWindows(select: SelectStmt): ReadonlyMap<string, WindowDef> {
  return new Map((select.windowClause ?? []).flatMap((node) => ('WindowDef' in node ? [[node.WindowDef.name ?? '', node.WindowDef]] : [])));
}

/** Expressions without a say in the result's columns: they may aggregate, and hold subqueries with stars. */
function visitOthers(analyzer: Analyzer, select: SelectStmt, scope: Scope): void {
  const windows = [...scope.frame.windows.values()].flatMap((window) => [...(window.partitionClause ?? []), ...(window.orderClause ?? [])]);
  for (const node of [...(select.sortClause ?? []), ...(select.distinctClause ?? []), ...windows]) {
    const inner: Node | undefined = 'SortBy' in node ? node.SortBy.node : node;
    if (inner !== undefined && Object.keys(inner).length > 0) analyzer.expression(inner, scope);
  }
}

/** The expressions of DISTINCT ON, none for DISTINCT alone. */
function distinctKeys(select: SelectStmt): readonly Node[] | undefined {
  return select.distinctClause?.filter((node) => Object.keys(node).length > 0);
}

interface RowFacts {
  /** One group of all rows. */
  readonly single: boolean;
  readonly alwaysRows: boolean;
  readonly setReturning: number;
}

function countRows(select: SelectStmt, heldToOne: HeldToOne, facts: RowFacts): Pick<QueryShape, 'atLeastOne' | 'atMostOne' | 'heldToOne'> {
  if (facts.single && facts.setReturning === 0) {
    const atLeastOne = select.havingClause === undefined || booleanOf(select.havingClause) === true;
    return { atLeastOne, atMostOne: true, heldToOne: () => true };
  }
  const atLeastOne = facts.setReturning === 0 && facts.alwaysRows && select.havingClause === undefined;
  return { atLeastOne, atMostOne: heldToOne([]), heldToOne };
}

/** LIMIT, FETCH FIRST and OFFSET. */
function limitRows(select: SelectStmt, shape: QueryShape): QueryShape {
  const { limitCount, limitOffset, limitOption } = select;
  let { atLeastOne, atMostOne } = shape;
  if (limitOffset !== undefined && integerOf(limitOffset) !== 0) atLeastOne = false;
  if (limitCount !== undefined && !isNullConstant(limitCount)) {
    const count = integerOf(limitCount);
    if (count === undefined || count < 1) atLeastOne = false;
    if (count !== undefined && count <= 1 && limitOption !== 'LIMIT_OPTION_WITH_TIES') atMostOne = true;
  }
  return atLeastOne === shape.atLeastOne && atMostOne === shape.atMostOne ? shape : { ...shape, atLeastOne, atMostOne };
}

function isNullConstant(node: Node): boolean {
  return 'A_Const' in node && node.A_Const.isnull === true;
}
