/**
 * A statement that fails, taken apart: the actions of an ALTER TABLE one by one, and a definition
 * without the clause that PostgreSQL stumbles over, where no type depends on that clause.
 *
 * Invariant: a part is as long as its statement, so that the server's positions stay the file's.
 */
import { blank } from './migrations.js';
import { closing, listed, nameEnd } from './names.js';
import type { SchemaStep } from './plan.js';

/** The actions of a statement with several, each as a step of its own. */
export function actionsOf(step: SchemaStep): readonly SchemaStep[] | undefined {
  const { words, tokens, start } = step.statement;
  if (words[0] !== 'alter') return undefined;
  const from = actionsAt(words);
  const actions = from === undefined ? [] : listed(words, from, words.length);
  const last = tokens.at(-1);
  if (from === undefined || actions.length < 2 || !last) return undefined;
  return actions.flatMap(([first, end]): SchemaStep[] => {
    const [begin, finish, head] = [tokens[first], tokens[end - 1], tokens[from]];
    if (!begin || !finish || !head) return [];
    const keep = (a: number, b: number): string => step.text.slice(a - start, b - start);
    const text =
      keep(start, head.start) + blank(keep(head.start, begin.start)) + keep(begin.start, finish.end) + blank(keep(finish.end, last.end));
    const pick = <Item>(items: readonly Item[]): readonly Item[] => [...items.slice(0, from), ...items.slice(first, end)];
    return [{ ...step, text, part: begin.start - start, statement: { ...step.statement, tokens: pick(tokens), words: pick(words) } }];
  });
}

/** Where the actions of an ALTER begin. */
function actionsAt(words: readonly string[]): number | undefined {
  let at = words[1] === 'foreign' || words[1] === 'materialized' ? 2 : 1;
  if (!/^(table|view|type)$/.test(words[at] ?? '') || words[at + 1] === 'all') return undefined;
  at++;
  if (words[at] === 'if') at += 2;
  if (words[at] === 'only') at++;
  at = nameEnd(words, at);
  return words[at] === '*' ? at + 1 : at;
}

/** A clause that can be left out, as token indices; `to` is exclusive. */
export interface SchemaClause {
  readonly from: number;
  readonly to: number;
}

/** The clauses that a definition can do without, the likeliest to fail first. */
export function clausesOf({ statement: { words } }: SchemaStep): readonly SchemaClause[] {
  const kind = words.slice(1, 5).find((word) => /^(table|domain|view)$/.test(word));
  if (words[0] === 'alter') {
    const from = actionsAt(words) ?? words.length;
    const isColumn = words[from] === 'add' && !isConstraint(words, from + 1);
    return isColumn ? columnClauses(words, words[from + 1] === 'column' ? from + 2 : from + 1, words.length) : [];
  }
  if (words[0] !== 'create' || kind === undefined) return [];
  const at = words.indexOf(kind) + 1;
  const nameAt = words[at] === 'if' ? at + 3 : at;
  const open = nameEnd(words, nameAt);
  if (kind === 'domain') return columnClauses(words, nameAt, words.length);
  if (kind === 'view') return tailClauses(words, open, Math.max(open, words.indexOf('as', open)));
  if (words[open] !== '(') return tailClauses(words, open, words.length);
  const close = closing(words, open);
  const elements = listed(words, open + 1, close - 1);
  return [
    ...elements.flatMap(([from, to]) => (isConstraint(words, from) ? [withComma(words, from, to)] : columnClauses(words, from, to))),
    ...tailClauses(words, close, words.length),
  ];
}

