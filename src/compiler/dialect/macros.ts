/**
 * sqlc's own syntax in a statement: `@name`, `sqlc.arg(name)` and its siblings, `$1`, and the hook.
 *
 * Invariant: what stands in a string, a quoted identifier or a comment is never a macro, the hook
 * excepted, which is a comment. Occurrences are in order and do not overlap.
 */
import { isBlank, type Token, tokenAt } from '../../sql/index.js';
import { isHookComment } from './hook-comment.js';
import { parameterWord } from './at-sign.js';

/** A part of the statement that stands for something else. Offsets are the file's. */
export type Occurrence =
  | { readonly kind: 'positional'; readonly start: number; readonly end: number; readonly number: number }
  | {
      readonly kind: 'at' | 'arg' | 'narg' | 'slice';
      readonly start: number;
      readonly end: number;
      readonly name: string;
      /** For a slice that is all of an IN list: where `IN (` begins and ends, and NOT if it stands before. */
      readonly list?: InList;
    }
  | {
      readonly kind: 'embed';
      readonly start: number;
      readonly end: number;
      /** The argument as written, to stand before `.*`. */
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
  /** Where the cast of the slice to its element's type ends, if there is one: the list is an array of that type. */
  readonly castEnd?: number;
}

const MACROS = ['arg', 'narg', 'slice', 'embed'] as const;

