/**
 * PostgreSQL's node text (`{QUERY :commandType 1 …}`) → plain nodes, whatever version wrote it.
 *
 * Invariant: a text is read completely and exactly, or `UnreadableTree` is thrown. What a field means is
 * decided elsewhere: here, an atom is the text that the server wrote.
 */

/** A node, e.g. `{VAR :varno 1 …}`: its tag and its fields, by their names. */
export interface TreeNode {
  readonly tag: string;
  readonly fields: Readonly<Record<string, TreeValue>>;
}

/** The bytes of a constant. */
export interface Datum {
  readonly bytes: readonly number[];
}

/** `(1 2 3)` of numbers: `b` a set, `i` integers, `o` OIDs, `x` transactions. */
export interface Numbers {
  readonly kind: 'b' | 'i' | 'o' | 'x';
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
const NAMES_SINCE: Readonly<Record<string, string>> = {
  RTE: 'RANGETBLENTRY',
  ARRAY: 'ARRAYEXPR',
  CASE: 'CASEEXPR',
  WHEN: 'CASEWHEN',
  COALESCE: 'COALESCEEXPR',
  COLLATE: 'COLLATEEXPR',
  MINMAX: 'MINMAXEXPR',
  ROW: 'ROWEXPR',
  ROWCOMPARE: 'ROWCOMPAREEXPR',
};

/** Deeper than any statement that PostgreSQL can plan, and shallow enough for this reader's recursion. */
const DEEPEST = 3000;
const LINE = 78;
const SPACE = 32;
const NEWLINE = 10;
const TAB = 9;
const QUOTE = 34;
const OPEN = 40;
const CLOSE = 41;
const COLON = 58;
const LESS = 60;
const MORE = 62;
const OPEN_BYTES = 91;
const BACKSLASH = 92;
const OPEN_NODE = 123;
const CLOSE_NODE = 125;

/**
 * Reads one value, e.g. the list of queries that rewriting produced. The text is the server's bytes, one
 * character each (`latin1`), because the server breaks lines between bytes, not between characters.
 */
export function readTree(text: string): TreeValue {
  const reader = new Reader(unwrapped(text));
  const value = reader.value(0);
  reader.end();
  return value;
}

/**
 * The text without the line breaks that the server inserts after at most 78 bytes. A break replaces a
 * space, or splits a token if the line has no space.
 */
function unwrapped(text: string): string {
  let joined: string[] | undefined;
  let copied = 0;
  for (let start = 0, end = text.indexOf('\n'); end >= 0; start = end + 1, end = text.indexOf('\n', start)) {
    if (end - start !== LINE || text.slice(start + 1, end).includes(' ') || text.charCodeAt(end + 1) === COLON) continue;
    joined ??= [];
    joined.push(text.slice(copied, end));
    copied = end + 1;
  }
  return joined === undefined ? text : [...joined, text.slice(copied)].join('');
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  end(): void {
    this.skipSpace();
    if (this.at < this.text.length) throw this.unreadable();
  }

  value(depth: number): TreeValue {
    if (depth > DEEPEST) throw new UnreadableTree('the query is nested too deeply');
    this.skipSpace();
    switch (this.text.charCodeAt(this.at)) {
      case OPEN_NODE:
        return this.node(depth);
      case OPEN:
        this.at++;
        return this.list(depth);
      case LESS:
        if (this.text.charCodeAt(this.at + 1) === MORE) {
          this.at += 2;
          return null;
        }
        return this.atom();
      default:
        return this.atom();
    }
  }

  private node(depth: number): TreeNode {
    this.at++;
    const written = this.atom();
    const tag = NAMES_SINCE[written] ?? written;
    const fields: Record<string, TreeValue> = {};
    for (;;) {
      this.skipSpace();
      const code = this.text.charCodeAt(this.at);
      if (code === CLOSE_NODE) {
        this.at++;
        return { tag, fields };
      }
      if (code !== COLON) {
        // An old expression says before its fields what kind it is: `{AEXPR  DISTINCT :name …`.
        fields['kind'] = this.atom();
        continue;
      }
      this.at++;
      const name = this.atom();
      const value = this.value(depth + 1);
      fields[name] = typeof value === 'string' && this.opensBytes() ? this.datum() : value;
    }
  }

  private list(depth: number): TreeValue {
    this.skipSpace();
    const kind = this.text[this.at];
    if ((kind === 'b' || kind === 'i' || kind === 'o' || kind === 'x') && /^[\s)]$/.test(this.text[this.at + 1] ?? '')) {
      this.at++;
      return { kind, numbers: this.numbersUntil(CLOSE) };
    }
    const items: TreeValue[] = [];
    for (;;) {
      this.skipSpace();
      if (this.text.charCodeAt(this.at) === CLOSE) {
        this.at++;
        return items;
      }
      items.push(this.value(depth + 1));
    }
  }

  private opensBytes(): boolean {
    this.skipSpace();
    return this.text.charCodeAt(this.at) === OPEN_BYTES;
  }

  private datum(): Datum {
    this.at++;
    return { bytes: this.numbersUntil(OPEN_BYTES + 2) };
  }

  private numbersUntil(close: number): number[] {
    const numbers: number[] = [];
    for (;;) {
      this.skipSpace();
      if (this.text.charCodeAt(this.at) === close) {
        this.at++;
        return numbers;
      }
      const number = Number(this.atom());
      if (!Number.isInteger(number)) throw this.unreadable();
      numbers.push(number);
    }
  }

  /** Reads up to a space or bracket that no backslash escapes; drops the backslashes, and the quotes around a string. */
  private atom(): string {
    const { text } = this;
    const start = this.at;
    let escaped = false;
    let ascii = true;
    let end = start;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === BACKSLASH) {
        escaped = true;
        end++;
      } else if (
        code === SPACE ||
        code === NEWLINE ||
        code === OPEN ||
        code === CLOSE ||
        code === OPEN_NODE ||
        code === CLOSE_NODE ||
        code === TAB
      ) {
        break;
      } else if (code > 127) ascii = false;
    }
    if (end === start) throw this.unreadable();
    this.at = end;
    const quoted = text.charCodeAt(start) === QUOTE && end - start > 1;
    const raw = quoted ? text.slice(start + 1, end - 1) : text.slice(start, end);
    if (ascii && !escaped) return raw;
    const bytes = escaped ? raw.replace(/\\([^])/g, (_, character: string) => (character === '\n' ? ' ' : character)) : raw;
    return Buffer.from(bytes, 'latin1').toString('utf8');
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== SPACE && code !== NEWLINE && code !== TAB) return;
      this.at++;
    }
  }

  private unreadable(): UnreadableTree {
    return new UnreadableTree(`the server's tree cannot be read at "${this.text.slice(this.at, this.at + 20)}"`);
  }
}
