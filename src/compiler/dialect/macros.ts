/**
 * sqlc's own syntax in a statement: `@name`, `sqlc.arg(name)` and its siblings, `$1`, and the hook.
 *
 * Invariant: nothing inside a string, a quoted identifier or a comment is a macro, except that the hook
 * is a comment itself. Macros come in order and do not overlap.
 */
import { isBlank, type Token, tokenAt } from '../../sql/index.js';
import { isHookComment } from './hook-comment.js';

/** A part of the statement that is replaced. Offsets are the file's. */
export type Macro =
  | { readonly kind: 'positional'; readonly start: number; readonly end: number; readonly number: number }
  | {
      readonly kind: 'at' | 'arg' | 'narg' | 'slice';
      readonly start: number;
      readonly end: number;
      readonly name: string;
      /** For a slice that is the whole of an IN list: the tokens of `IN (` or `NOT IN (`. */
      readonly list?: InList;
    }
  | {
      readonly kind: 'embed';
      readonly start: number;
      readonly end: number;
      /** The argument as it is written before `.*`. */
      readonly written: string;
      /** The table's name or alias as PostgreSQL folds it. */
      readonly relation: string;
    }
  | { readonly kind: 'hook'; readonly start: number; readonly end: number }
  | {
      readonly kind: 'invalid';
      readonly start: number;
      readonly end: number;
      readonly message: string;
      readonly remedy: string;
    };

/** The tokens before a slice that stands alone in an IN list. */
export interface InList {
  readonly not: Token | undefined;
  readonly in: Token;
  readonly parenthesis: Token;
  /** Where a cast to the element's type ends, if the slice has one; it becomes a cast to an array. */
  readonly castEnd?: number;
}

const MACROS = ['arg', 'narg', 'slice', 'embed'] as const;

/** A token with its text, in lower case where it is a word. */
interface Written extends Token {
  readonly written: string;
}

/** Every macro between two offsets, of which `start` is a token's boundary. */
export function findMacros(text: string, start: number, end: number): Macro[] {
  const tokens: Written[] = [];
  const comments: Token[] = [];
  for (let at = start; at < end;) {
    const token = tokenAt(text, at);
    at = token.end;
    if (token.kind === 'lineComment') comments.push(token);
    if (isBlank(token)) continue;
    const written = text.slice(token.start, token.end);
    tokens.push({ ...token, written: token.kind === 'word' ? written.toLowerCase() : written });
  }
  const found: Macro[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    if (token.kind === 'placeholder') {
      found.push({ kind: 'positional', start: token.start, end: token.end, number: Number(token.written.slice(1)) });
    } else if (token.kind === 'operator') {
      const word = parameterWord(text, token);
      if (word === undefined) continue;
      found.push({ kind: 'at', start: token.end - 1, end: word.end, name: text.slice(word.start, word.end) });
      index++;
    } else if (token.kind === 'word') {
      const call = readCall(tokens, index);
      if (call === undefined) continue;
      found.push(readMacro(text, call, tokens));
      index = call.last;
    }
  }
  for (const { start: from, end: to } of comments) {
    if (!isHookComment(text.slice(from, to))) continue;
    const isInside = found.some((macro) => macro.start < from && to < macro.end);
    const message = 'this hook stands inside a macro call, where no condition can stand';
    const remedy = 'Move it to the end of the WHERE clause.';
    found.push(isInside ? { kind: 'invalid', start: from, end: to, message, remedy } : { kind: 'hook', start: from, end: to });
  }
  return found.sort((x, y) => x.start - y.start);
}

/**
 * The operators of `pg_operator` that end in `@`, contrib modules included. Not among them is `@`
 * itself (the absolute value; write `@ x`), and not `@@@` (an old spelling of `@@`), because
 * `@@@q` is more likely `@@ @q`.
 */
const OPERATORS = new Set(['<@', '@@', '^@', '@-@', '?@', '^<@', '?<@']);

/**
 * The word of the parameter that begins with the last character of an operator, if one does: as in
 * `id=@id`, and not in `a <@b`.
 */
function parameterWord(text: string, { written, end }: Written): Token | undefined {
  if (!written.endsWith('@') || end >= text.length || OPERATORS.has(written)) return undefined;
  const word = tokenAt(text, end);
  return word.kind === 'word' ? word : undefined;
}

interface Call {
  /** The function's name, in lower case. */
  readonly macro: string;
  /** Indexes of the tokens `sqlc`, of the parentheses, and of the last token. */
  readonly first: number;
  readonly open: number;
  /** Undefined where the parenthesis never closes. */
  readonly close: number | undefined;
  readonly last: number;
}

/** `sqlc . name (`, in any case and with white space or comments in between; the closing parenthesis may be missing. */
function readCall(tokens: readonly Written[], first: number): Call | undefined {
  const is = (index: number, mark: string): boolean => tokens[index]?.kind === 'punctuation' && tokens[index].written === mark;
  const name = tokens[first + 2];
  if (tokens[first]?.written !== 'sqlc' || is(first - 1, '.') || !is(first + 1, '.')) return undefined;
  if (name?.kind !== 'word' || !is(first + 3, '(')) return undefined;
  let depth = 0;
  const open = first + 3;
  for (let index = open; index < tokens.length; index++) {
    if (is(index, '(')) depth++;
    else if (is(index, ')') && --depth === 0) return { macro: name.written, first, open, close: index, last: index };
  }
  return { macro: name.written, first, open, close: undefined, last: open };
}

