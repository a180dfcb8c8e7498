/**
 * The ESLint rule of the unfiltered door, and a flat config that turns it on.
 *
 * A guarded query without its guard is behind a module called `unfiltered`, and nowhere else. The
 * rule finds every way to name such a module; where it may be imported is what `ignores` and
 * `files` of a config are for. Nothing of ESLint is imported: the few shapes that the rule needs of
 * it are below.
 */
import { constantAt } from './scope.js';
import { specifiersOf, type SyntaxNode } from './specifiers.js';

interface Context {
  readonly sourceCode: object;
  report(descriptor: {
    readonly node: SyntaxNode;
    readonly messageId: 'unfiltered';
    readonly data: Readonly<Record<string, string>>;
  }): void;
}

type Listener = (node: SyntaxNode) => void;

/** As ESLint takes a rule. */
export interface UnfilteredRule {
  readonly meta: {
    readonly type: 'problem';
    readonly docs: { readonly description: string; readonly url: string };
    readonly schema: [];
    readonly messages: { readonly unfiltered: string };
  };
  create(context: Context): Record<string, Listener>;
}

/** `unfiltered` as a part of a path, with or without an ending: `sqlward/unfiltered`, `./db/unfiltered.js`, `#unfiltered`. */
const UNFILTERED = /(?:^|[\\/#@~!:])unfiltered(?:(?:\.d)?\.[cm]?[jt]sx?)?(?:$|[\\/?#])/i;

function isUnfiltered(specifier: string): boolean {
  return UNFILTERED.test(specifier) || UNFILTERED.test(decoded(specifier));
}

/** A relative specifier is a URL for Node, and may be written as one. */
function decoded(specifier: string): string {
  try {
    return decodeURIComponent(specifier);
  } catch {
    return specifier;
  }
}

const rule: UnfilteredRule = {
  meta: {
    type: 'problem',
    docs: {
      description: 'Keep guarded queries without their guard out of code that answers callers.',
      url: 'https://github.com/sqlward/sqlward/blob/main/docs/authorization.md#the-unfiltered-door',
    },
    schema: [],
    messages: { unfiltered: '"{{specifier}}" holds guarded queries without their guard: they return every row, whoever asks.' },
  },
  create(context) {
    const check: Listener = (node) => {
      const specifier = specifiersOf(node, (name) => constantAt(context.sourceCode, node, name)).find(isUnfiltered);
      if (specifier !== undefined) context.report({ node, messageId: 'unfiltered', data: { specifier } });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      CallExpression: check,
      TSImportEqualsDeclaration: check,
      TSImportType: check,
    };
  },
};

/**
 * A flat config: `export default [noUnfiltered]`. To let some files through,
 * `{ ...noUnfiltered, ignores: ['scripts/**'] }`.
 */
export const noUnfiltered = {
  name: 'sqlward/no-unfiltered',
  plugins: { sqlward: { meta: { name: 'sqlward' }, rules: { 'no-unfiltered': rule } } },
  rules: { 'sqlward/no-unfiltered': 'error' },
} as const;
