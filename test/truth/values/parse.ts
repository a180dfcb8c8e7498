/** PostgreSQL's text of arrays, ranges and rows, taken apart: arguments are made from what tables hold. */

/** The items of an array's text, an inner array as a list of its own. */
export type ArrayItems = readonly (string | null | ArrayItems)[];

interface Cursor {
  readonly text: string;
  at: number;
}

export function parseArray(text: string, delimiter: string): ArrayItems {
  return items({ text, at: text.startsWith('[') ? text.indexOf('=') + 1 : 0 }, delimiter);
}

function items(cursor: Cursor, delimiter: string): ArrayItems {
  const found: (string | null | ArrayItems)[] = [];
  cursor.at++;
  while (cursor.at < cursor.text.length && cursor.text[cursor.at] !== '}') {
    const first = cursor.text[cursor.at];
    if (first === '{') found.push(items(cursor, delimiter));
    else if (first === '"') found.push(quoted(cursor));
    else {
      const word = bare(cursor, `${delimiter}}`);
      found.push(word === 'NULL' ? null : word);
    }
    if (cursor.text[cursor.at] === delimiter) cursor.at++;
  }
  cursor.at++;
  return found;
}

/** The attributes of a row's text, `(1,"a b",)`. */
export function parseRow(text: string): readonly (string | null)[] {
  const cursor: Cursor = { text, at: 0 };
  const fields: (string | null)[] = [];
  do {
    cursor.at++;
    fields.push(field(cursor, ',)'));
  } while (text[cursor.at] === ',');
  return fields;
}

export interface ParsedRange {
  readonly lower: string | null;
  readonly upper: string | null;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
}

/** The bounds of a range's text; undefined of an empty one. */
export function parseRange(text: string): ParsedRange | undefined {
  if (text === 'empty') return undefined;
  const cursor: Cursor = { text, at: 1 };
  const lower = field(cursor, ',');
  cursor.at++;
  const upper = field(cursor, ')]');
  return { lower, upper, lowerInclusive: text.startsWith('[') && lower !== null, upperInclusive: text.endsWith(']') && upper !== null };
}

/** The ranges of a multirange's text, each as text. */
export function splitMultirange(text: string): readonly string[] {
  const found: string[] = [];
  let start = 1;
  let inQuotes = false;
  for (let at = 1; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '\\') at++;
    else if (character === '"') inQuotes = !inQuotes;
    else if (!inQuotes && /[[(]/.test(character)) start = at;
    else if (!inQuotes && /[\])]/.test(character)) found.push(text.slice(start, at + 1));
  }
  return found;
}

function field(cursor: Cursor, ends: string): string | null {
  const first = cursor.text[cursor.at];
  if (first === undefined || ends.includes(first)) return null;
  return first === '"' ? quoted(cursor) : bare(cursor, ends);
}

/** Between quotes a backslash escapes, and two quotes are one. */
function quoted(cursor: Cursor): string {
  let text = '';
  for (cursor.at++; cursor.at < cursor.text.length; cursor.at++) {
    const character = cursor.text[cursor.at] ?? '';
    if (character === '\\') text += cursor.text[++cursor.at] ?? '';
    else if (character !== '"') text += character;
    else if (cursor.text[cursor.at + 1] === '"') text += cursor.text[++cursor.at] ?? '';
    else break;
  }
  cursor.at++;
  return text;
}

function bare(cursor: Cursor, ends: string): string {
  const start = cursor.at;
  while (cursor.at < cursor.text.length && !ends.includes(cursor.text[cursor.at] ?? '')) {
    if (cursor.text[cursor.at] === '\\') cursor.at++;
    cursor.at++;
  }
  return cursor.text.slice(start, cursor.at).replaceAll(/\\(.)/gs, '$1');
}
