/** Constants of a statement: their values, and how the author wrote them. */
import { isBlank, tokenAt } from '../../sql/index.js';
import { type Node, type ParsedStatement, uncast } from '../parse.js';

export interface Literal {
  /** The text that PostgreSQL reads for its type. */
  readonly text: string;
  readonly isString: boolean;
  /** Where the constant itself begins, in bytes; a cast's own location is its `::`. */
  readonly location: number | undefined;
}

/** A string, number or boolean constant, or an empty array, with or without a cast; undefined for anything else. */
export function literalOf(node: Node | undefined): Literal | undefined {
  const bare = uncast(node);
  if (bare && 'A_ArrayExpr' in bare) {
    const { elements = [], location } = bare.A_ArrayExpr;
    return elements.length === 0 ? { text: '{}', isString: false, location } : undefined;
  }
  if (!bare || !('A_Const' in bare)) return undefined;
  const { sval, ival, fval, boolval, isnull, location } = bare.A_Const;
  if (isnull === true) return undefined;
  if (sval !== undefined) return { text: sval.sval ?? '', isString: true, location };
  if (ival !== undefined) return { text: String(ival.ival ?? 0), isString: false, location };
  if (fval !== undefined) return { text: fval.fval ?? '0', isString: false, location };
  return boolval && { text: String(boolval.boolval === true), isString: false, location };
}

/** Words that continue a type's name. */
const TYPE_WORDS = /^(?:with|without|time|zone|precision|varying)$/i;

/** A constant as its author wrote it, with the `::` casts behind it. */
export function writtenLiteral({ text, offset }: ParsedStatement, { location }: Literal): string {
  const start = offset(location);
  let end = start;
  let depth = 0;
  let isNamed = true;
  for (let at = start; at < text.length;) {
    const token = tokenAt(text, at);
    at = token.end;
    if (isBlank(token)) continue;
    const word = text.slice(token.start, token.end);
    const opens = word === '(' || word === '[';
    const isName = token.kind === 'word' || token.kind === 'quotedIdentifier';
    const joins = word === '::' || word === '.';
    if (end > start && depth === 0 && !opens && !joins && (!isName || (isNamed && !TYPE_WORDS.test(word)))) break;
    if (opens) depth++;
    else if (word === ')' || word === ']') depth--;
    if (depth === 0) isNamed = !joins;
    end = token.end;
  }
  return text.slice(start, end);
}
