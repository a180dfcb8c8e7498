/** Constants of a statement: what they are, and how their author wrote them. */
import { isBlank, type Token, tokenAt } from '../../sql/index.js';
import type { Node, ParsedStatement } from '../parse.js';

export interface Literal {
  /** The text that PostgreSQL reads for its type. */
  readonly text: string;
  readonly isString: boolean;
  /** As written, with its cast if it has one. */
  readonly sql: string;
}

/** A string, number or boolean constant, with or without a cast; undefined for anything else. */
export function literalOf(statement: ParsedStatement, node: Node | undefined): Literal | undefined {
  const constant = node && bareLiteral(node);
  if (node === undefined || constant === undefined) return undefined;
  const location = locationOf(node);
  return { ...constant, sql: writtenLiteral(statement.text, statement.offset(location)) };
}

function bareLiteral(node: Node): { readonly text: string; readonly isString: boolean } | undefined {
  if ('TypeCast' in node) return node.TypeCast.arg && bareLiteral(node.TypeCast.arg);
  if ('A_ArrayExpr' in node) return (node.A_ArrayExpr.elements ?? []).length === 0 ? { text: '{}', isString: false } : undefined;
  if (!('A_Const' in node)) return undefined;
  const { sval, ival, fval, boolval, isnull } = node.A_Const;
  if (isnull === true) return undefined;
  if (sval !== undefined) return { text: sval.sval ?? '', isString: true };
  if (ival !== undefined) return { text: String(ival.ival ?? 0), isString: false };
  if (fval !== undefined) return { text: fval.fval ?? '0', isString: false };
  if (boolval !== undefined) return { text: String(boolval.boolval === true), isString: false };
  return undefined;
}

/** Where the constant itself begins; a cast's own location is its `::`. */
function locationOf(node: Node): number {
  if ('TypeCast' in node) return node.TypeCast.arg ? locationOf(node.TypeCast.arg) : 0;
  if ('A_Const' in node) return node.A_Const.location ?? 0;
  if ('A_ArrayExpr' in node) return node.A_ArrayExpr.location ?? 0;
  return 0;
}

/** The constant's own tokens, and those of a `::` cast behind it. */
function writtenLiteral(text: string, start: number): string {
  const tokens = significantTokens(text, start);
  let end = start;
  let next = tokens.next().value;
  if (next === undefined) return '';
  end = next.end;
  const word = text.slice(next.start, next.end).toLowerCase();
  next = tokens.next().value;
  if (word === 'array' && next !== undefined) {
    const close = tokens.next().value;
    end = close?.end ?? end;
    next = tokens.next().value;
  }
  while (next !== undefined && text.slice(next.start, next.end) === '::') {
    const type = endOfType(text, next.end);
    end = type;
    const rest = significantTokens(text, type);
    next = rest.next().value;
  }
  return text.slice(start, end);
}

/** Words that continue a type's name. */
const TYPE_WORDS = /^(?:with|without|time|zone|precision|varying)$/i;

function endOfType(text: string, start: number): number {
  let end = start;
  let depth = 0;
  let named = false;
  for (const token of significantTokens(text, start)) {
    const word = text.slice(token.start, token.end);
    if (depth > 0 || word === '(' || word === '[') {
      if (word === '(' || word === '[') depth++;
      if (word === ')' || word === ']') depth--;
    } else if (token.kind === 'word' || token.kind === 'quotedIdentifier') {
      if (named && !TYPE_WORDS.test(word)) return end;
      named = true;
    } else if (word === '.') {
      named = false;
    } else {
      return end;
    }
    end = token.end;
  }
  return end;
}

function* significantTokens(text: string, start: number): Generator<Token, undefined> {
  for (let at = start; at < text.length;) {
    const token = tokenAt(text, at);
    at = token.end;
    if (!isBlank(token)) yield token;
  }
}