/** The step without a clause, and what was written there. */
export function withoutClause(
  step: SchemaStep,
  { from, to }: SchemaClause,
): { readonly step: SchemaStep; readonly left: string } | undefined {
  const { statement, text } = step;
  const [first, last] = [statement.tokens[from], statement.tokens[to - 1]];
  if (!first || !last) return undefined;
  const [start, end] = [first.start - statement.start, last.end - statement.start];
  const drop = <Item>(items: readonly Item[]): readonly Item[] => [...items.slice(0, from), ...items.slice(to)];
  return {
    step: {
      ...step,
      text: text.slice(0, start) + blank(text.slice(start, end)) + text.slice(end),
      statement: { ...statement, tokens: drop(statement.tokens), words: drop(statement.words) },
    },
    left: text
      .slice(start, end)
      .replace(/^\s*,\s*|\s*,\s*$/g, '')
      .replace(/\s+/g, ' '),
  };
}

function isConstraint(words: readonly string[], at: number): boolean {
  const word = words[at] ?? '';
  if (word === 'exclude') return words[at + 1] === 'using' || words[at + 1] === '(';
  return /^(constraint|check|foreign|primary|unique)$/.test(word);
}

/** A constraint of a table takes a comma with it. */
function withComma(words: readonly string[], from: number, to: number): SchemaClause {
  if (words[from - 1] === ',') return { from: from - 1, to };
  return { from, to: words[to] === ',' ? to + 1 : to };
}

const STARTS = /^(constraint|not|null|check|default|generated|unique|primary|references|collate|storage|compression|as|using)$/;
const DROPPABLE = /^(check|default|generated|unique|primary|references|collate|storage|compression)$/;

/** Of a column's definition from its name on. */
function columnClauses(words: readonly string[], from: number, to: number): readonly SchemaClause[] {
  const found: SchemaClause[] = [];
  let depth = 0;
  for (let at = from + 1; at < to; at++) {
    const word = words[at] ?? '';
    if (word === '(' || word === '[') depth++;
    else if (word === ')' || word === ']') depth--;
    if (depth > 0 || !DROPPABLE.test(word)) continue;
    const end = word === 'references' ? referenceEnd(words, at, to) : clauseEnd(words, at, to);
    found.push({ from: words[at - 2] === 'constraint' ? at - 2 : at, to: end });
    at = end - 1;
  }
  return found;
}

/** Up to the next clause; the first token of an expression is never one, as in `DEFAULT NULL`. */
function clauseEnd(words: readonly string[], at: number, limit: number): number {
  let depth = 0;
  for (let end = at + 1; end < limit; end++) {
    const word = words[end] ?? '';
    if (word === '(' || word === '[') depth++;
    else if (word === ')' || word === ']') depth--;
    else if (
      depth === 0 &&
      end > at + 1 &&
      STARTS.test(word) &&
      !(words[at] === 'generated' && word === 'as') &&
      !(words[at] === 'generated' && word === 'default')
    )
      return end;
  }
  return limit;
}

/** Behind `REFERENCES t (a) MATCH … ON DELETE … DEFERRABLE` and the like. */
function referenceEnd(words: readonly string[], at: number, limit: number): number {
  let end = nameEnd(words, at + 1);
  if (words[end] === '(') end = closing(words, end);
  while (end < limit) {
    const [word, next, third] = words.slice(end, end + 3);
    if (word === 'match' || word === 'initially' || (word === 'not' && (next === 'deferrable' || next === 'valid' || next === 'enforced')))
      end += 2;
    else if (word === 'deferrable' || word === 'enforced') end += 1;
    else if (word === 'on' && (next === 'delete' || next === 'update')) {
      end += third === 'set' || third === 'no' ? 4 : 3;
      if (third === 'set' && words[end] === '(') end = closing(words, end);
    } else break;
  }
  return Math.min(end, limit);
}

/** `USING method`, `WITH (…)` and `TABLESPACE name`. */
function tailClauses(words: readonly string[], from: number, to: number): readonly SchemaClause[] {
  const found: SchemaClause[] = [];
  for (let at = from; at < to; at++) {
    if (words[at] === 'as') break;
    if ((words[at] === 'using' || words[at] === 'tablespace') && words[at - 1] !== 'index') found.push({ from: at, to: at + 2 });
    else if (words[at] === 'with' && words[at + 1] === '(') found.push({ from: at, to: closing(words, at + 1) });
  }
  return found;
}
