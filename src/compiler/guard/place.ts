/**
 * What can be told of a hook without a database, by the text: how it is spelled, whether the query is SQL
 * with it, and which clause it stands in; for a hook that AND does not join to a whole WHERE clause, the
 * expression around it.
 */
import { type Catalog, functionOf } from '../../catalog/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { isBlank, tokenize } from '../../sql/index.js';
import { allLevels, contains, field, integer, type Level, type TreeNode, walk } from '../analysis/index.js';
import type { Hook, RewrittenQuery } from '../dialect/index.js';
import { changeIn, kindOf, nodesIn, type ParsedStatement, parseOne } from '../parse.js';
import { hookError, misplaced, NO_INSERT, type PastHook, type Place, rowsOf, type Said, verbOf } from './messages.js';
import { checkSpelling } from './spelling.js';

/** What is wrong with a query's hooks as they are written; without a statement, the text does not parse. */
export function checkHooks(rewritten: RewrittenQuery, statement: ParsedStatement | undefined): readonly Diagnostic[] {
  return [...checkSpelling(rewritten), ...(statement === undefined ? blameHooks(rewritten) : [])];
}

/** The hooks in clauses that take no condition, where PostgreSQL does not understand the query. */
export function explainHooks(rewritten: RewrittenQuery): readonly Diagnostic[] {
  return rewritten.hooks.flatMap((hook) => {
    const said = saidOf(rewritten.text, hook.at);
    return said === undefined ? [] : [hookError(rewritten, hook, said)];
  });
}

const HOOK = 'AND (true)';

/**
 * What is wrong with the hooks of a text that does not parse. A syntax error is put down to a hook only where the
 * text parses once the hook is out of the way, so that the author is never sent to the wrong line.
 */
