/**
 * What names mean at one place of a statement.
 *
 * Invariant: a scope never changes. A join makes a new namespace from those of its sides, with what
 * it does to their columns (rows may be absent, a condition holds) worked into the values.
 */
import type { Node, WindowDef } from 'libpg-query';
import { closure, union, without, type Reason, type Reasons } from './reason.js';
import { TYPE } from './types.js';
import { notNull, withReasons, type Field, type HeldToOne, type Source, type Value } from './value.js';

export interface ScopeColumn extends Field {
  /** Where a qualified name finds it; undefined for a merged column of USING or NATURAL. */
  readonly home: { readonly source: Source; readonly index: number } | undefined;
  /** The place in a FROM list's entry that it comes from, whatever join aliases hide the entry. */
  readonly leaf: { readonly source: Source; readonly index: number } | undefined;
  /** For a merged column: its sides. */
  readonly merged: Merged | undefined;
}

export interface Merged {
  readonly left: ScopeColumn;
  readonly right: ScopeColumn;
  /** Which side its value comes from; `both` is COALESCE. */
  readonly kind: 'left' | 'right' | 'both';
}

/** A named row source, or the columns that a join shows. */
export interface ScopeItem {
  readonly source: Source;
  readonly name: string | undefined;
  /** The schema of a table without an alias, by which it can be named too. */
  readonly schema: string | undefined;
  readonly columns: readonly ScopeColumn[];
  /** `name.column` and `name.*` find it. */
  readonly relationVisible: boolean;
  /** A bare column name and a bare `*` find it. */
  readonly columnsVisible: boolean;
  /** Its whole row is missing where one of these holds. */
  readonly absence: Reasons;
}

export type Namespace = readonly ScopeItem[];

/** One SELECT, INSERT, UPDATE, DELETE or MERGE under analysis; collects what its expressions turn out to hold. */
export interface Frame {
  /** It computes aggregates of its own. */
  aggregated: boolean;
  /** Set-returning functions in the select list. */
  setReturning: number;
  /** Several of them: the shorter ones are filled up with NULL. */
  readonly padded: boolean;
  /** Each group holds a row, so that an aggregate sees at least one. */
  readonly groupsHoldRows: boolean;
  readonly windows: ReadonlyMap<string, WindowDef>;
  /** Expressions that grouping sets replace by NULL, by their keys. */
  readonly nulledKeys: ReadonlySet<string>;
  /** One reason for each computed value, so that a proof about an expression holds where it is repeated. */
  readonly cells: Map<string, Reason>;
  /** Sources of enclosing statements that expressions of this one refer to. */
  readonly outerSources: Set<Source>;
}

export interface Scope {
  readonly namespace: Namespace;
  readonly parent: Scope | undefined;
  readonly frame: Frame;
  readonly ctes: CteScope | undefined;
  /** The rows before grouping, where these are groups: what aggregates compute from. */
  readonly rows: Scope | undefined;
  /** What the conditions up to here rule out. */
  readonly ruledOut: ReadonlySet<Reason>;
  /** Values already computed here. */
  readonly memo: Map<Node, Value>;
}

/** A chain of WITH entries; inner ones hide outer ones of the same name. */
export interface CteScope {
  readonly name: string;
  /** The columns of one use, told apart from those of every other use. */
  readonly columns: () => readonly Field[];
  readonly atMostOne: boolean;
  readonly atLeastOne: boolean;
  readonly heldToOne: HeldToOne | undefined;
  readonly parent: CteScope | undefined;
}

export function createFrame(options: Partial<Pick<Frame, 'padded' | 'groupsHoldRows' | 'windows' | 'nulledKeys' | 'cells'>> = {}): Frame {
  return {
    aggregated: false,
    setReturning: 0,
    padded: options.padded ?? false,
    groupsHoldRows: options.groupsHoldRows ?? false,
    windows: options.windows ?? new Map<string, WindowDef>(),
    nulledKeys: options.nulledKeys ?? new Set<string>(),
    cells: options.cells ?? new Map<string, Reason>(),
    outerSources: new Set<Source>(),
  };
}

export function createScope(
  namespace: Namespace,
  parent: Scope | undefined,
  ctes: CteScope | undefined,
  frame: Frame = createFrame(),
): Scope {
  return { namespace, parent, frame, ctes, rows: undefined, ruledOut: NOTHING, memo: new Map<Node, Value>() };
}

const NOTHING: ReadonlySet<Reason> = new Set<Reason>();

export function withNamespace(scope: Scope, namespace: Namespace): Scope {
  return { ...scope, namespace, memo: new Map<Node, Value>() };
}

/** The scope where the facts hold. */
export function withFacts(scope: Scope, facts: Reasons): Scope {
  const ruledOut = closure([...scope.ruledOut, ...facts]);
  if (ruledOut.size === scope.ruledOut.size) return scope;
  return { ...scope, namespace: ruleOut(scope.namespace, facts), ruledOut, memo: new Map<Node, Value>() };
}

export function findCte(scope: CteScope | undefined, name: string): CteScope | undefined {
  for (let entry = scope; entry !== undefined; entry = entry.parent) if (entry.name === name) return entry;
  return undefined;
}

