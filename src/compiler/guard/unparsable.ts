/**
 * A hook that keeps its query from being SQL at all.
 *
 * Invariant: a syntax error is put down to a hook only where the text parses once the hook is out
 * of the way, so that the author is never sent to the wrong line.
 */
import type { A_Const, RangeVar } from 'libpg-query';
import { isBlank, tokenize } from '../../sql/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import type { ParsedStatement } from '../parse.js';
import type { Hook, RewrittenQuery } from '../dialect/index.js';
import { escapeAround, VERBS } from './escape.js';
import { leaking, misplaced, rowsOf, type Advice, type Escape } from './messages.js';
import type { Place } from './place.js';
import { findFrames, tableName, tablesIn } from './tree.js';

/** A hook as it is, as nothing, and as a condition without its AND; all of one length. */
const VARIANTS = ['AND (true)', '          ', '    (true)'] as const;
type Variant = (typeof VARIANTS)[number];

/** Beyond this many hooks they are only tried alike. */
const TRIED_ONE_BY_ONE = 4;

/** What is wrong with the hooks of a text that does not parse; empty where they are not to blame. */
export function diagnoseUnparsableHook(rewritten: RewrittenQuery, parse: (text: string) => ParsedStatement): readonly Diagnostic[] {
  const { hooks, annotated } = rewritten;
  for (const variants of combinations(hooks.length)) {
    const text = withVariants(rewritten.text, hooks, variants);
    const statement = tryParse(parse, text);
    if (statement === undefined) continue;
    return hooks.flatMap((hook, index) => {
      const variant = variants[index];
      if (variant === undefined || variant === 'AND (true)') return [];
      const advice = adviceFor(text, hook.at, variant, statement, parse);
      return [{ severity: 'error' as const, ...advice, file: annotated.file, start: hook.start, end: hook.end, query: annotated.name }];
    });
  }
  return [];
}

/** Every choice of variants, those that leave most hooks alone first. */
function combinations(count: number): readonly (readonly Variant[])[] {
  if (count > TRIED_ONE_BY_ONE) return VARIANTS.map((variant) => Array.from({ length: count }, () => variant));
  let all: readonly (readonly Variant[])[] = [[]];
  for (let index = 0; index < count; index++) all = all.flatMap((chosen) => VARIANTS.map((variant) => [...chosen, variant]));
  const changed = (chosen: readonly Variant[]): number => chosen.filter((variant) => variant !== 'AND (true)').length;
  return [...all].sort((a, b) => changed(a) - changed(b));
}

function withVariants(text: string, hooks: readonly Hook[], variants: readonly Variant[]): string {
  return hooks.reduce((edited, hook, index) => edited.slice(0, hook.at) + (variants[index] ?? '') + edited.slice(hook.until), text);
}

function tryParse(parse: (text: string) => ParsedStatement, text: string): ParsedStatement | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function adviceFor(
  text: string,
  at: number,
  variant: Variant,
  statement: ParsedStatement,
  parse: (text: string) => ParsedStatement,
): Advice {
  const place = findPlace(text, at);
  if (variant === '    (true)') return missingCondition(place.before);
  if (place.clause === 'where') return insideCondition(place, text, at);
  if (place.clause === 'none') {
    return {
      message: 'this hook stands before the statement, where no condition can stand',
      remedy: 'move it to the end of the WHERE clause',
    };
  }
  if (place.clause === 'from') {
    if (place.after === 'where') {
      return {
        message: 'this hook stands before WHERE, where no condition can stand',
        remedy: 'move it behind the condition, to the end of the WHERE clause',
      };
    }
    const { tables, verb } = missingWhere(text, at, parse) ?? wholeStatement(statement);
    if ('InsertStmt' in statement.statement && verb === 'returned') {
      return leaking({ kind: 'insert', target: tableName(statement.statement.InsertStmt.relation ?? {}) }, tables, verb);
    }
    return {
      message: `this hook has no WHERE clause to join, so all ${rowsOf(tables)} would be ${verb}`,
      remedy: 'write WHERE true before it',
    };
  }
  return misplaced({ kind: place.clause }, wholeStatement(statement));
}

/** The rows of the statement that a WHERE in the hook's place would belong to. */
function missingWhere(text: string, at: number, parse: (text: string) => ParsedStatement): Escape | undefined {
  const condition = 'WHERE true';
  const statement = tryParse(parse, text.slice(0, at) + condition + text.slice(at + condition.length));
  if (statement === undefined) return undefined;
  const frames = findFrames(statement.statement, (type, node) => {
    const { location }: A_Const = node;
    return type === 'A_Const' && statement.offset(location) === at + condition.indexOf('true');
  });
  return frames && escapeAround(frames, frames.length - 1, { kind: 'conjunct' });
}

