/** Which extension a name comes from, for schemas and queries that do not say it, and the types that sqlc knows besides. */
import { isBlank, tokenize, type SourceFile } from '../../sql/index.js';
import { CONTENTS, TEXT_OPERATORS, type Contents } from './contents.js';

type Kind = keyof Contents;

const BY_NAME: Readonly<Record<Kind, ReadonlyMap<string, string>>> = {
  types: byName('types'),
  functions: byName('functions'),
  operatorClasses: byName('operatorClasses'),
  accessMethods: byName('accessMethods'),
  relations: byName('relations'),
};

function byName(kind: Kind): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(CONTENTS).flatMap(([extension, contents]) =>
      (contents[kind]?.split(' ') ?? []).map((name) => [name, extension] as const),
    ),
  );
}

/** What sqlc takes for a type of PostgreSQL's: SQLite's name of `bytea`, for a schema that both read, and CockroachDB's of `text`. */
const SQLC_TYPES: ReadonlyMap<string, string> = new Map([
  ['blob', 'bytea'],
  ['string', 'text'],
]);

export interface MissingExtension {
  readonly name: string;
  /** Where the statement looks for it, as the server spells it; undefined for the search path. */
  readonly schema: string | undefined;
}

interface Refusal {
  readonly code?: string | undefined;
  readonly message: string;
}

/** The extension that PostgreSQL's refusal asks for without knowing it. */
export function missingExtension({ code, message }: Refusal): MissingExtension | undefined {
  if (code === '42P01') return found(/^relation "(.+?)" does not exist/.exec(message)?.[1], 'relations');
  if (code !== '42704' && code !== '42883') return undefined;
  // Only these two index methods take operators that a type of PostgreSQL's lacks there.
  const method = /^data type .+ has no default operator class for access method "(gist|gin)"/.exec(message)?.[1];
  if (method !== undefined) return { name: `btree_${method}`, schema: undefined };
  const [kind, path] = /^(type|operator class|access method) "(.+?)(?:\[\])*" does not exist/.exec(message)?.slice(1) ?? [];
  if (kind !== undefined) return found(path, kind === 'type' ? 'types' : kind === 'operator class' ? 'operatorClasses' : 'accessMethods');
  const [left, operator] = /^operator does not exist: (\S.*?) ([-+*/<>=~!@#%^&|`?]+) \S/.exec(message)?.slice(1) ?? [];
  if (operator !== undefined)
    return TEXT_OPERATORS.has(operator) && /^(text|character varying|unknown)$/.test(left ?? '')
      ? { name: 'pg_trgm', schema: undefined }
      : undefined;
  const name = /^function ([^(]+)\(/.exec(message)?.[1];
  return (
    found(name, 'functions') ?? (name !== undefined && /(?:^|\.)_?st_\w+$/.test(name) ? { name: 'postgis', schema: undefined } : undefined)
  );
}

/** A type that only sqlc has, and what it stands for. */
export function missingAlias(refusal: Refusal): { readonly name: string; readonly type: string } | undefined {
  const name = missingType(refusal);
  const type = name === undefined ? undefined : SQLC_TYPES.get(name);
  return name === undefined || type === undefined ? undefined : { name, type };
}

/** The name of the type that a refusal misses, with its schema where one was written. */
export function missingType({ code, message }: Refusal): string | undefined {
  return code === '42704' ? /^type "(.+?)(?:\[\])*" does not exist/.exec(message)?.[1] : undefined;
}

/** The extension that a type comes from. */
export function extensionOfType(name: string): string | undefined {
  return BY_NAME.types.get(name.split('.').at(-1) ?? '');
}

function found(path: string | undefined, kind: Kind): MissingExtension | undefined {
  const parts = path?.split('.') ?? [];
  const extension = BY_NAME[kind].get(parts.at(-1) ?? '') ?? BY_NAME[kind].get(path ?? '');
  return extension === undefined ? undefined : { name: extension, schema: parts.length > 1 ? parts[0] : undefined };
}

/** Something that a text names, and the extension that it may come from. */
export interface ExtensionUse {
  readonly extension: string;
  readonly kind: 'type' | 'function' | 'operator' | 'other';
  /** Without a schema. */
  readonly name: string;
}

/**
 * The extensions that words may turn out to need, each by the first of its names among them. In a
 * query (`inQueries`) a type stands behind `::`; elsewhere its name is more often a column's.
 */
export function namedExtensions(texts: readonly (readonly string[])[], inQueries = false): readonly ExtensionUse[] {
  const uses = new Map<string, ExtensionUse>();
  for (const text of texts) {
    const words = text.map((word) => word.replaceAll('"', ''));
    words.forEach((word, index) => {
      const use = useAt(words, word, index, inQueries);
      if (use !== undefined && !uses.has(use.extension)) uses.set(use.extension, use);
    });
    if (words.includes('exclude') && words.includes('gist') && !uses.has('btree_gist'))
      uses.set('btree_gist', { extension: 'btree_gist', kind: 'other', name: 'gist' });
  }
  return [...uses.values()];
}

/** The types that only sqlc has which a query casts to, and what they stand for. */
export function namedAliases(texts: readonly (readonly string[])[]): readonly { readonly name: string; readonly type: string }[] {
  const named = new Set(texts.flatMap((words) => words.filter((word, index) => words[index - 1] === '::' && SQLC_TYPES.has(word))));
  return [...SQLC_TYPES].flatMap(([name, type]) => (named.has(name) ? [{ name, type }] : []));
}

/** The words of a query file, in lower case where they are not quoted. */
export function wordsOf({ text }: SourceFile): readonly string[] {
  return tokenize(text)
    .filter((token) => !isBlank(token))
    .map(({ kind, start, end }) => (kind === 'word' ? text.slice(start, end).toLowerCase() : text.slice(start, end)));
}

function useAt(words: readonly string[], word: string, index: number, inQueries: boolean): ExtensionUse | undefined {
  const [before, behind] = [words[index - 1], words[index + 1]];
  const use = (extension: string | undefined, kind: ExtensionUse['kind']): ExtensionUse | undefined =>
    extension === undefined ? undefined : { extension, kind, name: word };
  if (behind === '(' && !/^(into|table|view|with|exists)$/.test(before ?? '')) {
    const called = BY_NAME.functions.get(word) ?? (/^_?st_\w+$/.test(word) ? 'postgis' : undefined);
    if (called !== undefined) return use(called, 'function');
  }
  if (/^(from|join)$/.test(before ?? '') && BY_NAME.relations.has(word)) return use(BY_NAME.relations.get(word), 'other');
  if (before === 'using' && BY_NAME.accessMethods.has(word)) return use(BY_NAME.accessMethods.get(word), 'other');
  if (TEXT_OPERATORS.has(word) && isText(before, behind)) return { extension: 'pg_trgm', kind: 'operator', name: word };
  if (inQueries) return before === '::' || (before === '.' && words[index - 3] === '::') ? use(BY_NAME.types.get(word), 'type') : undefined;
  // What follows a comma or a parenthesis is the name of a column, as a rule.
  if (before === ',' || before === '(' || before === undefined) return undefined;
  return use(BY_NAME.types.get(word), 'type') ?? use(BY_NAME.operatorClasses.get(word), 'other');
}

/** Whether an operator may stand between texts: a column or call before it, a string or parameter behind it. */
function isText(before: string | undefined, behind: string | undefined): boolean {
  return /^(?:[\p{L}_)]|text$)/u.test(before ?? '') && /^(?:['@$]|sqlc$|lower$|unaccent$)/.test(behind ?? '');
}
