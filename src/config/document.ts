/**
 * A YAML (or JSON) text as a plain value that still knows where each part of it stands.
 *
 * Invariant: every path into `value` has a range in the text; a path that leads nowhere has the
 * range of its nearest ancestor that exists, so that a missing key points at what misses it.
 */
import { isAlias, isMap, isNode, isScalar, isSeq, parseDocument, visit, type Document, type ErrorCode, type Node } from 'yaml';
import type { Diagnostic } from '../diagnostic.js';
import { CompileError } from '../diagnostic.js';
import type { SourceFile } from '../sql/index.js';

export type Path = readonly (string | number)[];

/** Offsets in the file's text; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface LocatedDocument {
  readonly file: SourceFile;
  readonly value: unknown;
  /** Where the key of the last step stands, or the value for an element of a list. */
  readonly keyRange: (path: Path) => Span;
  readonly valueRange: (path: Path) => Span;
}

/** Parses a file; throws a `CompileError` with every syntax error in it. */
export function locateDocument(file: SourceFile): LocatedDocument {
  const document = parseDocument(file.text, { prettyErrors: false, merge: true });
  if (document.errors.length > 0) {
    // Later syntax errors are usually consequences of the first.
    const broken = document.errors.find(({ code }) => code !== 'DUPLICATE_KEY');
    throw new CompileError(
      document.errors
        .filter((error) => error === broken || error.code === 'DUPLICATE_KEY')
        .map(({ code, message, pos }): Diagnostic => ({
          severity: 'error',
          message: `the file is not valid YAML: ${sentence(message)}`,
          file,
          start: pos[0],
          end: Math.max(pos[1], pos[0] + 1),
          remedy: SYNTAX_REMEDIES[code] ?? 'Mend the syntax here or on the line before.',
        })),
    );
  }
  return {
    file,
    value: plainValue(document, file),
    keyRange: (path) => find(document, path).key,
    valueRange: (path) => find(document, path).value,
  };
}

/** Throws a `CompileError` where an alias stands within what it is an alias of, leads nowhere, or unfolds without end. */
function plainValue(document: Document, file: SourceFile): unknown {
  let circle: Span | undefined;
  visit(document, {
    Alias(_, alias, path) {
      const target = alias.resolve(document);
      if (target === undefined || path.includes(target)) circle ??= rangeOf(alias);
    },
  });
  try {
    if (circle === undefined) return document.toJS({ maxAliasCount: 1000 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
  }
  throw new CompileError([
    {
      severity: 'error',
      message: circle === undefined ? 'the aliases of the file unfold without end' : 'this alias leads nowhere, or into itself',
      file,
      ...(circle ?? { start: 0 }),
      remedy: 'Write out what the alias stands for.',
    },
  ]);
}

const SYNTAX_REMEDIES: Readonly<Partial<Record<ErrorCode, string>>> = {
  DUPLICATE_KEY: 'Keep one of the two; a list of values is written [a, b].',
  TAB_AS_INDENT: 'Indent with spaces.',
  MISSING_CHAR: 'Write the closing quote or bracket.',
};

function sentence(message: string): string {
  return message.slice(0, 1).toLowerCase() + message.slice(1).replace(/\.$/, '');
}

function find(document: Document, path: Path): { readonly key: Span; readonly value: Span } {
  let node = isNode(document.contents) ? document.contents : null;
  let key: Span = startOf(node);
  for (const step of path) {
    const next = child(document, node, step);
    if (next === undefined) return { key, value: key };
    key = next.key;
    node = next.node;
  }
  return { key, value: node === null ? key : (rangeOf(node) ?? key) };
}

/** Where a whole document or map begins: its first key. */
function startOf(node: Node | null): Span {
  const first = isMap(node) ? node.items[0]?.key : node;
  return (isNode(first) ? rangeOf(first) : undefined) ?? { start: 0, end: 0 };
}

function rangeOf(node: Node): Span | undefined {
  return node.range ? { start: node.range[0], end: node.range[1] } : undefined;
}

function child(
  document: Document,
  parent: Node | null,
  step: string | number,
): { readonly key: Span; readonly node: Node | null } | undefined {
  const node = isAlias(parent) ? (parent.resolve(document) ?? null) : parent;
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step];
    if (!isNode(item)) return undefined;
    return { key: (isMap(item) ? startOf(item) : rangeOf(item)) ?? { start: 0, end: 0 }, node: item };
  }
  if (!isMap(node)) return undefined;
  for (const pair of node.items) {
    if (!isScalar(pair.key) || String(pair.key.value) !== String(step)) continue;
    return { key: rangeOf(pair.key) ?? { start: 0, end: 0 }, node: isNode(pair.value) ? pair.value : null };
  }
  for (const pair of node.items) {
    if (!isScalar(pair.key) || pair.key.value !== '<<' || !isNode(pair.value)) continue;
    const merged = isAlias(pair.value) ? pair.value.resolve(document) : pair.value;
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const found = isNode(source) ? child(document, source, step) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}
