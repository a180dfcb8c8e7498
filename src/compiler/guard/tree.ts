/**
 * Ways through PostgreSQL's syntax tree that know nothing of guards.
 *
 * The tree is plain objects: a node is wrapped under its type's name (`{ A_Const: … }`), which
 * begins with a capital letter; a property does not. A few properties hold a node of one known
 * type without its wrapper.
 */
import type { Node, RangeVar } from 'libpg-query';

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
  let found: readonly Frame[] | undefined;
  eachFrames(root, (type, node, frames) => {
    if (found === undefined && wanted(type, node)) found = [...frames];
    return found === undefined;
  });
  return found;
}

/** Visits every node with the frames that lead to it, outermost first; they change as the walk goes on. */
export function eachFrames(root: Node, visit: (type: string, node: object, frames: readonly Frame[]) => boolean): void {
  const frames: Frame[] = [];
  const see = (type: string, node: object): void => {
    if (!visit(type, node, frames)) return;
    for (const [property, value] of Object.entries(node)) go(type, node, property, value, undefined);
  };
  const go = (type: string, node: object, property: string, value: unknown, index: number | undefined): void => {
    if (Array.isArray(value)) {
      for (const [at, element] of value.entries()) go(type, node, property, element, at);
      return;
    }
    if (!isObject(value)) return;
    const [innerType, inner] = unwrap(type, property, value);
    frames.push({ type, node, property, index });
    see(innerType, inner);
    frames.pop();
  };
  for (const [type, node] of Object.entries(root)) if (isObject(node)) see(type, node);
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
export function propertiesOf(
  type: string,
  node: object,
): readonly { readonly property: string; readonly value: unknown; readonly type: string }[] {
  return Object.entries(node).map(([property, value]: [string, unknown]) => ({
    property,
    value,
    type: UNWRAPPED[`${type}.${property}`] ?? '',
  }));
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

/** The tables below a node, CTEs' names among them. */
export function tablesIn(value: unknown): readonly RangeVar[] {
  const tables: RangeVar[] = [];
  walk(value, (type, node) => {
    if (type === 'RangeVar') tables.push(node);
    return true;
  });
  return tables;
}

/** The strings of a list; what is no string is left out. */
export function stringsOf(list: readonly Node[] | undefined): readonly string[] {
  return (list ?? []).flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
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
