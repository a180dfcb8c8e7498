/** Rewritten query → PostgreSQL's own syntax tree. */
import type { DeleteStmt, InsertStmt, MergeStmt, Node, ParseResult, SelectStmt, UpdateStmt } from 'libpg-query';
import { loadModule, parseSync, hasSqlDetails } from 'libpg-query';
import { byteOffsets, codePointOffset } from '../sql/index.js';

export type * from 'libpg-query';

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

/** The one statement of a text; throws `ParseError`. */
export function parseOne(text: string): ParsedStatement {
  const [statement, second] = parseStatements(text);
  if (!statement) throw new ParseError('there is no statement behind the annotation', undefined);
  if (second) throw new ParseError('a query is one statement', undefined);
  return statement;
}

/** What a node is: its only key. */
export function kindOf(node: Node): string {
  return Object.keys(node)[0] ?? '';
}

/** The strings of a name list, such as a qualified name. */
export function strings(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
}

export type Change = InsertStmt | UpdateStmt | DeleteStmt | MergeStmt;

/** A statement that changes a table, and what it is called; undefined for any other. */
export function changeIn(node: Node): { readonly verb: string; readonly change: Change } | undefined {
  if ('InsertStmt' in node) return { verb: 'INSERT', change: node.InsertStmt };
  if ('UpdateStmt' in node) return { verb: 'UPDATE', change: node.UpdateStmt };
  if ('DeleteStmt' in node) return { verb: 'DELETE', change: node.DeleteStmt };
  return 'MergeStmt' in node ? { verb: 'MERGE', change: node.MergeStmt } : undefined;
}

/** The arms of a set operation from left to right; a plain SELECT is the only arm, and any other statement has none. */
export function selectArms(node: Node): readonly SelectStmt[] {
  const armsOf = (select: SelectStmt): readonly SelectStmt[] =>
    select.larg && select.rarg ? [...armsOf(select.larg), ...armsOf(select.rarg)] : [select];
  return 'SelectStmt' in node ? armsOf(node.SelectStmt) : [];
}

/** A node without the casts around it. */
export function uncast(node: Node | undefined): Node | undefined {
  return node && 'TypeCast' in node ? uncast(node.TypeCast.arg) : node;
}

/** The number of a node that is a parameter. */
export function parameterNumber(node: Node | undefined): number | undefined {
  return node && 'ParamRef' in node ? node.ParamRef.number : undefined;
}

/** The symbol of a plain operator; the parser writes `!=` as `<>`. */
export function operatorSymbol(node: Node | undefined): string | undefined {
  return node && 'A_Expr' in node && node.A_Expr.kind === 'AEXPR_OP' ? strings(node.A_Expr.name).at(-1) : undefined;
}

/** One step down a tree: through a field of a node, and where that is a list, which item. */
export interface Step {
  readonly node: Node;
  readonly field: string;
  readonly index: number | undefined;
}

/** The kinds of nodes that stand in a field without their kind, where a reader asks for it; the others are part of what holds them. */
const FIELD_KINDS: Readonly<Record<string, string>> = {
  larg: 'SelectStmt',
  rarg: 'SelectStmt',
  relation: 'RangeVar',
  funccall: 'FuncCall',
};

/** Visits the nodes right below a node, in the order of its fields. They are listed first, so that a walk takes little of the stack. */
export function eachBelow(node: Node, visit: (child: Node, field: string, index?: number) => void): void {
  for (const [child, field, index] of Object.values<unknown>(node).flatMap(nodesWithin)) visit(child, field, index);
}

type Child = readonly [child: Node, field: string, index?: number];

function nodesWithin(fields: unknown): readonly Child[] {
  if (typeof fields !== 'object' || fields === null) return [];
  const found: Child[] = [];
  const entries: readonly (readonly [string, unknown])[] = Object.entries(fields);
  for (const [field, value] of entries) {
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      value.forEach((child: unknown, index) => {
        if (isNode(child)) found.push([child, field, index]);
      });
      continue;
    }
    const kind = FIELD_KINDS[field];
    const child = kind === undefined || isNode(value) ? value : { [kind]: value };
    if (isNode(child)) found.push([child, field]);
    else found.push(...nodesWithin(child));
  }
  return found;
}

/** A node and all below it, each before what is below itself. */
export function nodesIn(node: Node): readonly Node[] {
  const found: Node[] = [];
  const gather = (at: Node): void => {
    found.push(at);
    eachBelow(at, gather);
  };
  gather(node);
  return found;
}

/** A node is an object of one field, named by its kind. */
function isNode(value: unknown): value is Node {
  if (typeof value !== 'object' || value === null) return false;
  const kinds = Object.keys(value);
  return kinds.length === 1 && /^[A-Z]/.test(kinds[0] ?? '');
}
