/** Rewritten query → PostgreSQL's own syntax tree. */
import type { Node, ParseResult } from 'libpg-query';
import { loadModule, parseSync, hasSqlDetails } from 'libpg-query';
import { byteOffsets, codePointOffset } from '../sql/index.js';

export type { Node } from 'libpg-query';

/** A single statement with its tree. */
export interface ParsedStatement {
  readonly text: string;
  readonly statement: Node;
  /** The offset in `text` of a node's `location`: the tree counts bytes, and leaves out a zero. */
  readonly offset: (location: number | undefined) => number;
}

export class ParseError extends Error {
  override readonly name = 'ParseError';

  constructor(
    message: string,
    /** Offset in the parsed text, or undefined where the parser gave none. */
    readonly offset: number | undefined,
  ) {
    super(message);
  }
}

export const TOO_DEEP = 'this query is nested too deeply';

/** Every walk over a tree is bounded by the stack; what is too deep for one is no query for any. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && /call stack/.test(error.message);
}

/** Loads the parser; it is WebAssembly, and must be ready before `parseStatements`. */
export async function loadParser(): Promise<void> {
  await loadModule();
}

/** Every statement of a text; throws `ParseError`. */
export function parseStatements(text: string): ParsedStatement[] {
  // The parser reads a C string and would accept what stands before a NUL.
  const nul = text.indexOf('\0');
  if (nul >= 0) throw new ParseError('the text holds a NUL character', nul);
  const toOffset = byteOffsets(text);
  let result: ParseResult;
  try {
    result = parseSync(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (isStackOverflow(error) || /^(?:memory exhausted|stack depth limit)/.test(error.message)) throw new ParseError(TOO_DEEP, undefined);
    const cursor = hasSqlDetails(error) ? error.sqlDetails?.cursorPosition : undefined;
    // The parser counts code points from 0 here, unlike the bytes of its tree.
    throw new ParseError(error.message, cursor === undefined ? undefined : codePointOffset(text, cursor + 1));
  }
  const offset = (location: number | undefined): number => toOffset(location ?? 0);
  return (result.stmts ?? []).flatMap(({ stmt }) => (stmt ? [{ text, statement: stmt, offset }] : []));
}

/** The strings of a name list, such as a qualified name. */
export function strings(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
}
