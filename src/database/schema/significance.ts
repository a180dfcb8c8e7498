/**
 * Which statements of a schema can matter to the type of a query, and in what form they run.
 *
 * Invariant: nothing runs that changes more than the one database (roles, other databases, the
 * server's settings), and nothing that only moves rows: seed data must not be able to break the
 * generation. What is not known here runs, so that PostgreSQL can refuse it.
 */
import { blank } from './migrations.js';
import type { SchemaStatement } from './statements.js';

/** Statements that are passed over by their first words. */
const PASSED_OVER = [
  // Rows.
  'insert',
  'update',
  'delete',
  'merge',
  'truncate',
  'copy',
  'select',
  'with',
  'values',
  'table',
  'call',
  'execute',
  'prepare',
  'deallocate',
  'explain',
  'lock',
  'refresh',
  'fetch',
  'move',
  'declare',
  'close',
  '(',
  // Transactions: every statement runs in its own, so that one that fails takes no other with it.
  'begin',
  'start',
  'commit',
  'end',
  'rollback',
  'abort',
  'savepoint',
  'release',
  // Upkeep, sessions and messages.
  'vacuum',
  'analyze',
  'analyse',
  'cluster',
  'reindex',
  'checkpoint',
  'listen',
  'unlisten',
  'notify',
  'discard',
  'load',
  'show',
  'set',
  'reset',
  // Rights and owners, and what belongs to the server.
  'grant',
  'revoke',
  'reassign',
  'security label',
  'alter default',
  'alter system',
  'drop owned',
  'comment on extension',
  'comment on role',
  'comment on database',
  'comment on tablespace',
  'comment on event',
  'comment on policy',
  'comment on publication',
  'comment on subscription',
] as const;

/** What CREATE, ALTER and DROP are passed over for: the server's own objects, and what no query can see. */
const PASSED_OVER_OBJECTS = new Set(['role', 'user', 'group', 'database', 'tablespace', 'subscription', 'publication', 'policy', 'event']);

/** The text to run, as long as the statement and with the same lines; undefined where it cannot matter. */
export function textToRun(statement: SchemaStatement): string | undefined {
  const { words } = statement;
  if (PASSED_OVER.some((prefix) => startsWith(words, prefix))) return selectsInto(words) ? lasting(statement) : undefined;
  const [verb, object] = words;
  const changes = verb === 'create' || verb === 'alter' || verb === 'drop';
  if (changes && PASSED_OVER_OBJECTS.has(object ?? '')) return undefined;
  if (verb === 'alter' && changesOwner(words)) return undefined;
  if (verb === 'do' && /\b(create|alter|drop)\s+(role|user|group|database)\b/i.test(statement.text)) return undefined;
  // A query that happens to build something may still be the only place where it is built.
  if (statement.annotated && verb !== 'create') return undefined;
  return adapt(statement);
}

/**
 * The schemas of `SET search_path`, or of an ALTER DATABASE that sets it, as SQL, else undefined.
 * pg_dump's empty path counts as none.
 */
export function searchPathOf(statement: SchemaStatement): string | undefined {
  const { words } = statement;
  const set = startsWith(words, 'alter database') && words[3] === 'set' ? 3 : 0;
  if (words[set] !== 'set') return undefined;
  const at = set + (words[set + 1] === 'session' || words[set + 1] === 'local' ? 2 : 1);
  const isPath = words[at] === 'search_path' && (words[at + 1] === 'to' || words[at + 1] === '=');
  const value = statement.tokens[isPath ? at + 2 : words[at] === 'schema' ? at + 1 : statement.tokens.length];
  if (!value) return undefined;
  const path = statement.text.slice(value.start - statement.start);
  return /^(''|""|default)$/i.test(path) ? undefined : path;
}

