/**
 * Values that a condition hints at: what it compares with, and what has the length, the pattern or
 * the JSON shape that it asks for. Hints only make good candidates likely; the server decides.
 */
import fc from 'fast-check';
import { isBlank, tokenize, type Token } from '../../../src/sql/index.js';
import type { Random } from '../../support/random.js';

const JSON_SAMPLES: Readonly<Record<string, string>> = {
  object: '{}',
  array: '[]',
  string: '"s"',
  number: '1',
  boolean: 'true',
  null: 'null',
};

/** Texts that may satisfy, or sit next to, an SQL condition or a partition's bound. */
export function hintsOf(expression: string, random: Random): string[] {
  const tokens = tokenize(expression).filter((token) => !isBlank(token));
  const hints = new Set<string>();
  tokens.forEach((token, index) => {
    const source = expression.slice(token.start, token.end);
    if (token.kind === 'number') for (const hint of numberHints(source)) hints.add(hint);
    if (token.kind !== 'string' && token.kind !== 'escapeString') return;
    const text = unquote(source);
    const operator = precedingOperator(expression, tokens, index);
    for (const hint of textHints(text, operator, random)) hints.add(hint);
  });
  return [...hints];
}

/** The literals of a partition's bound: where a range begins, or what a list holds. */
export function boundLiterals(bound: string): string[] {
  const tokens = tokenize(bound);
  const literals = tokens.flatMap((token) => {
    const source = bound.slice(token.start, token.end);
    if (token.kind === 'number') return [source];
    return token.kind === 'string' || token.kind === 'escapeString' ? [unquote(source)] : [];
  });
  const from = /^FOR VALUES FROM/i.test(bound);
  return from ? literals.slice(0, Math.ceil(literals.length / 2)) : /^FOR VALUES IN/i.test(bound) ? literals : [];
}

function numberHints(source: string): string[] {
  const value = Number(source);
  if (!Number.isFinite(value)) return [source];
  const hints = [source, String(value - 1), String(value + 1), `-${source}`, String(value / 2)];
  // A bound on a length: text of that length, in letters and in digits, and one either way.
  if (Number.isInteger(value) && value >= 0 && value <= 300) {
    for (const length of [value - 1, value, value + 1]) {
      if (length < 0) continue;
      hints.push('a'.repeat(length), '1'.repeat(length), `\\x${'ab'.repeat(length)}`);
    }
  }
  return hints;
}

function textHints(text: string, operator: string, random: Random): string[] {
  const hints = [text];
  if (operator.startsWith('~') && !operator.startsWith('~~')) hints.push(...matching(text, random));
  if (operator.startsWith('~~'))
    hints.push(text.replaceAll('%', 'abc').replaceAll('_', 'z'), text.replaceAll('%', '').replaceAll('_', 'y'));
  const sample = JSON_SAMPLES[text];
  if (sample !== undefined) hints.push(sample);
  if (/^\w+$/.test(text)) hints.push(JSON.stringify({ [text]: 'x' }), JSON.stringify({ [text]: 1 }), JSON.stringify({ [text]: [] }));
  if (text.startsWith('{') && text.endsWith('}'))
    hints.push(
      ...text
        .slice(1, -1)
        .split(',')
        .map((item) => item.replace(/^"|"$/g, '')),
    );
  return hints;
}

/** Strings that match a regular expression of PostgreSQL's, where JavaScript can read it too. */
function matching(pattern: string, random: Random): string[] {
  const classes: Readonly<Record<string, string>> = {
    alpha: 'a-zA-Z',
    digit: '0-9',
    alnum: 'a-zA-Z0-9',
    lower: 'a-z',
    upper: 'A-Z',
    space: ' ',
    word: '\\w',
    xdigit: '0-9a-f',
  };
  const source = pattern
    .replace(/^\(\?[a-z]+\)/, '')
    .replaceAll(/\[:(\w+):\]/g, (whole, name: string) => classes[name] ?? whole)
    .replaceAll('\\A', '^')
    .replaceAll('\\Z', '$')
    .replaceAll('\\y', '');
  try {
    return random.sample(fc.stringMatching(new RegExp(source)), 12);
  } catch {
    return [];
  }
}

/** The operator before a literal, past the parentheses and the `ANY (ARRAY[` that PostgreSQL prints. */
function precedingOperator(text: string, tokens: readonly Token[], index: number): string {
  for (let at = index - 1; at >= Math.max(0, index - 6); at--) {
    const token = tokens[at];
    if (token?.kind === 'operator') return text.slice(token.start, token.end).replace(/^!/, '');
  }
  return '';
}

function unquote(source: string): string {
  const escapes = /^[eE]/.test(source);
  const body = source.slice(source.indexOf("'") + 1, -1).replaceAll("''", "'");
  return escapes ? body.replaceAll(/\\(.)/g, '$1') : body;
}