/** Every table of a statement, or the one that it changes. */
function wholeStatement({ statement }: ParsedStatement): Escape {
  const [[type, node] = []] = Object.entries(statement);
  const { relation }: { relation?: RangeVar } = typeof node === 'object' && node !== null ? node : {};
  const tables = relation ? [relation] : tablesIn(statement);
  return { tables: [...new Set(tables.map(tableName))], verb: VERBS[type ?? ''] ?? 'returned' };
}

/** The hook is a condition of its own where one is missing. */
function missingCondition(before: string): Advice {
  return /^(?:and|or)$/.test(before)
    ? {
        message: `this hook brings its own AND, so the ${before.toUpperCase()} before it joins nothing`,
        remedy: `remove the ${before.toUpperCase()} before the hook`,
      }
    : {
        message: `this hook brings an AND, and nothing stands between ${before === '' ? 'it and the clause' : before.toUpperCase() + ' and it'} to be joined`,
        remedy: 'write a condition before the hook: WHERE true -- @authorize_filter',
      };
}

function insideCondition({ before }: FoundPlace, text: string, at: number): Advice {
  if (/\bcurrent\s+of\s+\S+\s*$/i.test(text.slice(0, at))) {
    return {
      message: 'this hook stands behind WHERE CURRENT OF, which takes no condition',
      remedy: 'name the row by its key instead: WHERE id = $1 -- @authorize_filter',
    };
  }
  if (before === 'where') return missingCondition(before);
  return {
    message: 'this hook stands in the middle of a condition, where its AND cannot stand',
    remedy: 'move it behind the whole condition, to the end of the WHERE clause',
  };
}

type Clause = Exclude<Place['kind'], 'conjunct' | 'argument' | 'outerOn'> | 'where' | 'from' | 'none';

interface FoundPlace {
  readonly clause: Clause;
  /** The tokens before and behind the hook, in lower case. */
  readonly before: string;
  readonly after: string;
}

/** The clause that each keyword begins. */
const KEYWORDS: Readonly<Record<string, Clause>> = {
  select: 'selectList',
  from: 'from',
  where: 'where',
  group: 'groupBy',
  having: 'having',
  window: 'window',
  order: 'orderBy',
  limit: 'limit',
  offset: 'limit',
  fetch: 'limit',
  for: 'locking',
  values: 'values',
  insert: 'values',
  set: 'set',
  update: 'from',
  delete: 'from',
  returning: 'returning',
  conflict: 'conflictTarget',
  union: 'statement',
  intersect: 'statement',
  except: 'statement',
  merge: 'mergeOn',
  when: 'mergeWhen',
};

/** The innermost clause that an offset stands in, by the keywords before it at its depth of parentheses. */
function findPlace(text: string, at: number): FoundPlace {
  const stack: { clause: Clause | undefined }[] = [{ clause: undefined }];
  let before = '';
  let after = '';
  for (const token of tokenize(text)) {
    if (isBlank(token)) continue;
    const word = text.slice(token.start, token.end).toLowerCase();
    if (token.start >= at) {
      after = word;
      break;
    }
    const top = stack.at(-1);
    if (word === '(') stack.push({ clause: undefined });
    else if (word === ')') stack.pop();
    else if (top && token.kind === 'word') top.clause = clauseBy(word, before, top.clause, stack.length > 1);
    before = word;
  }
  return { clause: stack.findLast(({ clause }) => clause !== undefined)?.clause ?? 'none', before, after };
}

function clauseBy(word: string, before: string, current: Clause | undefined, nested: boolean): Clause | undefined {
  const next = KEYWORDS[word];
  if (next === undefined) return current;
  // `extract(x FROM y)`, `substring(x FOR 2)`, `IS DISTINCT FROM`, `CASE WHEN`, `FOR UPDATE`.
  if (nested && current === undefined && !/^(?:select|values|insert|update|delete|merge)$/.test(word)) return current;
  if (word === 'from' && before === 'distinct') return current;
  if (word === 'when' && current !== 'mergeOn' && current !== 'mergeWhen') return current;
  if ((word === 'update' || word === 'delete') && /^(?:for|key|do|then)$/.test(before))
    return word === 'update' && before === 'do' ? 'set' : current;
  // `UPDATE t SET a = 1` without WHERE lacks it as a FROM does.
  return next;
}
