/**
 * sqlc's own syntax in a statement: `@name`, `sqlc.arg(name)` and its siblings, `$1`, and the hook.
 *
 * Invariant: nothing inside a string, a quoted identifier or a comment is a macro, except that the hook
 * is a comment itself. Macros come in order and do not overlap.
 */
import type { Edit } from '../../sql/index.js';
import { isHookComment } from './hook-comment.js';
import { type AnnotatedQuery, errorIn, type LocatedDiagnostic, type Place } from './split.js';
import type { SourceToken } from './statements.js';

export interface ParameterMacro extends Place {
  readonly kind: 'positional' | 'at' | 'arg' | 'narg' | 'slice';
  /** A positional one has a number, and any other a name. */
  readonly number?: number;
  readonly name?: string;
  /** For a slice that is the whole of an IN list: what makes `= ANY(` or `<> ALL(` of it. */
  readonly around?: readonly Edit[];
}

export interface EmbedMacro extends Place {
  /** The argument as it is written before `.*`, and the table's name or alias as PostgreSQL folds it. */
  readonly written: string;
  readonly relation: string;
}

const MACROS = ['arg', 'narg', 'slice', 'embed'] as const;

/**
 * The operators of `pg_operator` that end in `@`, contrib modules included. Not among them is `@`
 * itself (the absolute value; write `@ x`), and not `@@@` (an old spelling of `@@`), because
 * `@@@q` is more likely `@@ @q`.
 */
const OPERATORS = new Set(['<@', '@@', '^@', '@-@', '?@', '^<@', '?<@']);

/** Every macro of a query, each kind in order, and what is wrong with those that cannot be read. */
export function findMacros(query: AnnotatedQuery) {
  const parameters: ParameterMacro[] = [];
  const embeds: EmbedMacro[] = [];
  const problems: LocatedDiagnostic[] = [];
  let read = 0;
  for (const [index, token] of query.code.entries()) {
    if (token.start < read) continue;
    const found = macroAt(query, index, token, read);
    if (found === undefined) continue;
    if ('message' in found) problems.push(found);
    else if ('written' in found) embeds.push(found);
    else parameters.push(found);
    read = found.end;
  }
  const calls = [...parameters, ...embeds, ...problems];
  const hooks = query.tokens.filter(({ kind, start, text }) => kind === 'lineComment' && start < query.end && isHookComment(text));
  const isInside = ({ start, end }: Place): boolean => calls.some((call) => call.start < start && end < call.end);
  const message = 'this hook stands inside a macro call, where no condition can stand';
  problems.push(...hooks.filter(isInside).map((hook) => errorIn(query, message, 'Move it to the end of the WHERE clause.', hook)));
  problems.sort((one, other) => one.start - other.start);
  return { parameters, embeds, hooks: hooks.filter((hook) => !isInside(hook)), problems };
}

type Code = readonly SourceToken[];
type Macro = ParameterMacro | EmbedMacro | LocatedDiagnostic;

/** The macro that begins with a token; `from` is where the macro before ends. */
function macroAt(query: AnnotatedQuery, index: number, { kind, start, end, text }: SourceToken, from: number): Macro | undefined {
  if (kind === 'placeholder') return { kind: 'positional', start, end, number: Number(text.slice(1)) };
  if (kind === 'word' && /^sqlc$/i.test(text)) return readCall(query, index, from);
  // The last character of an operator begins a parameter as in `id=@id`, but not as in `a <@b`.
  const word = query.code[index + 1];
  if (kind !== 'operator' || !text.endsWith('@') || word?.kind !== 'word' || word.start !== end || OPERATORS.has(text)) return undefined;
  return { kind: 'at', start: end - 1, end: word.end, name: word.text };
}

const NESTING: Readonly<Record<string, number>> = { '(': 1, '[': 1, ')': -1, ']': -1 };

/** The tokens from an index up to the parenthesis that closes around them, and those of them that are in no brackets. */
function enclosed(code: Code, from: number): { readonly tokens: Code; readonly outer: Code; readonly close: SourceToken } | undefined {
  const outer: SourceToken[] = [];
  let depth = 0;
  for (let index = from, token = code[index]; token !== undefined; token = code[++index]) {
    if (token.text === ')' && depth <= 0) return { tokens: code.slice(from, index), outer, close: token };
    const step = NESTING[token.text] ?? 0;
    if (step === 0 && depth === 0) outer.push(token);
    depth += step;
  }
  return undefined;
}

