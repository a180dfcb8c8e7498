/**
 * The clause that an offset of a text stands in, by its keywords; for messages only, so that a text
 * which PostgreSQL does not understand has one, too.
 */
import { isBlank, tokenize } from '../../sql/index.js';
import type { WrongClause } from './messages.js';

export type Clause = WrongClause | 'where' | 'from' | 'none';

export interface Found {
  readonly clause: Clause;
  /** The tokens before and behind the offset, in lower case. */
  readonly before: string;
  readonly after: string;
  /** The parts of the text in parentheses around it, from the innermost outwards, and the text itself. */
  readonly around: readonly string[];
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
  matched: 'mergeWhen',
};

interface Parenthesis {
  readonly start: number;
  clause: Clause | undefined;
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
    if (word === '(') open.push({ start: token.end, clause: before === 'filter' ? 'filter' : undefined });
    else if (word === ')') {
      const closed = open.pop();
      const outside = open.at(-1);
      if (outside?.clause === 'distinctOn') outside.clause = 'selectList';
      if (closed && closed.start <= at && found) around.push(text.slice(closed.start, token.start));
    } else if (top && token.kind === 'word') top.clause = clauseAfter(word, before, top.clause, open.length > 1);
    before = word;
  }
  return { ...(found ?? { clause: innermost(open), before, after: '' }), around: [...around, text] };
}

function innermost(open: readonly Parenthesis[]): Clause {
  return open.findLast(({ clause }) => clause !== undefined)?.clause ?? 'none';
}

function clauseAfter(word: string, before: string, current: Clause | undefined, nested: boolean): Clause | undefined {
  if (word === 'on' && before === 'distinct') return 'distinctOn';
  const next = KEYWORDS[word];
  if (next === undefined || current === 'filter' || before === '.') return current;
  // `extract(x FROM y)`, `substring(x FOR 2)`, `OVER (ORDER BY …)`.
  if (nested && current === undefined && !/^(?:select|values|insert|update|delete|merge)$/.test(word)) return current;
  switch (word) {
    case 'from':
      return before === 'distinct' ? current : next;
    case 'update':
    case 'delete':
      // `FOR UPDATE`, `DO UPDATE`, `THEN DELETE`.
      return /^(?:for|key|do|then)$/.test(before) ? current : next;
    case 'where':
      return current === 'conflictTarget' ? current : current === 'conflictSet' ? 'conflictWhere' : next;
    case 'set':
      return current === 'conflictTarget' ? 'conflictSet' : next;
    default:
      return next;
  }
}