export type Found =
  | { readonly kind: 'column'; readonly column: ScopeColumn; readonly scope: Scope }
  | { readonly kind: 'system'; readonly value: Value; readonly scope: Scope; readonly source: Source }
  | { readonly kind: 'row'; readonly item: ScopeItem; readonly scope: Scope };

/** What a column reference such as `a`, `t.a` or `s.t.a` means, or undefined where it cannot be told. */
export function findColumn(scope: Scope, path: readonly string[]): Found | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = findHere(at, path);
    if (found === 'opaque') return undefined;
    if (found !== undefined) {
      noteOuter(scope, at, found);
      return found;
    }
  }
  // A name without a column may be a whole row.
  if (path.length > 2) return undefined;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const item = findItem(at.namespace, path.length === 2 ? path[0] : undefined, path.at(-1));
    if (item !== undefined) {
      const found: Found = { kind: 'row', item, scope: at };
      noteOuter(scope, at, found);
      return found;
    }
  }
  return undefined;
}

function findHere(scope: Scope, path: readonly string[]): Found | 'opaque' | undefined {
  const found = findKnown(scope, path);
  // The columns of a relation that is not in the catalog may be meant.
  return found ?? (scope.namespace.some((item) => item.source.opaque) ? 'opaque' : undefined);
}

function findKnown(scope: Scope, path: readonly string[]): Found | undefined {
  const name = path.at(-1) ?? '';
  if (path.length > 1) {
    const item = findItem(scope.namespace, path.length > 2 ? path.at(-3) : undefined, path.at(-2));
    if (item === undefined) return undefined;
    const column = item.columns.find((candidate) => candidate.name === name);
    if (column !== undefined) return { kind: 'column', column, scope };
    return systemColumn(scope, item, name);
  }
  for (const item of scope.namespace) {
    if (!item.columnsVisible) continue;
    const column = item.columns.find((candidate) => candidate.name === name);
    if (column !== undefined) return { kind: 'column', column, scope };
  }
  for (const item of scope.namespace) {
    const found = item.relationVisible ? systemColumn(scope, item, name) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function noteOuter(from: Scope, to: Scope, found: Found): void {
  for (let at: Scope | undefined = from; at !== undefined && at.frame !== to.frame; at = at.parent) {
    for (const source of foundSources(found)) at.frame.outerSources.add(source);
  }
}

function foundSources(found: Found): readonly Source[] {
  if (found.kind === 'column') return found.column.value.sources;
  return [found.kind === 'row' ? found.item.source : found.source];
}

const SYSTEM_COLUMNS: Readonly<Record<string, number>> = {
  ctid: TYPE.tid,
  xmin: TYPE.xid,
  xmax: TYPE.xid,
  cmin: TYPE.cid,
  cmax: TYPE.cid,
  tableoid: TYPE.oid,
};

function systemColumn(scope: Scope, item: ScopeItem, name: string): Found | undefined {
  const type = item.source.systemColumns ? SYSTEM_COLUMNS[name] : undefined;
  if (type === undefined) return undefined;
  const value = withReasons({ ...notNull(type), sources: [item.source] }, item.absence);
  return { kind: 'system', value, scope, source: item.source };
}

/** The item that `name.column` or `schema.name.column` reaches. */
export function findItem(namespace: Namespace, schema: string | undefined, name: string | undefined): ScopeItem | undefined {
  return namespace.find((item) => item.relationVisible && item.name === name && (schema === undefined || item.schema === schema));
}

/** The nearest scope that knows an item of this name. */
export function findItemOutward(scope: Scope, schema: string | undefined, name: string): ScopeItem | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const item = findItem(at.namespace, schema, name);
    if (item !== undefined) return item;
  }
  return undefined;
}

/** The namespace where the facts hold. */
export function ruleOut(namespace: Namespace, facts: Reasons): Namespace {
  const ruledOut = closure(facts);
  if (ruledOut.size === 0) return namespace;
  return namespace.map((item) => ({
    ...item,
    absence: without(item.absence, ruledOut),
    columns: item.columns.map((column) => ruleOutColumn(column, ruledOut)),
  }));
}

function ruleOutColumn(column: ScopeColumn, ruledOut: ReadonlySet<Reason>): ScopeColumn {
  const reasons = without(column.value.reasons, ruledOut);
  return reasons === column.value.reasons ? column : { ...column, value: { ...column.value, reasons } };
}

/** The namespace above an outer join that may replace its rows by NULLs. */
export function makeAbsent(namespace: Namespace, reason: Reason): Namespace {
  return namespace.map((item) => ({
    ...item,
    absence: union(item.absence, [reason]),
    columns: item.columns.map((column) => ({ ...column, value: withReasons(column.value, [reason]) })),
  }));
}

/** The item as a row value: NULL where the whole row is missing. */
export function rowValue(item: ScopeItem): Value {
  const scalar = item.source.scalar ? item.columns[0] : undefined;
  if (scalar !== undefined) return { ...scalar.value, origin: undefined };
  return {
    ...notNull(item.source.relation?.typeOid ?? TYPE.record),
    reasons: item.absence,
    // The alias of a join stands for a row of NULLs where its tables are absent.
    strictIn: item.source.relation === undefined ? [] : item.absence,
    nullableWhenPresent: false,
    fields: item.columns,
    sources: [item.source],
  };
}
