/**
 * sqlc's own syntax in a statement: `@name`, `sqlc.arg(name)` and its siblings, `$1`, and the hook.
 *
 * Invariant: nothing inside a string, a quoted identifier or a comment is a macro, except that the hook
 * is a comment itself. Macros come in order and do not overlap.
 */
import type { Token } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { isHookComment } from './hook-comment.js';
import { type AnnotatedQuery, codeOf, errorIn } from './split.js';

/** A part of the statement that is replaced. Offsets are the file's. */
export type Macro = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'positional'; readonly number: number }
  /** A slice that is the whole of an IN list has the tokens of `IN (` or `NOT IN (`. */
  | { readonly kind: 'at' | 'arg' | 'narg' | 'slice'; readonly name: string; readonly list?: InList | undefined }
  /** The argument as it is written before `.*`, and the table's name or alias as PostgreSQL folds it. */
  | { readonly kind: 'embed'; readonly written: string; readonly relation: string }
  | { readonly kind: 'hook' }
);

/** The tokens before a slice that stands alone in an IN list. */
export interface InList {
  readonly not: Token | undefined;
  readonly in: Token;
  readonly parenthesis: Token;
  /** Where a cast to the element's type ends, if the slice has one; it becomes a cast to an array. */
  readonly castEnd?: number | undefined;
}

const MACROS = ['arg', 'narg', 'slice', 'embed'] as const;

/**
 * The operators of `pg_operator` that end in `@`, contrib modules included. Not among them is `@`
 * itself (the absolute value; write `@ x`), and not `@@@` (an old spelling of `@@`), because
 * `@@@q` is more likely `@@ @q`.
 */
const OPERATORS = new Set(['<@', '@@', '^@', '@-@', '?@', '^<@', '?<@']);

/** The tokens that PostgreSQL reads of a query. */
class Code {
  readonly text: string;
  readonly tokens: readonly Token[];

  constructor(query: AnnotatedQuery) {
    this.text = query.file.text;
    this.tokens = codeOf(query);
  }

  /** The text of a token, in lower case; none where there is no such token. */
  at(index: number): string {
    const token = this.tokens[index];
    return token ? this.text.slice(token.start, token.end).toLowerCase() : '';
  }
}

/** Every macro of a query, and what is wrong with those that cannot be read; both in order. */
export function findMacros(query: AnnotatedQuery): { readonly macros: readonly Macro[]; readonly problems: readonly Diagnostic[] } {
  const code = new Code(query);
  const { text, tokens } = code;
  const macros: Macro[] = [];
  const problems: Diagnostic[] = [];
  const calls: Call[] = [];
  let read = 0;
  for (const [index, { kind, start, end }] of tokens.entries()) {
    if (start < read) continue;
    if (kind === 'placeholder') macros.push({ kind: 'positional', start, end, number: Number(text.slice(start + 1, end)) });
    else if (kind === 'operator') {
      // The last character of an operator begins a parameter as in `id=@id`, but not as in `a <@b`.
      const word = tokens[index + 1];
      if (text[end - 1] !== '@' || word?.kind !== 'word' || word.start !== end || OPERATORS.has(text.slice(start, end))) continue;
      macros.push({ kind: 'at', start: end - 1, end: word.end, name: text.slice(end, word.end) });
      read = word.end;
    } else if (kind === 'word' && end - start === 'sqlc'.length) {
      const call = readCall(code, index);
      if (call === undefined) continue;
      const macro = readMacro(code, call, read);
      if ('kind' in macro) macros.push(macro);
      else problems.push(errorIn(query, ...macro, call));
      calls.push(call);
      read = call.end;
    }
  }
  for (const { kind, start, end } of query.tokens) {
    if (kind !== 'lineComment' || start >= query.end || !isHookComment(text.slice(start, end))) continue;
    if (calls.some((call) => call.start < start && end < call.end)) {
      const message = 'this hook stands inside a macro call, where no condition can stand';
      problems.push(errorIn(query, message, 'Move it to the end of the WHERE clause.', { start, end }));
    } else macros.push({ kind: 'hook', start, end });
  }
  return { macros: macros.sort(byStart), problems: problems.sort(byStart) };
}

function byStart(one: { readonly start?: number | undefined }, other: { readonly start?: number | undefined }): number {
  return (one.start ?? 0) - (other.start ?? 0);
}

interface Call {
  /** The function's name, in lower case. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Indexes of the tokens `sqlc` and of the last one. */
  readonly first: number;
  readonly last: number;
  /** The tokens of each argument; undefined where the parenthesis never closes. */
  readonly args: readonly (readonly Token[])[] | undefined;
}

const NESTING: Readonly<Record<string, number>> = { '(': 1, '[': 1, ')': -1, ']': -1 };