/** The name of the extension that a statement creates. */
export function extensionOf({ words }: SchemaStatement): string | undefined {
  if (!startsWith(words, 'create extension')) return undefined;
  const name = startsWith(words.slice(2), 'if not exists') ? words[5] : words[2];
  return name?.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** The extensions that the body of a DO block creates. */
export function extensionsInBlock({ words, text }: SchemaStatement): readonly string[] {
  if (words[0] !== 'do') return [];
  return [...text.matchAll(/\bcreate\s+extension\s+(?:if\s+not\s+exists\s+)?(?:"([^"]+)"|([\w$]+))/gi)].map(
    (match) => match[1] ?? match[2]?.toLowerCase() ?? '',
  );
}

/**
 * Whether a statement that misses something, by its SQLSTATE, can run later than it stands without
 * a change in what it does: nothing that drops can, since what it drops then may be another thing.
 */
export function canWait({ words, text }: SchemaStatement, code?: string): boolean {
  const [verb] = words;
  if (verb === 'create' || verb === 'comment') return true;
  if (verb === 'do') return code !== undefined && !/\bdrop\b/i.test(text);
  if (verb !== 'alter' || words.includes('drop')) return false;
  return words.includes('add') || code === '42P01' || code === '42704' || code === '42883';
}

function startsWith(words: readonly string[], prefix: string): boolean {
  return prefix.split(' ').every((word, index) => words[index] === word);
}

/** `SELECT … INTO t` makes a table. */
function selectsInto(words: readonly string[]): boolean {
  let depth = 0;
  if (words[0] !== 'select') return false;
  return words.some((word) => {
    if (word === '(') depth++;
    else if (word === ')') depth--;
    return depth === 0 && word === 'into';
  });
}

/** `ALTER … OWNER TO role` alone. */
function changesOwner(words: readonly string[]): boolean {
  return words.at(-3) === 'owner' && words.at(-2) === 'to';
}

/** Blanks what depends on roles, on the transaction around it, or on the version of an extension. */
function adapt(statement: SchemaStatement): string {
  const { words } = statement;
  const isIndex = (words[0] === 'create' || words[0] === 'drop') && (words[1] === 'index' || words[2] === 'index');
  if (isIndex) return without(statement, words.indexOf('concurrently'), 1);
  if (startsWith(words, 'create schema') && words[2] !== 'authorization') return without(statement, words.indexOf('authorization'), 2);
  if (startsWith(words, 'create extension')) return without(statement, words.indexOf('version'), 2);
  if (isTemporary(statement)) return lasting(statement);
  if (words[0] === 'alter' && words.includes('detach')) return without(statement, words.indexOf('concurrently'), 1);
  return statement.text;
}

/** Whether a statement makes a table, view or sequence for its session only. */
export function isTemporary({ words }: SchemaStatement): boolean {
  const at = temporaryAt(words);
  return words[0] === 'create'
    ? at > 0 && at < 5 && words.slice(1, at).every((word) => /^(or|replace|global|local)$/.test(word))
    : at > 0 && selectsInto(words);
}

function temporaryAt(words: readonly string[]): number {
  return words.findIndex(
    (word, index) =>
      (word === 'temp' || word === 'temporary') && (words[0] === 'create' || /^(into|global|local)$/.test(words[index - 1] ?? '')),
  );
}

/**
 * The text without what ends a table with its session, or with its transaction: the sessions that
 * describe the queries are others, and a schema names such a table so that queries can use it.
 */
function lasting(statement: SchemaStatement): string {
  const { words } = statement;
  if (!isTemporary(statement)) return statement.text;
  const at = temporaryAt(words);
  const scoped = /^(global|local)$/.test(words[at - 1] ?? '');
  const text = without(statement, scoped ? at - 1 : at, scoped ? 2 : 1);
  const end = words.findIndex((word, index) => word === 'on' && words[index + 1] === 'commit');
  return without({ ...statement, text }, end, words[end + 2] === 'drop' ? 3 : 4);
}

/** The statement's text with some of its tokens blanked, or as it is where `index` is negative. */
function without(statement: SchemaStatement, index: number, count: number): string {
  const { text } = statement;
  const first = statement.tokens[index];
  const last = statement.tokens[index + count - 1];
  if (index < 0 || !first || !last) return text;
  const from = first.start - statement.start;
  const to = last.end - statement.start;
  return text.slice(0, from) + blank(text.slice(from, to)) + text.slice(to);
}
