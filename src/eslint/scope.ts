/** Names and what they stand for, by the scopes that ESLint found. */
import type { SyntaxNode } from './specifiers.js';

/** Of a variable, or of an import under another name. */
interface Declaration extends SyntaxNode {
  readonly init?: SyntaxNode | null;
  readonly imported?: SyntaxNode;
}

interface Scope {
  readonly set: ReadonlyMap<string, { readonly defs: readonly { readonly node: Declaration }[] }>;
  readonly upper: Scope | null;
}

/** Code in a language with scopes; ESLint checks others as well, and their types have none. */
interface ScopedCode {
  getScope(node: SyntaxNode): Scope;
}

/** What the variable that a name means at a node was declared with, or what it is imported as, if it is one and was. */
export function constantAt(code: object, node: SyntaxNode, name: string): SyntaxNode | undefined {
  for (let scope = isScoped(code) ? code.getScope(node) : null; scope !== null; scope = scope.upper) {
    const variable = scope.set.get(name);
    if (variable !== undefined) return variable.defs[0]?.node.init ?? variable.defs[0]?.node.imported;
  }
  return undefined;
}

function isScoped(code: object): code is ScopedCode {
  return 'getScope' in code && typeof code.getScope === 'function';
}