function blameHooks(rewritten: RewrittenQuery): readonly Diagnostic[] {
  const { text, hooks } = rewritten;
  const isBare = hooks.map(({ at }) => /^(?:where|and|or|not|on|when|having|\()$/.test(clauseAt(text, at).before));
  /** The text with each hook out of the way but one; where a condition is missing, as one. */
  const without = (asCondition: boolean, kept?: Hook): string =>
    hooks.reduce((edited, hook, index) => {
      const variant = hook === kept ? HOOK : asCondition && isBare[index] ? '    (true)' : ' '.repeat(HOOK.length);
      return edited.slice(0, hook.at) + variant + edited.slice(hook.until);
    }, text);
  const asCondition = [false, true].find((way) => tryParse(without(way)));
  if (asCondition === undefined) return [];
  return hooks.flatMap((hook, index): Diagnostic[] => {
    if (tryParse(without(asCondition, hook))) return [];
    const found = clauseAt(without(asCondition), hook.at);
    const said = asCondition && isBare[index] ? missingCondition(found.before.toUpperCase()) : unparsable(found, text.slice(0, hook.at));
    return [hookError(rewritten, hook, said)];
  });
}

/** For a hook that keeps the text from being parsed. */
function unparsable({ clause, after, around }: Found, before: string): Said {
  if (clause === 'none') return `stands before the statement, where no condition can stand\nMove it to the end of the WHERE clause.`;
  if (clause === 'where' && /\bcurrent\s+of\s+\S+\s*$/i.test(before))
    return `stands behind WHERE CURRENT OF, which takes no condition
      Name the row by its key instead, as in WHERE id = $1, and put the hook behind that.`;
  if (clause === 'where')
    return `stands in the middle of a condition, where its AND cannot stand
      Move it behind the whole condition, to the end of the WHERE clause.`;
  if (clause === 'from' && after === 'where')
    return `stands before WHERE, where no condition can stand\nMove it behind the condition, to the end of the WHERE clause.`;
  const { rows, verb } = statementAround(around);
  if (clause !== 'from') return misplaced({ kind: clause }, { rows, verb });
  const remedy = verb === 'inserted' ? NO_INSERT : 'Write WHERE true before it.';
  return `has no WHERE clause to join, so all ${rows} would be ${verb}\n${remedy}`;
}

/** The hook is a condition of its own where one is missing. */
function missingCondition(before: string): Said {
  if (before === 'AND' || before === 'OR')
    return `brings its own AND, so the ${before} before it joins nothing\nRemove the ${before} before the hook.`;
  return `brings an AND, and nothing stands between ${before === '' ? 'it and the clause' : `${before} and it`} to be joined
    Write a condition before the hook, such as WHERE true.`;
}

/** What is wrong with a hook's place: a clause that takes no condition, or else the obstacle that PostgreSQL's tree shows. */
export function saidOf(text: string, at: number, obstacle?: Place): Said | undefined {
  const { clause, around } = clauseAt(text, at);
  const place = clause === 'where' || clause === 'from' || clause === 'none' ? obstacle : { kind: clause };
  return place && misplaced(place, statementAround(around));
}

/** The tables of the innermost statement that parses, or the table that it changes. */
function statementAround(around: readonly string[]): PastHook {
  for (const text of around) {
    const statement = tryParse(text)?.statement;
    if (!statement) continue;
    const changed = changeIn(statement)?.change.relation;
    // CTEs count as tables.
    const tables = changed ? [changed] : nodesIn(statement).flatMap((node) => ('RangeVar' in node ? [node.RangeVar] : []));
    const names = tables.map(({ schemaname, relname = '' }) => (schemaname === undefined ? relname : `${schemaname}.${relname}`));
    return { rows: rowsOf([...new Set(names)]), verb: verbOf(kindOf(statement).replace('Stmt', '').toLowerCase()) };
  }
  return { rows: rowsOf([]), verb: 'returned' };
}

function tryParse(text: string): ParsedStatement | undefined {
  try {
    return parseOne(text);
  } catch {
    return undefined;
  }
}

/** The innermost node around a probe that is not an AND: it keeps the probe from being a conjunct. */
export function obstacleOf(root: Level, isProbe: (node: TreeNode) => boolean, catalog: Catalog): Place | undefined {
  for (const { query } of allLevels(root)) {
    let innermost: TreeNode | undefined;
    let found = false;
    walk(query.node, (node, depth) => {
      found ||= isProbe(node);
      if (found || (node.tag === 'QUERY' && depth > 0)) return false;
      const holds = contains(node, isProbe, (inner) => inner.tag === 'QUERY' && inner !== node);
      if (holds && (node.tag !== 'BOOLEXPR' || field(node, 'boolop') !== 'and')) innermost = node;
      return holds;
    });
    if (innermost) return placeIn(innermost, catalog);
  }
  return undefined;
}

/** How messages describe a node; any other is part of a larger expression. */
const KINDS: Readonly<Record<string, Place>> = {
  CASEEXPR: { kind: 'case' },
  CASEWHEN: { kind: 'case' },
  COALESCEEXPR: { kind: 'argument', name: 'coalesce' },
  MINMAXEXPR: { kind: 'argument', name: 'greatest' },
};

function placeIn(node: TreeNode, catalog: Catalog): Place {
  if (node.tag === 'BOOLEXPR') return { kind: field(node, 'boolop') === 'or' ? 'or' : 'not' };
  if (node.tag === 'JOINEXPR') return { kind: 'outerOn', name: ['', 'LEFT', 'FULL', 'RIGHT'][integer(node, 'jointype')] ?? '' };
  if (node.tag === 'FUNCEXPR') return { kind: 'argument', name: functionOf(catalog, integer(node, 'funcid'))?.name ?? 'a function' };
  return KINDS[node.tag] ?? { kind: 'operand' };
}

/** A clause that keeps no row out, with what it does instead, or one of `from`, `where`, `having`, `mergeOn`, `mergeWhen` and `none`. */
type ClauseName = string;

interface Found {
  readonly clause: ClauseName;
  /** The tokens before and behind the offset, in lower case. */
  readonly before: string;
  readonly after: string;
  /** The parts of the text in parentheses around it, from the innermost outwards, and the text itself. */
  readonly around: readonly string[];
}

const SELECT_LIST = 'the select list, which only makes a value';
const DISTINCT_ON = 'DISTINCT ON, which only tells rows apart';
const FILTER = "an aggregate's FILTER, which guards that one value only";
const LIMIT = 'LIMIT or OFFSET, which only counts';
const VALUES = 'a VALUES list, which only makes rows';
const CONFLICT_TARGET = 'the conflict target, which only picks an index';
const CONFLICT_SET = 'the SET of ON CONFLICT, which only makes a new value';
const STATEMENT = 'no WHERE clause, which is what keeps rows out';

/** The clause that each keyword begins. */
const KEYWORDS: Readonly<Record<string, ClauseName>> = {
  select: SELECT_LIST,
  from: 'from',
  where: 'where',
  group: 'GROUP BY, which only forms groups',
  having: 'having',
  window: 'WINDOW, which only forms windows',
  order: 'ORDER BY, which only sorts',
  ...{ limit: LIMIT, offset: LIMIT, fetch: LIMIT },
  for: 'a locking clause, which only locks',
  ...{ values: VALUES, insert: VALUES },
  set: 'SET, which only makes a new value',
  ...{ update: 'from', delete: 'from' },
  returning: 'RETURNING, which only makes a value',
  conflict: CONFLICT_TARGET,
  ...{ union: STATEMENT, intersect: STATEMENT, except: STATEMENT },
  ...{ merge: 'mergeOn', matched: 'mergeWhen' },
};

interface Parenthesis {
  readonly start: number;
  clause: ClauseName | undefined;
}

/** The clause that an offset of a text stands in, by its keywords, so that a text which PostgreSQL does not understand has one, too. */
function clauseAt(text: string, at: number): Found {
  const open: Parenthesis[] = [{ start: 0, clause: undefined }];
  const around: string[] = [];
  let found: Omit<Found, 'around'> | undefined;
  let before = '';
  for (const token of tokenize(text)) {
    if (isBlank(token)) continue;
    const word = text.slice(token.start, token.end).toLowerCase();
    if (token.start >= at) found ??= { clause: innermost(open), before, after: word };
    const top = open.at(-1);
    if (word === '(') open.push({ start: token.end, clause: before === 'filter' ? FILTER : undefined });
    else if (word === ')') {
      const closed = open.pop();
      const outside = open.at(-1);
      if (outside?.clause === DISTINCT_ON) outside.clause = SELECT_LIST;
      if (closed && closed.start <= at && found) around.push(text.slice(closed.start, token.start));
    } else if (top && token.kind === 'word') top.clause = clauseAfter(word, before, top.clause, open.length > 1);
    before = word;
  }
  return { ...(found ?? { clause: innermost(open), before, after: '' }), around: [...around, text] };
}

function innermost(open: readonly Parenthesis[]): ClauseName {
  return open.findLast(({ clause }) => clause !== undefined)?.clause ?? 'none';
}

function clauseAfter(word: string, before: string, current: ClauseName | undefined, nested: boolean): ClauseName | undefined {
  if (word === 'on' && before === 'distinct') return DISTINCT_ON;
  const next = KEYWORDS[word];
  if (next === undefined || current === FILTER || before === '.') return current;
  // `extract(x FROM y)`, `substring(x FOR 2)`, `OVER (ORDER BY …)`.
  if (nested && current === undefined && !/^(?:select|values|insert|update|delete|merge)$/.test(word)) return current;
  if (word === 'from' && before === 'distinct') return current;
  // `FOR UPDATE`, `DO UPDATE`, `THEN DELETE`.
  if ((word === 'update' || word === 'delete') && /^(?:for|key|do|then)$/.test(before)) return current;
  if (word === 'where' && current === CONFLICT_TARGET) return current;
  if (word === 'where' && current === CONFLICT_SET) return 'the WHERE of ON CONFLICT, which guards the update only';
  return word === 'set' && current === CONFLICT_TARGET ? CONFLICT_SET : next;
}
