/**
 * The one place where a statement leaves for the server.
 *
 * Invariant: every statement goes by the extended protocol, which takes one statement only, so that
 * no text can carry a second one; and every value comes back as PostgreSQL's text, untouched by the
 * type parsers that a process or a client may have set.
 */
import type { BoundValue, Database, RawQuery, RawResult, RawRow } from './database.js';
import type { QueryIdentity } from './definition.js';
import { BindError, QueryError, ValueError } from './errors.js';

/**
 * Runs one statement and reads its result.
 * @throws QueryError where the server or the connection fails, and whatever `read` throws.
 */
export async function run<Identity extends QueryIdentity, Result>(
  db: Database,
  identity: Identity,
  text: string,
  values: readonly BoundValue[],
  read: (identity: Identity, result: RawResult) => Result,
): Promise<Result> {
  let result: RawResult;
  try {
    result = await db.query(rawQuery(text, values));
  } catch (error) {
    throw new QueryError(identity, error);
  }
  if (!isRaw(result.rows[0])) throw new QueryError(identity, new ValueError(NOT_RAW));
  return read(identity, result);
}

const NOT_RAW = 'the database handle does not answer with rows as arrays of text; it must pass on the whole configuration that it is given';

/**
 * Whether the first row is as it was asked for. A wrapper around a client that drops `rowMode` or
 * `types` would otherwise turn every nullable column into NULL.
 */
function isRaw(row: RawRow | undefined): boolean {
  if (row === undefined) return true;
  if (!Array.isArray(row)) return false;
  for (const value of row as readonly unknown[]) {
    if (typeof value !== 'string' && value !== null) return false;
  }
  return true;
}

/** @throws BindError where an argument has no text. */
export function bindParams<Params>(
  definition: QueryIdentity & { readonly bind: (params: Params) => readonly BoundValue[] },
  params: Params,
): readonly BoundValue[] {
  try {
    return definition.bind(params);
  } catch (error) {
    throw new BindError(definition, error);
  }
}

/** The first line that every statement carries; it names the query in `pg_stat_statements`, logs and traces. */
export function annotation(identity: QueryIdentity): string {
  return `-- name: ${identity.name} :${identity.command}`;
}

function rawQuery(text: string, values: readonly BoundValue[]): RawQuery {
  return { text, values, rowMode: 'array', queryMode: 'extended', types: RAW_TYPES };
}

const RAW_TYPES: RawQuery['types'] = {
  getTypeParser: (_oid, format) => (format === 'binary' ? refuseBinary : asItIs),
};

function asItIs(value: string): string {
  return value;
}

/** A parser's error rejects the query; one thrown while the parsers are chosen would end the process. */
function refuseBinary(): never {
  throw new ValueError('the client asks for results in binary format (`binary: true`); generated functions decode text');
}