function readMacro(text: string, call: Call, tokens: readonly Written[]): Macro {
  const start = tokens[call.first]?.start ?? 0;
  const end = tokens[call.last]?.end ?? start;
  const invalid = (message: string, remedy: string): Macro => ({ kind: 'invalid', start, end, message, remedy });

  const macro = MACROS.find((candidate) => candidate === call.macro);
  if (macro === undefined) {
    return invalid(
      `function "sqlc.${call.macro}" does not exist`,
      `Use one of ${MACROS.map((candidate) => `sqlc.${candidate}`).join(', ')}.`,
    );
  }
  if (call.close === undefined) {
    return invalid(`the parenthesis of sqlc.${macro} is never closed`, `Close it behind the argument, as in sqlc.${macro}(name).`);
  }
  const args = splitArguments(tokens.slice(call.open + 1, call.close));
  const [argument = []] = args;
  if (args.length !== 1) {
    const only = macro === 'embed' ? "a table's name or alias, as in sqlc.embed(users)" : `the parameter's name, as in sqlc.${macro}(name)`;
    return invalid(`expected 1 parameter to sqlc.${macro}; got ${args.length}`, `Give it only ${only}.`);
  }
  const name = readName(text, argument);
  if (name === undefined) {
    const got = text.slice(argument[0]?.start, argument.at(-1)?.end);
    return invalid(
      `expected parameter to sqlc.${macro} to be string or reference; got "${got}"`,
      `Name it, as in sqlc.${macro}(name) or sqlc.${macro}('name').`,
    );
  }
  if (name.name === '') return invalid(`the name in sqlc.${macro} is empty`, `Write a name, as in sqlc.${macro}('name').`);
  if (macro === 'embed') return { kind: 'embed', start, end, written: name.written, relation: name.relation };
  const list = macro === 'slice' ? inListOf(tokens, call) : undefined;
  return { kind: macro, start, end, name: name.name, ...(list === undefined ? {} : { list }) };
}

function splitArguments(tokens: readonly Written[]): Written[][] {
  if (tokens.length === 0) return [];
  const args: Written[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    const mark = token.kind === 'punctuation' ? token.written : '';
    if (mark === '(' || mark === '[') depth++;
    else if (mark === ')' || mark === ']') depth--;
    if (mark === ',' && depth === 0) args.push([]);
    else args.at(-1)?.push(token);
  }
  return args;
}

interface Name {
  readonly name: string;
  readonly written: string;
  readonly relation: string;
}

/** `'string'`, or a reference: words and quoted identifiers with dots between, which sqlc joins into one name. */
function readName(text: string, tokens: readonly Written[]): Name | undefined {
  const [first] = tokens;
  if (first?.kind === 'string' && first.written.startsWith("'")) {
    if (tokens.length > 1) return undefined;
    const name = first.written.slice(1, -1).replaceAll("''", "'");
    // As a table's name it is read unquoted, if that is possible.
    const plain = /^[\p{L}_][\p{L}\p{Nd}_$]*$/u.test(name);
    return { name, written: plain ? name : `"${name.replaceAll('"', '""')}"`, relation: plain ? name.toLowerCase() : name };
  }
  const parts: string[] = [];
  for (const [index, { kind, written }] of tokens.entries()) {
    if (index % 2 === 1) {
      if (written !== '.') return undefined;
    } else if (kind === 'word') parts.push(written);
    else if (kind === 'quotedIdentifier' && written.startsWith('"')) parts.push(written.slice(1, -1).replaceAll('""', '"'));
    else return undefined;
  }
  const relation = parts.at(-1);
  if (relation === undefined || tokens.length % 2 === 0) return undefined;
  return { name: parts.join(''), written: tokens.map(({ start, end }) => text.slice(start, end)).join(''), relation };
}

/**
 * The IN list that a slice fills alone, with or without a cast behind it. PostgreSQL takes a slice
 * as one array, which `= ANY` reads and IN does not.
 */
function inListOf(tokens: readonly Written[], { first, last }: Call): InList | undefined {
  const [before, inToken, parenthesis] = [tokens[first - 3], tokens[first - 2], tokens[first - 1]];
  if (inToken?.kind !== 'word' || inToken.written !== 'in' || parenthesis?.written !== '(') return undefined;
  const not = before?.kind === 'word' && before.written === 'not' ? before : undefined;
  const list = { not, in: inToken, parenthesis };
  if (tokens[last + 1]?.written === ')') return list;
  if (tokens[last + 1]?.written !== '::') return undefined;
  let depth = 0;
  for (let index = last + 2; index < tokens.length; index++) {
    const { written = '', kind } = tokens[index] ?? {};
    if (written === ')' && depth === 0) {
      const end = tokens[index - 1];
      return end === undefined || end.written === ']' ? list : { ...list, castEnd: end.end };
    }
    if (written === '(' || written === '[') depth++;
    else if (written === ')' || written === ']') depth--;
    // Apart from its modifiers, a type consists of names.
    else if (depth === 0 && written !== '.' && kind !== 'word' && kind !== 'quotedIdentifier') return undefined;
  }
  return undefined;
}
