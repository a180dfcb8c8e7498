/**
 * Foreign keys to tables that no schema file makes, and triggers on them.
 *
 * A schema may be a part of a database, such as a service's own tables beside those of a platform.
 * No type depends on a foreign key, and no query on a table that is not there, so what only leads
 * elsewhere is left out where it fails.
 *
 * Invariant: the text without them is as long as it was, and every other token of it stays.
 */
import { blank } from './migrations.js';
import type { SchemaStatement } from './statements.js';

export interface WithoutStrangers {
  /** Undefined where nothing of the statement is left. */
  readonly text: string | undefined;
  /** The tables that were referred to, as written. */
  readonly tables: readonly string[];
}

/** What statements make, by name: schemas, and tables without theirs, which a search path or a move may decide. */
export interface Made {
  readonly schemas: ReadonlySet<string>;
  readonly tables: ReadonlySet<string>;
}

export function madeBy(statements: readonly SchemaStatement[]): Made {
  const schemas = new Set(['public']);
  const tables = new Set<string>();
  for (const { words } of statements) {
    const verb = words[0];
    if (verb === 'create' && words[1] === 'schema') {
      const name = words[words[2] === 'if' ? 5 : 2] ?? '';
      schemas.add(unquoted(name === 'authorization' ? (words[words.indexOf(name) + 1] ?? '') : name));
    }
    words.forEach((word, index) => {
      const makes = (verb === 'create' && word === 'table') || (verb === 'alter' && word === 'to' && words[index - 1] === 'rename') || (verb === 'select' && word === 'into');
      if (!makes) return;
      const start = words[index + 1] === 'if' ? index + 4 : index + 1;
      const end = nameEnd(words, start);
      tables.add(unquoted(words[end - 1] ?? ''));
      if (words[end - 2] === '.') schemas.add(unquoted(words[end - 3] ?? ''));
    });
  }
  return { schemas, tables };
}

/** The words of a name, `s . t` or `t`. */
function isMade({ schemas, tables }: Made, name: readonly string[]): boolean {
  const schema = name.at(-3);
  return tables.has(unquoted(name.at(-1) ?? '')) && (schema === undefined || schemas.has(unquoted(schema)));
}

/** `text` is the statement's, as it runs. Undefined where every foreign key leads to a table that is made. */
export function withoutStrangers(statement: SchemaStatement, text: string, made: Made): WithoutStrangers | undefined {
  const { words, tokens, start } = statement;
  if (words[0] !== 'create' && words[0] !== 'alter') return undefined;
  const trigger = triggerTable(words);
  if (trigger !== undefined) return isMade(made, trigger) ? undefined : { text: undefined, tables: [trigger.join('')] };
  const tables: string[] = [];
  let left = text;
  for (let at = words.indexOf('references'); at >= 0; at = words.indexOf('references', at + 1)) {
    const end = nameEnd(words, at + 1);
    if (end === at + 1 || isMade(made, words.slice(at + 1, end))) continue;
    tables.push(words.slice(at + 1, end).join(''));
    const [from, to] = clause(words, at, end);
    if (words[0] === 'alter' && words[from - 1] === 'add') {
      // The statement has nothing else to do, or more than is worth taking apart.
      return to === words.length && !words.slice(0, from).includes(',') ? { text: undefined, tables } : undefined;
    }
    const [first, last] = [tokens[from], tokens[to - 1]];
    if (!first || !last) return undefined;
    left = left.slice(0, first.start - start) + blank(left.slice(first.start - start, last.end - start)) + left.slice(last.end - start);
  }
  return tables.length === 0 ? undefined : { text: left, tables };
}

/** The words of the name of the table that a trigger is on. */
function triggerTable(words: readonly string[]): readonly string[] | undefined {
  const at = words.indexOf('trigger');
  if (words[0] !== 'create' || at < 1 || at > 4 || !words.slice(1, at).every((word) => /^(or|replace|constraint)$/.test(word))) return undefined;
  const on = words.indexOf('on', at);
  return on < 0 ? undefined : words.slice(on + 1, nameEnd(words, on + 1));
}

/** From the first word of the constraint to the one behind it; a constraint of the table takes a comma with it. */
function clause(words: readonly string[], at: number, nameEndsAt: number): readonly [from: number, to: number] {
  let from = at;
  let to = options(words, words[nameEndsAt] === '(' ? closing(words, nameEndsAt) : nameEndsAt);
  const ofTable = words[at - 1] === ')' ? opening(words, at - 1) - 2 : -1;
  const isOfTable = ofTable >= 0 && words[ofTable] === 'foreign' && words[ofTable + 1] === 'key';
  if (isOfTable) from = ofTable;
  if (words[from - 2] === 'constraint') from -= 2;
  if (isOfTable && words[from - 1] === ',') from--;
  else if (isOfTable && words[to] === ',') to++;
  return [from, to];
}

/** Behind `MATCH …`, `ON DELETE …`, `DEFERRABLE` and the like. */
function options(words: readonly string[], start: number): number {
  let at = start;
  for (;;) {
    const [word, next, third] = words.slice(at, at + 3);
    if (word === 'match' || word === 'initially' || (word === 'not' && (next === 'deferrable' || next === 'valid' || next === 'enforced'))) at += 2;
    else if (word === 'deferrable' || word === 'enforced') at += 1;
    else if (word === 'on' && (next === 'delete' || next === 'update')) {
      at += third === 'set' || third === 'no' ? 4 : 3;
      if (third === 'set' && words[at] === '(') at = closing(words, at);
    } else return at;
  }
}

/** Behind `a.b.c`. */
function nameEnd(words: readonly string[], start: number): number {
  let end = start;
  if (!/^["\p{L}_]/u.test(words[end] ?? '')) return start;
  while (words[end + 1] === '.') end += 2;
  return end + 1;
}

/** Behind the parenthesis that closes the one at `open`. */
function closing(words: readonly string[], open: number): number {
  let depth = 0;
  for (let at = open; at < words.length; at++) {
    if (words[at] === '(') depth++;
    if (words[at] === ')' && --depth === 0) return at + 1;
  }
  return words.length;
}

/** The parenthesis that the one at `close` closes. */
function opening(words: readonly string[], close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    if (words[at] === ')') depth++;
    if (words[at] === '(' && --depth === 0) return at;
  }
  return 0;
}

function unquoted(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word;
}
