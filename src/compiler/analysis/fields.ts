/**
 * Typed access to a node's fields, and visits to all nodes below it.
 *
 * Invariant: a field with a value of an unexpected kind throws `UnreadableTree`, never a guess; a field
 * that this version of PostgreSQL does not write reads as undefined, empty or false.
 */
import { field, fieldsOf, isList, isNode, isNumbers, nodeOf, UnreadableTree, type TreeNode, type TreeValue } from './read.js';

/** The node with another value in one of its fields. */
export function replaced(node: TreeNode, name: string, value: TreeValue): TreeNode {
  return nodeOf(
    node.tag,
    fieldsOf(node).map(([own, before]) => [own, own === name ? value : before]),
  );
}

/** Undefined for NULL, and where there is no such field. */
function fieldAs<Value extends TreeValue>(node: TreeNode, name: string, is: (value: TreeValue) => value is Value): Value | undefined {
  const value = field(node, name);
  if (value === undefined || value === null) return undefined;
  if (!is(value)) throw unexpected(node, name);
  return value;
}

function isText(value: TreeValue): value is string {
  return typeof value === 'string';
}

export function child(node: TreeNode, name: string): TreeNode | undefined {
  return fieldAs(node, name, isNode);
}

/** The nodes of a list; NULL in it is left out. */
export function children(node: TreeNode, name: string): readonly TreeNode[] {
  return items(node, name).filter((item): item is TreeNode => {
    if (item !== null && !isNode(item)) throw unexpected(node, name);
    return item !== null;
  });
}

/** A list as it is, NULLs included. */
export function items(node: TreeNode, name: string): readonly TreeValue[] {
  return fieldAs(node, name, isList) ?? [];
}

/** The texts of a list of strings, e.g. the columns of an alias. */
export function texts(node: TreeNode, name: string): readonly string[] {
  return items(node, name).filter((item): item is string => {
    if (!isText(item)) throw unexpected(node, name);
    return true;
  });
}

/** `(b 1 2)`, `(o 23)`: the numbers of a set or list of numbers. */
export function numbers(node: TreeNode, name: string): readonly number[] {
  return fieldAs(node, name, isNumbers)?.numbers ?? [];
}

/** Undefined if this version of PostgreSQL does not write the field. */
export function optionalInteger(node: TreeNode, name: string): number | undefined {
  const written = text(node, name);
  if (written === undefined) return undefined;
  const number = Number(written);
  if (!Number.isInteger(number)) throw unexpected(node, name);
  return number;
}

export function integer(node: TreeNode, name: string): number {
  const number = optionalInteger(node, name);
  if (number === undefined) throw unexpected(node, name);
  return number;
}

export function text(node: TreeNode, name: string): string | undefined {
  return fieldAs(node, name, isText);
}

export function flag(node: TreeNode, name: string): boolean {
  const value = text(node, name) ?? 'false';
  if (value !== 'true' && value !== 'false') throw unexpected(node, name);
  return value === 'true';
}

/** Whether the version of PostgreSQL writes a field at all. */
export function has(node: TreeNode, name: string): boolean {
  return field(node, name) !== undefined;
}

function unexpected(node: TreeNode, name: string): UnreadableTree {
  return new UnreadableTree(`the server's ${node.tag} has no such ${name} as expected`);
}

/**
 * Returns whether to visit what is inside the node. `depth` counts the queries entered since the start: a
 * Var with that `varlevelsup` belongs to the start's own level.
 */
export type Visit = (node: TreeNode, depth: number) => boolean;

/** Visits a node and everything below it, except below nodes for which a visit returned false. */
export function walk(start: TreeValue | undefined, visit: Visit, depth = 0): void {
  if (start === undefined || start === null || typeof start === 'string') return;
  if (Array.isArray(start)) {
    for (const item of start as readonly TreeValue[]) walk(item, visit, depth);
    return;
  }
  if (!isNode(start) || !visit(start, depth)) return;
  const inside = start.tag === 'QUERY' ? depth + 1 : depth;
  for (const value of start.inner) if (typeof value === 'object') walk(value, visit, inside);
}

/** Whether a node, or one below it, passes a test; what is skipped is not gone into. */
export function contains(start: TreeValue | undefined, test: Visit, skips: (node: TreeNode) => boolean = () => false): boolean {
  let found = false;
  walk(start, (node, depth) => {
    found ||= test(node, depth);
    return !found && !skips(node);
  });
  return found;
}

export function isNull(expression: TreeNode): boolean {
  return expression.tag === 'CONST' && flag(expression, 'constisnull');
}

/** The operands of AND, at any depth; any other condition is its own only conjunct. */
export function conjuncts(condition: TreeNode | undefined): readonly TreeNode[] {
  if (condition === undefined) return [];
  const isAnd = condition.tag === 'BOOLEXPR' && field(condition, 'boolop') === 'and';
  return isAnd ? children(condition, 'args').flatMap(conjuncts) : [condition];
}
