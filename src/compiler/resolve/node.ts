/** Small readings of PostgreSQL's tree, whose JSON leaves out zeros, empty strings and false. */
import type { Node } from 'libpg-query';

/** The strings of a name list, such as a qualified name. */
export function strings(nodes: readonly Node[] | undefined): readonly string[] {
  const found: string[] = [];
  for (const node of nodes ?? []) if ('String' in node) found.push(node.String.sval ?? '');
  return found;
}

/** The members of a `List` node; any other node is a list of itself, and the tree's `{}` an empty one. */
export function items(node: Node | undefined): readonly Node[] {
  if (node === undefined || Object.keys(node).length === 0) return [];
  return 'List' in node ? (node.List.items ?? []) : [node];
}

/** The value of an integer constant, or undefined. */
export function integerOf(node: Node | undefined): number | undefined {
  if (node === undefined || !('A_Const' in node) || node.A_Const.ival === undefined) return undefined;
  return node.A_Const.ival.ival ?? 0;
}

/** The value of a string constant, or undefined. */
export function stringOf(node: Node | undefined): string | undefined {
  if (node === undefined || !('A_Const' in node) || node.A_Const.sval === undefined) return undefined;
  return node.A_Const.sval.sval ?? '';
}

/** The value of a boolean constant, written plainly or as `'t'::bool`; `null` for NULL. */
export function booleanOf(node: Node | undefined): boolean | null | undefined {
  if (node === undefined) return undefined;
  if ('TypeCast' in node) return booleanOf(node.TypeCast.arg);
  if (!('A_Const' in node)) return undefined;
  if (node.A_Const.isnull === true) return null;
  return node.A_Const.boolval === undefined ? undefined : node.A_Const.boolval.boolval === true;
}

/** The conditions that AND joins at the top of a condition. */
export function conjuncts(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR') return (node.BoolExpr.args ?? []).flatMap(conjuncts);
  return [node];
}

/** Whether any node below, the node included, is one that the test accepts. Subqueries are entered. */
export function containsNode(node: unknown, accepts: (kind: string) => boolean): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some((item) => containsNode(item, accepts));
  return Object.entries(node).some(([key, value]) => accepts(key) || containsNode(value, accepts));
}
