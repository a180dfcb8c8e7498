/**
 * What can be told of a hook without a database, by the text: how it is spelled, whether the query is SQL
 * with it, and which clause it stands in; for a hook that AND does not join to a whole WHERE clause, the
 * expression around it.
 */
import { type Catalog, functionOf } from '../../catalog/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import { allLevels, contains, field, integer, type Level, type TreeNode, walk } from '../analysis/index.js';
import type { Hook, RewrittenQuery } from '../dialect/index.js';
import { type ParsedStatement, parseOne } from '../parse.js';
import { clauseAt, type Found } from './clause.js';
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
    const [[type, node] = []] = Object.entries(statement ?? {}) as readonly (readonly [string, object])[];
    if (type === undefined || node === undefined) continue;
    const tables = tablesIn('relation' in node ? node.relation : node);
    return { rows: rowsOf([...new Set(tables)]), verb: verbOf(type.replace('Stmt', '').toLowerCase()) };
  }
  return { rows: rowsOf([]), verb: 'returned' };
}

/** The names of all tables below a node of the parser's tree; CTEs count as tables. */
function tablesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(tablesIn);
  if (typeof value !== 'object' || value === null) return [];
  if (!('relname' in value)) return Object.values(value).flatMap(tablesIn);
  return ['schemaname' in value ? `${String(value.schemaname)}.${String(value.relname)}` : String(value.relname)];
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
    const around: TreeNode[] = [];
    let found = false;
    walk(query.node, (node, depth) => {
      found ||= isProbe(node);
      if (found || (node.tag === 'QUERY' && depth > 0)) return false;
      const holds = contains(node, isProbe, (inner) => inner.tag === 'QUERY' && inner !== node);
      if (holds && (node.tag !== 'BOOLEXPR' || field(node, 'boolop') !== 'and')) around.push(node);
      return holds;
    });
    const innermost = around.at(-1);
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
