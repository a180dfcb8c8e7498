/**
 * Ways through PostgreSQL's syntax tree that know nothing of guards.
 *
 * The tree is plain objects: a node is wrapped under its type's name (`{ A_Const: … }`), which
 * begins with a capital letter; a property does not. A few properties hold a node of one known
 * type without its wrapper.
 */
import type { Alias, ColumnRef, FuncCall, Node, RangeVar, SelectStmt, SubLink, WithClause } from 'libpg-query';

/** Properties that hold an unwrapped node, by the type that has them and their name. */
const UNWRAPPED: Readonly<Record<string, string>> = {
  'SelectStmt.larg': 'SelectStmt',
  'SelectStmt.rarg': 'SelectStmt',
  'InsertStmt.onConflictClause': 'OnConflictClause',
  'OnConflictClause.infer': 'InferClause',
  'FuncCall.over': 'WindowDef',
};

/** One property on the way from a statement to a node inside it. */
export interface Frame {
  /** The node that has the property, with its type's name. */
  readonly type: string;
  readonly node: object;
  readonly property: string;
  /** The list element that the way goes through, where the property is a list. */
  readonly index: number | undefined;
}

/** The frames from the root down to the first node that is wanted, outermost first; undefined where there is none. */
export function findFrames(root: Node, wanted: (type: string, node: object) => boolean): readonly Frame[] | undefined {
  for (const [type, node] of Object.entries(root)) {
    if (isObject(node)) return framesIn(type, node, wanted);
  }
  return undefined;
}

function framesIn(type: string, node: object, wanted: (type: string, node: object) => boolean): Frame[] | undefined {
  if (wanted(type, node)) return [];
  for (const [property, value] of Object.entries(node)) {
    const found = framesOfValue(type, node, property, value, undefined, wanted);
    if (found) return found;
  }
  return undefined;
}

function framesOfValue(
  type: string,
  node: object,
  property: string,
  value: unknown,
  index: number | undefined,
  wanted: (type: string, node: object) => boolean,
): Frame[] | undefined {
  if (Array.isArray(value)) {
    for (const [at, element] of value.entries()) {
      const found = framesOfValue(type, node, property, element, at, wanted);
      if (found) return found;
    }
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const [innerType, inner] = unwrap(type, property, value);
  const found = framesIn(innerType, inner, wanted);
  return found && [{ type, node, property, index }, ...found];
}

/**
 * Visits the nodes below a value (a node, a list, or an unwrapped node of the type given),
 * outermost first; what is below a node is left out where `visit` returns false.
 */
export function walk(value: unknown, visit: (type: string, node: object) => boolean, type = ''): void {
  if (Array.isArray(value)) {
    for (const element of value) walk(element, visit, type);
    return;
  }
  if (!isObject(value)) return;
  const [innerType, inner] = unwrap('', type, value);
  if (innerType !== '' && !visit(innerType, inner)) return;
  for (const child of propertiesOf(innerType, inner)) walk(child.value, visit, child.type);
}

/** The properties of a node, each with the type that an unwrapped value in it has. */
export function propertiesOf(type: string, node: object): readonly { readonly property: string; readonly value: unknown; readonly type: string }[] {
  return Object.entries(node).map(([property, value]: [string, unknown]) => ({ property, value, type: UNWRAPPED[`${type}.${property}`] ?? '' }));
}

/** A wrapped node's type and content; an unwrapped one's as its property tells, or by the property's name. */
export function unwrap(type: string, property: string, value: object): readonly [type: string, node: object] {
  const [entry, ...others] = Object.entries(value);
  if (entry && others.length === 0 && /^[A-Z]/.test(entry[0]) && isObject(entry[1])) return [entry[0], entry[1]];
  return [UNWRAPPED[`${type}.${property}`] ?? property, value];
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The SELECT that a node holds, if it is one. */
export function asSelect(node: Node | undefined): SelectStmt | undefined {
  return node !== undefined && 'SelectStmt' in node ? node.SelectStmt : undefined;
}

/** A statement that may carry a WITH clause. */
export function withClauseOf(type: string, node: object): WithClause | undefined {
  return /^(?:Select|Insert|Update|Delete|Merge)Stmt$/.test(type) && 'withClause' in node && isObject(node.withClause)
    ? node.withClause
    : undefined;
}

/** The WITH clause of a whole statement. */
export function rootWithClause(root: Node): WithClause | undefined {
  const [entry] = Object.entries(root);
  return entry && isObject(entry[1]) ? withClauseOf(entry[0], entry[1]) : undefined;
}

/** The operands of a condition's outermost ANDs; the condition itself where it is no AND. */
export function conjuncts(condition: Node | undefined): readonly Node[] {
  if (condition === undefined) return [];
  if ('BoolExpr' in condition && condition.BoolExpr.boolop === 'AND_EXPR') return (condition.BoolExpr.args ?? []).flatMap(conjuncts);
  return [condition];
}

/** The outermost subqueries of expressions; those of a FROM clause's derived tables are not among them. */
export function sublinksIn(value: unknown): readonly SubLink[] {
  const found: SubLink[] = [];
  walk(value, (type, node) => {
    if (type === 'RangeSubselect') return false;
    if (type !== 'SubLink') return true;
    const link: SubLink = node;
    found.push(link);
    if (link.testexpr) found.push(...sublinksIn(link.testexpr));
    return false;
  });
  return found;
}

/** The strings of a list; what is no string is left out. */
export function stringsOf(list: readonly Node[] | undefined): readonly string[] {
  return (list ?? []).flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
}

/** A column reference's parts: `["t", "id"]`; a star is left out. */
export function columnParts(reference: ColumnRef): readonly string[] {
  return stringsOf(reference.fields);
}

export function hasStar(reference: ColumnRef): boolean {
  return (reference.fields ?? []).some((field) => 'A_Star' in field);
}

/** The table's or alias's name that qualifies a column reference, if one does. */
export function qualifierOf(reference: ColumnRef): string | undefined {
  const parts = columnParts(reference);
  return hasStar(reference) ? parts.at(-1) : parts.at(-2);
}

/** The name of a function call, and the schema it is written with. */
export function functionName(names: readonly Node[] | undefined): { readonly schema: string | undefined; readonly name: string } {
  const parts = stringsOf(names);
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' };
}

/** How a reader names a table. */
export function tableName(range: RangeVar): string {
  return range.schemaname === undefined ? (range.relname ?? '') : `${range.schemaname}.${range.relname ?? ''}`;
}

/** What a FROM item is called by the columns that name it: a function by its own name where it has no alias. */
export function nameOf(type: string, node: object): string | undefined {
  if (!/^(?:Range|JoinExpr|JsonTable)/.test(type)) return undefined;
  const { alias, relname, functions }: { alias?: Alias; relname?: string; functions?: Node[] } = node;
  const call = functions && calledIn(functions);
  return alias?.aliasname ?? relname ?? (call && functionName(call.funcname).name);
}

/** The one function of a FROM item, if it is one. */
export function calledIn(functions: readonly Node[]): FuncCall | undefined {
  const [only, ...others] = functions;
  const call = only && 'List' in only && others.length === 0 ? only.List.items?.[0] : undefined;
  return call && 'FuncCall' in call ? call.FuncCall : undefined;
}

/** The names of one FROM item; those of a join are its sides'. */
export function namesOf(item: Node): ReadonlySet<string> {
  const names = new Set<string>();
  walk(item, (type, node) => {
    const name = nameOf(type, node);
    if (name !== undefined) names.add(name);
    return type === 'JoinExpr';
  });
  return names;
}
