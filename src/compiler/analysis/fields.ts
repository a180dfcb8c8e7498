/**
 * Typed access to a node's fields.
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