/** `sqlc . name ( argument )`, in any case and with white space or comments in between. */
function readCall(query: AnnotatedQuery, first: number, from: number): Macro | undefined {
  const { file, code } = query;
  const [sqlc, dot, name, open] = code.slice(first, first + 4);
  if (sqlc === undefined || dot?.text !== '.' || name?.kind !== 'word' || open?.text !== '(') return undefined;
  if (code[first - 1]?.text === '.') return undefined;
  const inside = enclosed(code, first + 4);
  const place = { start: sqlc.start, end: (inside?.close ?? open).end };
  const wrong = (message: string, remedy: string): LocatedDiagnostic => errorIn(query, message, remedy, place);
  const called = name.text.toLowerCase();
  const kind = MACROS.find((candidate) => candidate === called);
  if (kind === undefined)
    return wrong(`function "sqlc.${called}" does not exist`, `Use one of ${MACROS.map((known) => `sqlc.${known}`).join(', ')}.`);
  if (inside === undefined)
    return wrong(`the parenthesis of sqlc.${kind} is never closed`, `Close it behind the argument, as in sqlc.${kind}(name).`);
  const { tokens, outer } = inside;
  const count = tokens.length === 0 ? 0 : outer.filter(({ text }) => text === ',').length + 1;
  if (count !== 1) {
    const only = kind === 'embed' ? "a table's name or alias, as in sqlc.embed(users)" : `the parameter's name, as in sqlc.${kind}(name)`;
    return wrong(`expected 1 parameter to sqlc.${kind}; got ${count}`, `Give it only ${only}.`);
  }
  const argument = readName(tokens);
  if (argument === undefined) {
    const got = file.text.slice(tokens[0]?.start, tokens.at(-1)?.end);
    const message = `expected parameter to sqlc.${kind} to be string or reference; got "${got}"`;
    return wrong(message, `Name it, as in sqlc.${kind}(name) or sqlc.${kind}('name').`);
  }
  if (argument.name === '') return wrong(`the name in sqlc.${kind} is empty`, `Write a name, as in sqlc.${kind}('name').`);
  if (kind === 'embed') return { ...place, written: argument.written, relation: argument.relation };
  const around = kind === 'slice' ? editsOfList(query, first, first + 4 + tokens.length, from) : [];
  return { kind, ...place, name: argument.name, around };
}

/** `'string'`, or a reference: words and quoted identifiers with dots between, which sqlc joins into one name. */
function readName(tokens: Code): { readonly name: string; readonly written: string; readonly relation: string } | undefined {
  const [first] = tokens;
  if (tokens.length === 1 && first?.kind === 'string' && first.text.startsWith("'")) {
    const name = first.text.slice(1, -1).replaceAll("''", "'");
    // As a table's name it is read unquoted, if that is possible.
    const plain = /^[\p{L}_][\p{L}\p{Nd}_$]*$/u.test(name);
    return { name, written: plain ? name : `"${name.replaceAll('"', '""')}"`, relation: plain ? name.toLowerCase() : name };
  }
  const parts = tokens.map(({ kind, text }, index) => {
    if (index % 2 === 1) return text === '.' ? '' : undefined;
    if (kind === 'word') return text.toLowerCase();
    return kind === 'quotedIdentifier' && text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : undefined;
  });
  const relation = parts.at(-1);
  if (relation === undefined || tokens.length % 2 === 0 || parts.includes(undefined)) return undefined;
  return { name: parts.join(''), written: tokens.map(({ text }) => text).join(''), relation };
}

/**
 * For the IN list that a slice fills alone, with or without a cast behind it: PostgreSQL takes a slice as one
 * array, which `= ANY` reads and IN does not. A cast to the element's type becomes one to an array.
 */
function editsOfList({ file, code }: AnnotatedQuery, first: number, last: number, from: number): readonly Edit[] {
  const [before, list, parenthesis] = [code[first - 3], code[first - 2], code[first - 1]];
  // `@in` and `@not` are parameters.
  if (list === undefined || list.start < from || !/^in$/i.test(list.text) || parenthesis?.text !== '(') return [];
  const not = before && before.start >= from && /^not$/i.test(before.text) ? before : undefined;
  // Comments and line breaks stay.
  const gaps = file.text.slice(not?.end ?? list.start, list.start) + file.text.slice(list.end, parenthesis.start);
  const edits = [{ start: list.start, end: /^[ \t]*$/.test(gaps) ? parenthesis.start : list.end, text: not ? 'ALL' : '= ANY' }];
  if (not) edits.push({ start: not.start, end: not.end, text: '<>' });
  const behind = code[last + 1]?.text;
  if (behind === ')') return edits;
  const type = behind === '::' ? enclosed(code, last + 2) : undefined;
  // Apart from its modifiers, a type consists of names.
  if (!type?.outer.every(({ kind, text }) => text === '.' || kind === 'word' || kind === 'quotedIdentifier')) return [];
  const end = type.tokens.at(-1);
  return end === undefined || end.text === ']' ? edits : [...edits, { start: end.end, end: end.end, text: '[]' }];
}
