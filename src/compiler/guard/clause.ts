/**
 * The clause that an offset of a text stands in, by its keywords; for messages only, so that a text
 * which PostgreSQL does not understand has one, too.
 */
import { isBlank, tokenize } from '../../sql/index.js';

/** A clause that keeps no row out, with what it does instead, or one of `from`, `where`, `having`, `mergeOn`, `mergeWhen` and `none`. */
type ClauseName = string;

export interface Found {
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

export function clauseAt(text: string, at: number): Found {
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