/** `sqlc . name (`, in any case and with white space or comments in between; the closing parenthesis may be missing. */
function readCall(code: Code, first: number): Call | undefined {
  const { tokens } = code;
  const [open, start] = [first + 3, tokens[first]?.start ?? 0];
  if (code.at(first) !== 'sqlc' || code.at(first - 1) === '.' || code.at(first + 1) !== '.') return undefined;
  if (tokens[first + 2]?.kind !== 'word' || code.at(open) !== '(') return undefined;
  const call = { name: code.at(first + 2), start, first };
  const args: Token[][] = [];
  let depth = 0;
  for (let index = open + 1, token = tokens[index]; token !== undefined; token = tokens[++index]) {
    const mark = code.at(index);
    if (mark === ')' && depth <= 0) return { ...call, end: token.end, last: index, args };
    if (args.length === 0) args.push([]);
    if (mark === ',' && depth === 0) args.push([]);
    else args.at(-1)?.push(token);
    depth += NESTING[mark] ?? 0;
  }
  return { ...call, end: tokens[open]?.end ?? start, last: open, args: undefined };
}

/** `from` is where the macro before ends. */
function readMacro(
  code: Code,
  { name: called, start, end, first, last, args }: Call,
  from: number,
): Macro | readonly [message: string, remedy: string] {
  const kind = MACROS.find((candidate) => candidate === called);
  if (kind === undefined)
    return [`function "sqlc.${called}" does not exist`, `Use one of ${MACROS.map((known) => `sqlc.${known}`).join(', ')}.`];
  if (args === undefined) {
    return [`the parenthesis of sqlc.${kind} is never closed`, `Close it behind the argument, as in sqlc.${kind}(name).`];
  }
  const [argument = []] = args;
  if (args.length !== 1) {
    const only = kind === 'embed' ? "a table's name or alias, as in sqlc.embed(users)" : `the parameter's name, as in sqlc.${kind}(name)`;
    return [`expected 1 parameter to sqlc.${kind}; got ${args.length}`, `Give it only ${only}.`];
  }
  const read = readName(code.text, argument);
  if (read === undefined) {
    const got = code.text.slice(argument[0]?.start, argument.at(-1)?.end);
    const message = `expected parameter to sqlc.${kind} to be string or reference; got "${got}"`;
    return [message, `Name it, as in sqlc.${kind}(name) or sqlc.${kind}('name').`];
  }
  const { name, ...table } = read;
  if (name === '') return [`the name in sqlc.${kind} is empty`, `Write a name, as in sqlc.${kind}('name').`];
  if (kind === 'embed') return { kind, start, end, ...table };
  return { kind, start, end, name, list: kind === 'slice' ? inListOf(code, first, last, from) : undefined };
}

/** `'string'`, or a reference: words and quoted identifiers with dots between, which sqlc joins into one name. */
function readName(
  text: string,
  tokens: readonly Token[],
): { readonly name: string; readonly written: string; readonly relation: string } | undefined {
  const written = tokens.map(({ start, end }) => text.slice(start, end));
  const [first = ''] = written;
  if (tokens.length === 1 && tokens[0]?.kind === 'string' && first.startsWith("'")) {
    const name = first.slice(1, -1).replaceAll("''", "'");
    // As a table's name it is read unquoted, if that is possible.
    const plain = /^[\p{L}_][\p{L}\p{Nd}_$]*$/u.test(name);
    return { name, written: plain ? name : `"${name.replaceAll('"', '""')}"`, relation: plain ? name.toLowerCase() : name };
  }
  const parts = tokens.map(({ kind }, index) => {
    const part = written[index] ?? '';
    if (index % 2 === 1) return part === '.' ? '' : undefined;
    if (kind === 'word') return part.toLowerCase();
    return kind === 'quotedIdentifier' && part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : undefined;
  });
  const relation = parts.at(-1);
  if (relation === undefined || tokens.length % 2 === 0 || parts.includes(undefined)) return undefined;
  return { name: parts.join(''), written: written.join(''), relation };
}

/**
 * The IN list that a slice fills alone, with or without a cast behind it. PostgreSQL takes a slice
 * as one array, which `= ANY` reads and IN does not.
 */
function inListOf(code: Code, first: number, last: number, from: number): InList | undefined {
  const { tokens } = code;
  const [before, inToken, parenthesis] = [tokens[first - 3], tokens[first - 2], tokens[first - 1]];
  if (inToken === undefined || parenthesis === undefined || code.at(first - 2) !== 'in' || code.at(first - 1) !== '(') return undefined;
  // `@in` and `@not` are parameters.
  if (inToken.start < from) return undefined;
  const isNegated = before !== undefined && before.start >= from && code.at(first - 3) === 'not';
  const list = { not: isNegated ? before : undefined, in: inToken, parenthesis };
  if (code.at(last + 1) === ')') return list;
  if (code.at(last + 1) !== '::') return undefined;
  let depth = 0;
  for (let index = last + 2; index < tokens.length; index++) {
    const mark = code.at(index);
    if (mark === ')' && depth === 0) return { ...list, castEnd: code.at(index - 1) === ']' ? undefined : tokens[index - 1]?.end };
    depth += NESTING[mark] ?? 0;
    // Apart from its modifiers, a type consists of names.
    if (depth === 0 && !')].'.includes(mark) && !/^(?:word|quotedIdentifier)$/.test(tokens[index]?.kind ?? '')) return undefined;
  }
  return undefined;
}
