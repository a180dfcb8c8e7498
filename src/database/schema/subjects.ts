/**
 * What a statement makes, drops and changes, by name: so that a failure can be weighed by what it
 * costs, and a query that misses something can be told where that should have come from.
 *
 * Names are the last parts of what stands there, since a search path decides over the rest.
 */
import { closing, listed, nameEnd, unquoted } from './names.js';
import type { SchemaStatement } from './statements.js';

export interface Subjects {
  /** Relations, types, routines and schemas by name; columns as `table.column`. */
  readonly makes: readonly string[];
  readonly drops: readonly string[];
  /** What an ALTER, an index, a trigger or a comment is about. */
  readonly about: string | undefined;
  /** In an author's words: `table`, `view`, `index`. */
  readonly kind: string;
}

const MODIFIERS = new Set([
  'or',
  'replace',
  'temp',
  'temporary',
  'global',
  'local',
  'unlogged',
  'unique',
  'materialized',
  'recursive',
  'foreign',
  'constraint',
  'trusted',
  'procedural',
  'default',
  'event',
]);
/** Kinds that a query can name. */
const NAMEABLE = new Set([
  'table',
  'view',
  'type',
  'domain',
  'function',
  'procedure',
  'aggregate',
  'sequence',
  'schema',
  'collation',
  'operator',
  'cast',
]);

export function subjectsOf({ words }: SchemaStatement): Subjects {
  const none = { makes: [], drops: [], about: undefined };
  const [verb] = words;
  if (verb === 'create') return created(words);
  if (verb === 'alter') return altered(words);
  if (verb === 'drop') {
    const [kind, at] = kindAt(words, 1);
    const from = words[at] === 'if' ? at + 2 : at;
    return { ...none, kind, drops: listed(words, from, words.length).map(([start]) => last(words, start)) };
  }
  if (verb === 'select') {
    const into = words.indexOf('into');
    return { ...none, kind: 'table', makes: [last(words, words[into + 1] === 'table' ? into + 2 : into + 1)] };
  }
  if (verb === 'comment') return { ...none, kind: 'comment', about: last(words, 3) };
  return { ...none, kind: verb === 'do' ? 'DO block' : 'statement' };
}

/** The relations that the statements of a plan make, by name. */
export function namesIn({ steps }: { readonly steps: readonly { readonly statement: SchemaStatement }[] }): ReadonlySet<string> {
  const subjects = steps.map(({ statement }) => subjectsOf(statement)).filter(({ kind }) => kind === 'table' || kind === 'view');
  return new Set(subjects.flatMap(({ makes }) => makes).filter((name) => !name.includes('.')));
}

/** Whether a query can name what a statement of the kind makes. */
export function isNameable(kind: string): boolean {
  return NAMEABLE.has(kind);
}

function created(words: readonly string[]): Subjects {
  const [kind, at] = kindAt(words, 1);
  const from = words[at] === 'if' ? at + 3 : at;
  const on = words.indexOf('on', at);
  if (kind === 'index' || kind === 'trigger' || kind === 'rule' || kind === 'policy') {
    const to = kind === 'rule' ? words.indexOf('to', at) : on;
    return { makes: [], drops: [], about: to < 0 ? undefined : last(words, words[to + 1] === 'only' ? to + 2 : to + 1), kind };
  }
  const name = last(words, kind === 'schema' && words[from] === 'authorization' ? from + 1 : from);
  const open = nameEnd(words, from);
  const columns =
    kind === 'table' && words[open] === '('
      ? listed(words, open + 1, closing(words, open) - 1).map(([start]) => `${name}.${unquoted(words[start] ?? '')}`)
      : [];
  return { makes: [name, ...columns], drops: [], about: undefined, kind };
}

function altered(words: readonly string[]): Subjects {
  const [kind, at] = kindAt(words, 1);
  let from = words[at] === 'if' ? at + 2 : at;
  if (words[from] === 'only') from++;
  const name = last(words, from);
  const makes: string[] = [];
  const drops: string[] = [];
  for (const [start, end] of listed(words, nameEnd(words, from), words.length)) {
    const [first, second] = words.slice(start, end);
    if (first === 'rename' && second === 'to') {
      makes.push(unquoted(words[end - 1] ?? ''));
      drops.push(name);
    } else if (first === 'rename' && words[end - 2] === 'to') makes.push(`${name}.${unquoted(words[end - 1] ?? '')}`);
    else if (first === 'add' && second !== undefined && !/^(constraint|check|unique|primary|foreign|exclude|value)$/.test(second)) {
      let column = second === 'column' || second === 'attribute' ? start + 2 : start + 1;
      if (words[column] === 'if') column += 3;
      makes.push(`${name}.${unquoted(words[column] ?? '')}`);
    }
  }
  return { makes, drops, about: name, kind };
}

/** The kind of object, and where its name begins. */
function kindAt(words: readonly string[], start: number): readonly [kind: string, at: number] {
  let at = start;
  while (MODIFIERS.has(words[at] ?? '')) at++;
  const kind = words[at] ?? '';
  const two = { access: 'access method', text: 'text search', operator: 'operator' }[kind];
  if (two !== undefined && two !== 'operator') return [two, at + (kind === 'text' ? 3 : 2)];
  return [kind, words[at + 1] === 'concurrently' ? at + 2 : at + 1];
}

/** The last part of the name at a place. */
function last(words: readonly string[], start: number): string {
  return unquoted(words[nameEnd(words, start) - 1] ?? '');
}
