/** Names that generated code cannot use. */

/** Words that cannot name a function in a TypeScript module; `import()` would call an export named `then`. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  `arguments as async await break case catch class const continue debugger default delete do else enum eval export
  extends false finally for function if implements import in instanceof interface let new null of package private
  protected public return static super switch then this throw true try typeof undefined var void while with yield`.split(/\s+/),
);

/** Types that generated code refers to, so that no model or enum may take their names. */
export const RESERVED_TYPES: ReadonlySet<string> = new Set(
  `Array ArrayBuffer BigInt Boolean Buffer Date Error Function Infinity Int8Array Iterable JSON Map NaN Number Object
  Omit Parameters Partial Pick Promise PropertyKey Proxy Readonly ReadonlyArray Record RegExp Required ReturnType Set
  String Symbol Uint8Array any bigint boolean never null number object string symbol undefined unknown void`.split(/\s+/),
);
