/**
 * OPA's SQL as a filter.
 *
 * OPA writes conditions with their values in the text: `WHERE (fruits.name = E'it\'s' AND …)`. An
 * escape that an OPA release got wrong, or a name that a caller's input had a part in, would be
 * SQL. So the text is not taken as it stands: it is read into columns of the map, values and the few
 * words and operators that OPA uses; no function, subquery, cast or comment. What comes out is put
 * together from those, each value bound.
 */
import { AuthorizeFilterError, type AuthorizeFilter } from '../runtime/authorize/index.js';
import { isBlank, tokenize, type Token } from '../sql/index.js';
import { mappedColumn, type Column, type ColumnMap } from './columns.js';
import { readCondition, type Item } from './opa-sql-condition.js';

const KEYWORDS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'IN', 'IS', 'NULL', 'LIKE', 'TRUE', 'FALSE']);
const SYMBOLS: ReadonlySet<string> = new Set(['(', ')', ',', '=', '<>', '!=', '<', '<=', '>', '>=']);

/** Throws AuthorizeFilterError for whatever is no SQL of OPA's. */
export function readOpaSql(query: string, columns: ColumnMap): AuthorizeFilter {
  const tokens = tokenize(query).filter((token) => token.kind !== 'whitespace');
  const written = (index: number): string => {
    const token = tokens[index];
    return token === undefined ? '' : query.slice(token.start, token.end);
  };
  const refuse = (index: number, problem: string): AuthorizeFilterError =>
    new AuthorizeFilterError(`the SQL of the OPA answer is refused: ${problem}`, { fragment: query, offset: tokens[index]?.start });
  if (written(0) !== 'WHERE') throw refuse(0, 'it does not begin with WHERE');

  const items: Item[] = [];
  for (let at = 1; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || isBlank(token)) throw refuse(at, 'it holds a comment');
    const text = written(at);
    const offset = token.start;
    if (token.kind === 'word' && KEYWORDS.has(text.toUpperCase())) {
      items.push({ kind: 'word', text: text.toUpperCase(), offset });
    } else if (isName(token)) {
      const names = [nameOf(token, text)];
      while (written(at + 1) === '.' && isName(tokens[at + 2])) {
        names.push(nameOf(tokens[at + 2], written(at + 2)));
        at += 2;
      }
      if (written(at + 1) === '(') throw refuse(at, 'it calls a function');
      const column: Column = mappedColumn(columns, names.join('.'), 'string');
      items.push({ kind: 'column', column, offset });
    } else if (isDecimal(token, text)) {
      items.push({ kind: 'value', value: text, isString: false, offset });
    } else if (text === '-' && isDecimal(tokens[at + 1], written(at + 1)) && tokens[at + 1]?.start === token.end) {
      items.push({ kind: 'value', value: `-${written(++at)}`, isString: false, offset });
    } else if (token.closed && (token.kind === 'escapeString' || token.kind === 'string')) {
      const value = contentOf(text);
      if (value === undefined) throw refuse(at, 'it holds a string that OPA does not write');
      items.push({ kind: 'value', value, isString: true, offset });
    } else if (SYMBOLS.has(text)) {
      items.push({ kind: 'word', text: text === '!=' ? '<>' : text, offset });
    } else {
      throw refuse(at, 'it holds what OPA does not write');
    }
  }
  return readCondition(
    items,
    (problem, offset) => new AuthorizeFilterError(`the SQL of the OPA answer is refused: ${problem}`, { fragment: query, offset }),
  );
}

function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' || (token?.kind === 'quotedIdentifier' && token.closed);
}

function isDecimal(token: Token | undefined, text: string): boolean {
  return token?.kind === 'number' && /^[0-9.]+(?:[eE][+-]?[0-9]+)?$/.test(text);
}

function nameOf(token: Token | undefined, text: string): string {
  return token?.kind === 'quotedIdentifier' ? text.slice(1, -1).replaceAll('""', '"') : text;
}

const ESCAPES: Readonly<Record<string, string>> = { "'": "'", '"': '"', '\\': '\\', n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** A literal's value; undefined for a spelling or an escape that OPA does not use. */
function contentOf(literal: string): string | undefined {
  const escapes = literal.startsWith("E'");
  if (!escapes && !literal.startsWith("'")) return undefined;
  const inside = literal.slice(escapes ? 2 : 1, -1);
  let value = '';
  for (let at = 0; at < inside.length; at++) {
    const character = inside.charAt(at);
    if (character === '\\') {
      const meant = escapes ? ESCAPES[inside.charAt(++at)] : undefined;
      if (meant === undefined) return undefined;
      value += meant;
    } else if (character === "'") {
      // Doubled, or the end of a part that another continues.
      if (inside.charAt(++at) !== "'") return undefined;
      value += "'";
    } else {
      value += character;
    }
  }
  return value;
}