/** Every occurrence between two offsets, of which `start` is a token's boundary. */
export function findOccurrences(text: string, start: number, end: number): Occurrence[] {
  const all: Token[] = [];
  for (let at = start; at < end;) {
    const token = tokenAt(text, at);
    all.push(token);
    at = token.end;
  }
  const tokens = all.filter((token) => !isBlank(token));
  const found: Occurrence[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    if (token.kind === 'placeholder') {
      const number = Number(text.slice(token.start + 1, token.end));
      found.push({ kind: 'positional', start: token.start, end: token.end, number });
    } else if (token.kind === 'operator') {
      const word = parameterWord(text, token);
      if (word === undefined) continue;
      found.push({ kind: 'at', start: token.end - 1, end: word.end, name: text.slice(word.start, word.end) });
      index++;
    } else if (token.kind === 'word') {
      const call = readCall(text, tokens, index);
      if (call === undefined) continue;
      found.push(readMacro(text, call, tokens));
      index = call.last;
    }
  }
  for (const token of all) {
    if (token.kind !== 'lineComment' || !isHookComment(text.slice(token.start, token.end))) continue;
    const around = found.find((occurrence) => occurrence.start < token.start && token.end < occurrence.end);
    found.push(
      around
        ? {
            kind: 'invalid',
            start: token.start,
            end: token.end,
            message: 'this hook stands inside a macro call, where no condition can stand',
            remedy: 'Move it to the end of the WHERE clause.',
          }
        : { kind: 'hook', start: token.start, end: token.end },
    );
  }
  return found.sort((a, b) => a.start - b.start);
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

/** `sqlc . name (`, in any case and with anything blank between; the closing parenthesis may be missing. */
function readCall(text: string, tokens: readonly Token[], first: number): Call | undefined {
  const is = (index: number, mark: string): boolean => {
    const token = tokens[index];
    return token !== undefined && token.kind === 'punctuation' && text.slice(token.start, token.end) === mark;
  };
  const name = tokens[first + 2];
  if (wordOf(text, tokens[first]) !== 'sqlc' || is(first - 1, '.') || !is(first + 1, '.')) return undefined;
  if (name?.kind !== 'word' || !is(first + 3, '(')) return undefined;
  const macro = text.slice(name.start, name.end).toLowerCase();
  let depth = 0;
  for (let index = first + 3; index < tokens.length; index++) {
    if (is(index, '(')) depth++;
    else if (is(index, ')') && --depth === 0) return { macro, first, open: first + 3, close: index, last: index };
  }
  return { macro, first, open: first + 3, close: undefined, last: first + 3 };
}

function readMacro(text: string, call: Call, tokens: readonly Token[]): Occurrence {
  const start = tokens[call.first]?.start ?? 0;
  const end = tokens[call.last]?.end ?? start;
  const invalid = (message: string, remedy: string): Occurrence => ({ kind: 'invalid', start, end, message, remedy });

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
  const args = splitArguments(text, tokens.slice(call.open + 1, call.close));
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
  const list = macro === 'slice' ? inListOf(text, tokens, call) : undefined;
  return { kind: macro, start, end, name: name.name, ...(list === undefined ? {} : { list }) };
}

function splitArguments(text: string, tokens: readonly Token[]): Token[][] {
  if (tokens.length === 0) return [];
  const args: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    const mark = token.kind === 'punctuation' ? text.slice(token.start, token.end) : '';
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
function readName(text: string, tokens: readonly Token[]): Name | undefined {
  const [first] = tokens;
  if (first?.kind === 'string' && text[first.start] === "'") {
    if (tokens.length > 1) return undefined;
    const name = text.slice(first.start + 1, first.end - 1).replaceAll("''", "'");
    // Where the name stands for a table, it is read as if it were not quoted, if it can be.
    const plain = /^[\p{L}_][\p{L}\p{Nd}_$]*$/u.test(name);
    return { name, written: plain ? name : `"${name.replaceAll('"', '""')}"`, relation: plain ? name.toLowerCase() : name };
  }
  const parts: string[] = [];
  for (const [index, token] of tokens.entries()) {
    const written = text.slice(token.start, token.end);
    if (index % 2 === 1) {
      if (written !== '.') return undefined;
    } else if (token.kind === 'word') {
      parts.push(written.toLowerCase());
    } else if (token.kind === 'quotedIdentifier' && written.startsWith('"')) {
      parts.push(written.slice(1, -1).replaceAll('""', '"'));
    } else {
      return undefined;
    }
  }
  const relation = parts.at(-1);
  if (relation === undefined || tokens.length % 2 === 0) return undefined;
  const written = tokens.map((token) => text.slice(token.start, token.end)).join('');
  return { name: parts.join(''), written, relation };
}

/**
 * The IN list that a slice fills alone, with or without a cast behind it. PostgreSQL takes a slice
 * as one array, which `= ANY` reads and IN does not.
 */
function inListOf(text: string, tokens: readonly Token[], call: Call): InList | undefined {
  const mark = (index: number): string => {
    const token = tokens[index];
    return token === undefined ? '' : text.slice(token.start, token.end);
  };
  const inToken = tokens[call.first - 2];
  const parenthesis = tokens[call.first - 1];
  if (inToken === undefined || parenthesis === undefined) return undefined;
  if (mark(call.first - 1) !== '(' || wordOf(text, inToken) !== 'in') return undefined;
  const before = tokens[call.first - 3];
  const list = { not: wordOf(text, before) === 'not' ? before : undefined, in: inToken, parenthesis };
  if (mark(call.last + 1) === ')') return list;
  if (mark(call.last + 1) !== '::') return undefined;
  let depth = 0;
  for (let index = call.last + 2; index < tokens.length; index++) {
    const token = tokens[index];
    const written = mark(index);
    if (written === ')' && depth === 0) {
      const last = tokens[index - 1];
      return mark(index - 1) === ']' || last === undefined ? list : { ...list, castEnd: last.end };
    }
    if (written === '(' || written === '[') depth++;
    else if (written === ')' || written === ']') depth--;
    // Outside of its modifiers a type has nothing but names.
    else if (depth === 0 && written !== '.' && token?.kind !== 'word' && token?.kind !== 'quotedIdentifier') return undefined;
  }
  return undefined;
}

function wordOf(text: string, token: Token | undefined): string | undefined {
  return token?.kind === 'word' ? text.slice(token.start, token.end).toLowerCase() : undefined;
}
