/** Constants of a statement: their values, and how the author wrote them. */
import { tokenAt } from '../../sql/index.js';
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
  const { sval, ival, fval, boolval, location } = bare.A_Const;
  if (sval !== undefined) return { text: sval.sval ?? '', isString: true, location };
  if (ival !== undefined) return { text: String(ival.ival ?? 0), isString: false, location };
  if (fval !== undefined) return { text: fval.fval ?? '0', isString: false, location };
  return boolval && { text: String(boolval.boolval === true), isString: false, location };
}

/** The brackets of an empty array, and casts: the name of a type with what may follow it. */
const BEHIND =
  /(?:\s*\[\s*\])?(?:\s*::\s*(?:"[^"]*"|[\w.$\u0080-\uffff])+(?:\s+(?:with|without|time|zone|precision|varying)\b|\s*\([\d\s,]*\)|\s*\[\d*\])*)*/iy;

/** A constant as its author wrote it, with the `::` casts behind it. */
export function writtenLiteral({ text, offset }: ParsedStatement, { location }: Literal): string {
  const start = offset(location);
  BEHIND.lastIndex = tokenAt(text, start).end;
  BEHIND.test(text);
  return text.slice(start, BEHIND.lastIndex);
}
