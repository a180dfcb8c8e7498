/**
 * PostgreSQL's node text (`{QUERY :commandType 1 …}`) → plain nodes, whatever version wrote it.
 *
 * Invariant: a text is read completely and exactly, or `UnreadableTree` is thrown. What a field means is
 * decided elsewhere: here, an atom is the text that the server wrote.
 */

/**
 * A node, e.g. `{VAR :varno 1 …}`. Most fields hold a number or a name and are never read: they stay text
 * until somebody asks.
 */
export interface TreeNode {
  readonly tag: string;
  /** ` :name value` for each field whose value is no node and no list of values. */
  readonly plain: string;
  /** The names of the other fields, and their values. */
  readonly names: readonly string[];
  readonly inner: readonly TreeValue[];
}

/** The bytes of a constant, as numbers in text. */
export interface Datum {
  readonly bytes: readonly string[];
}

/** `(b 1 2 3)` of numbers. */
export interface Numbers {
  readonly numbers: readonly number[];
}

/** NULL is null; a string is an atom: a number, a truth value, a name, the text of a string. */
export type TreeValue = TreeNode | Datum | Numbers | readonly TreeValue[] | string | null;

export class UnreadableTree extends Error {
  override readonly name = 'UnreadableTree';
}

/** The result of reading a tree, or `otherwise` if it cannot be read. */
export function readable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableTree) return otherwise;
    throw error;
  }
}

export function isNode(value: TreeValue | undefined): value is TreeNode {
  return typeof value === 'object' && value !== null && 'tag' in value;
}

export function isList(value: TreeValue | undefined): value is readonly TreeValue[] {
  return Array.isArray(value);
}

export function isNumbers(value: TreeValue | undefined): value is Numbers {
  return typeof value === 'object' && value !== null && 'numbers' in value;
}

/** Node names of PostgreSQL 14 that later versions changed. */
const NAMES_SINCE = new Map([
  ['RTE', 'RANGETBLENTRY'],
  ['WHEN', 'CASEWHEN'],
  ...['ARRAY', 'CASE', 'COALESCE', 'COLLATE', 'MINMAX', 'ROW', 'ROWCOMPARE'].map((name) => [name, `${name}EXPR`] as const),
]);

/** Deeper than any statement that PostgreSQL can plan, and shallow enough for this reader's recursion. */
const DEEPEST = 3000;
const LINE = 78;

/** Reads one value, e.g. the list of queries that rewriting produced. */
export function readTree(text: string): TreeValue {
  const reader = new Reader(withoutEscapes(text));
  const value = reader.value(0);
  reader.end();
  return value;
}

/**
 * The text of a tree that the server sent as bytes, one character each (`latin1`): without the line breaks that it inserts after
 * at most 78 of them. A break replaces a space, or splits a token, and a character, if the line has no space.
 */
export function decoded(bytes: string): string {
  const lines = bytes.trimEnd().split('\n');
  const isFull = (line: string): boolean => line.length === LINE && line.lastIndexOf(' ') <= 0;
  const joined = lines.some(isFull)
    ? lines.reduce((before, line, index) => before + (isFull(lines[index - 1] ?? '') && !line.startsWith(':') ? '' : ' ') + line)
    : lines.join(' ');
  return Buffer.from(joined, 'latin1').toString('utf8');
}

/** What a backslash escapes is moved out of the way of spaces and brackets, to where a text has no characters, and moved back where it is read. */
const MOVED = 0xdc00;

function withoutEscapes(text: string): string {
  // A value may also begin as a field does.
  return text.replace(/\\([^])|( :\w+ ):/g, (_, escaped: string | undefined, before = '') => {
    return String(before) + String.fromCharCode(MOVED + (escaped ?? ':').charCodeAt(0));
  });
}

