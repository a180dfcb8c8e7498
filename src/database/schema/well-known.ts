/**
 * What well-known extensions bring, by its name, and the types that sqlc knows besides.
 *
 * A schema that is written for reading, as sqlc reads it, need not create the extensions that its
 * columns and defaults come from: the server that the service runs on has them.
 *
 * Invariant: a name here is no part of PostgreSQL itself, in any version that is served.
 */
import type { SchemaStatement } from './statements.js';

const TYPES: Readonly<Record<string, string>> = {
  citext: 'citext',
  cube: 'cube',
  geography: 'postgis',
  geometry: 'postgis',
  halfvec: 'vector',
  hstore: 'hstore',
  lquery: 'ltree',
  ltree: 'ltree',
  ltxtquery: 'ltree',
  sparsevec: 'vector',
  vector: 'vector',
};

/** What sqlc takes for a type of PostgreSQL's: SQLite's name of `bytea`, for a schema that both read, and CockroachDB's of `text`. */
const SQLC_TYPES: Readonly<Record<string, string>> = {
  blob: 'bytea',
  string: 'text',
};

const FUNCTIONS: Readonly<Record<string, string>> = {
  armor: 'pgcrypto',
  connectby: 'tablefunc',
  crosstab: 'tablefunc',
  crypt: 'pgcrypto',
  daitch_mokotoff: 'fuzzystrmatch',
  dearmor: 'pgcrypto',
  decrypt: 'pgcrypto',
  difference: 'fuzzystrmatch',
  digest: 'pgcrypto',
  dmetaphone: 'fuzzystrmatch',
  encrypt: 'pgcrypto',
  gen_random_bytes: 'pgcrypto',
  gen_salt: 'pgcrypto',
  hmac: 'pgcrypto',
  levenshtein: 'fuzzystrmatch',
  metaphone: 'fuzzystrmatch',
  pgp_pub_decrypt: 'pgcrypto',
  pgp_pub_encrypt: 'pgcrypto',
  pgp_sym_decrypt: 'pgcrypto',
  pgp_sym_encrypt: 'pgcrypto',
  similarity: 'pg_trgm',
  soundex: 'fuzzystrmatch',
  strict_word_similarity: 'pg_trgm',
  unaccent: 'unaccent',
  uuid_generate_v1: 'uuid-ossp',
  uuid_generate_v1mc: 'uuid-ossp',
  uuid_generate_v3: 'uuid-ossp',
  uuid_generate_v4: 'uuid-ossp',
  uuid_generate_v5: 'uuid-ossp',
  uuid_nil: 'uuid-ossp',
  uuid_ns_dns: 'uuid-ossp',
  uuid_ns_url: 'uuid-ossp',
  word_similarity: 'pg_trgm',
};

const OPERATOR_CLASSES: Readonly<Record<string, string>> = {
  gin__int_ops: 'intarray',
  gin_trgm_ops: 'pg_trgm',
  gist__int_ops: 'intarray',
  gist_trgm_ops: 'pg_trgm',
  vector_cosine_ops: 'vector',
  vector_ip_ops: 'vector',
  vector_l2_ops: 'vector',
};

/** The embedded database has no build of them. */
const NOT_EMBEDDED: ReadonlySet<string> = new Set(['postgis']);

export interface MissingExtension {
  readonly name: string;
  /** Where the statement looks for it, as the server spells it; undefined for the search path. */
  readonly schema: string | undefined;
}

/** The extension that PostgreSQL's refusal asks for without knowing it. */
export function missingExtension({ code, message }: { readonly code?: string | undefined; readonly message: string }): MissingExtension | undefined {
  if (code !== '42704' && code !== '42883') return undefined;
  // Only these two index methods take operators that a type of PostgreSQL's lacks there.
  const method = /^data type .+ has no default operator class for access method "(gist|gin)"/.exec(message)?.[1];
  if (method !== undefined) return { name: `btree_${method}`, schema: undefined };
  const [kind, path = ''] = /^(type|operator class) "(.+?)(?:\[\])*" does not exist/.exec(message)?.slice(1) ?? [];
  if (kind !== undefined) return found(path, kind === 'type' ? TYPES : OPERATOR_CLASSES);
  return found(/^function ([^(]+)\(/.exec(message)?.[1] ?? '', FUNCTIONS);
}

/** A type that only sqlc has, and what it stands for. */
export function missingAlias({ code, message }: { readonly code?: string | undefined; readonly message: string }): { readonly name: string; readonly type: string } | undefined {
  const name = code === '42704' ? /^type "([^".]+?)(?:\[\])*" does not exist/.exec(message)?.[1] : undefined;
  const type = own(SQLC_TYPES, name);
  return name === undefined || type === undefined ? undefined : { name, type };
}

function found(path: string, known: Readonly<Record<string, string>>): MissingExtension | undefined {
  const parts = path.split('.');
  const extension = own(known, parts.at(-1));
  return extension === undefined ? undefined : { name: extension, schema: parts.length > 1 ? parts[0] : undefined };
}

function own(known: Readonly<Record<string, string>>, name: string | undefined): string | undefined {
  return name !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
}

/** The extensions that statements may turn out to need, each with the first one that names something of it. */
export function namedExtensions(statements: readonly SchemaStatement[]): ReadonlyMap<string, SchemaStatement> {
  const named = new Map<string, SchemaStatement>();
  for (const statement of statements) {
    const words = statement.words.map((word) => word.replaceAll('"', ''));
    words.forEach((word, index) => {
      const extension = extensionNamed(word, words[index - 1], words[index + 1]);
      if (extension !== undefined && !NOT_EMBEDDED.has(extension) && !named.has(extension)) named.set(extension, statement);
    });
    if (words.includes('exclude') && words.includes('gist') && !named.has('btree_gist')) named.set('btree_gist', statement);
  }
  return named;
}

function extensionNamed(word: string, before: string | undefined, behind: string | undefined): string | undefined {
  if (behind === '(') {
    const extension = own(FUNCTIONS, word);
    if (extension !== undefined) return extension;
  }
  // What follows a comma or a parenthesis is the name of a column, as a rule.
  if (before === ',' || before === '(' || before === undefined) return undefined;
  return own(TYPES, word) ?? own(OPERATOR_CLASSES, word);
}
