/** What the lexer makes of a text. */

export type TokenKind =
  | 'whitespace'
  | 'lineComment'
  | 'blockComment'
  /** A keyword or an unquoted identifier. */
  | 'word'
  /** `"name"` and `U&"name"`. */
  | 'quotedIdentifier'
  /** `'text'`, `N'text'` and `U&'text'`: a backslash is an ordinary character. */
  | 'string'
  /** `E'text'`: a backslash escapes the next character. */
  | 'escapeString'
  /** `B'01'` and `X'1F'`. */
  | 'bitString'
  /** `$$text$$` and `$tag$text$tag$`. */
  | 'dollarString'
  | 'number'
  /** `$1`. */
  | 'placeholder'
  /** A run of operator characters, cut where PostgreSQL cuts it. */
  | 'operator'
  /** One of `( ) [ ] , ; : .`, or `::`, `:=`, `..`. */
  | 'punctuation'
  /** A character that starts no token of PostgreSQL's, such as a NUL or a lone backslash. */
  | 'unknown';

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** False where the text ended inside the token. */
  readonly closed: boolean;
}

/** True for tokens that PostgreSQL's grammar never sees. */
export function isBlank(token: Token): boolean {
  return token.kind === 'whitespace' || token.kind === 'lineComment' || token.kind === 'blockComment';
}