/** Numbers in brackets are no list, but a set, integers, OIDs or transactions. */
const NUMBERS = String.raw`\([biox](?: -?\d+)*\)`;
const ATOM = new RegExp(`[^ (){}]+|${NUMBERS}`, 'y');
/** Fields without nodes and lists, one behind the other. */
const FIELDS = new RegExp(`(?:[^(){}]+|${NUMBERS})*`, 'y');

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  end(): void {
    if (this.at < this.text.length) throw this.unreadable();
  }

  value(depth: number): TreeValue {
    if (depth > DEEPEST) throw new UnreadableTree('the query is nested too deeply');
    const atom = this.take(ATOM);
    if (atom !== '') return plainValue(atom);
    if (this.text[this.at] === '{') return this.node(depth);
    if (this.text[this.at] !== '(') throw this.unreadable();
    return this.list(depth);
  }

  private node(depth: number): TreeNode {
    const names: string[] = [];
    const inner: TreeValue[] = [];
    this.at++;
    let plain = this.take(FIELDS);
    while (this.text[this.at] !== '}') {
      // A node or list is the value of the field whose name comes last.
      const field = plain.lastIndexOf(' :');
      if (field < 0 || plain.indexOf(' ', field + 1) !== plain.length - 1) throw this.unreadable();
      names.push(plain.slice(field + 2, -1));
      inner.push(this.value(depth + 1));
      plain = plain.slice(0, field) + this.take(FIELDS);
    }
    this.at++;
    const [written = ''] = plain.split(' ', 1);
    return { tag: NAMES_SINCE.get(written) ?? written, plain, names, inner };
  }

  private list(depth: number): readonly TreeValue[] {
    const items: TreeValue[] = [];
    for (this.at++; this.text[this.at] !== ')';) {
      if (this.text[this.at] === ' ') this.at++;
      else items.push(this.value(depth + 1));
    }
    this.at++;
    return items;
  }

  private take(wanted: RegExp): string {
    const start = (wanted.lastIndex = this.at);
    if (wanted.test(this.text)) this.at = wanted.lastIndex;
    return this.text.slice(start, this.at);
  }

  private unreadable(): UnreadableTree {
    return new UnreadableTree(`the server's tree cannot be read at "${this.text.slice(this.at, this.at + 40)}"`);
  }
}

/** A field's value; undefined where this version of PostgreSQL has no such field. */
export function field({ plain, names, inner }: TreeNode, name: string): TreeValue | undefined {
  const place = names.indexOf(name);
  if (place >= 0) return inner[place];
  const start = plain.indexOf(` :${name} `);
  if (start < 0) return undefined;
  const from = start + name.length + 3;
  const end = plain.indexOf(' :', from);
  return plainValue(end < 0 ? plain.slice(from) : plain.slice(from, end));
}

function plainValue(text: string): TreeValue {
  if (text === '<>') return null;
  if (text.startsWith('(')) return { numbers: text.slice(1, -1).split(' ').slice(1).map(Number) };
  const bytes = text.endsWith(']') ? text.indexOf(' [ ') : -1;
  if (bytes >= 0) return { bytes: text.slice(bytes + 3, -2).split(' ') };
  const atom = text.length > 1 && text.startsWith('"') ? text.slice(1, -1) : text;
  return atom.replace(/[\udc00-\udc7f]/gu, (character) => String.fromCharCode(character.charCodeAt(0) - MOVED));
}

/** A node's fields: those with plain values first. */
export function fieldsOf({ plain, names, inner }: TreeNode): readonly (readonly [string, TreeValue])[] {
  const own = plain.split(' :').slice(1);
  return [
    ...own.map((pair) => [pair.slice(0, pair.indexOf(' ')), plainValue(pair.slice(pair.indexOf(' ') + 1))] as const),
    ...names.map((name, place) => [name, inner[place] ?? null] as const),
  ];
}

/** A node that no server sent. */
export function nodeOf(tag: string, fields: readonly (readonly [string, TreeValue])[]): TreeNode {
  return { tag, plain: '', names: fields.map(([name]) => name), inner: fields.map(([, value]) => value) };
}
