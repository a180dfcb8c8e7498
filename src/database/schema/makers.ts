/**
 * What PostgreSQL misses and nobody makes, made where it is first missed: the extensions that a
 * schema takes for granted, the types that only sqlc knows, and stand-ins for the types of
 * extensions that are not to be had.
 */
import pg from 'pg';
import type { SchemaPlan, SchemaStep } from './plan.js';
import { extensionOf } from './significance.js';
import { subjectsOf } from './subjects.js';
import { WITHOUT_TYPES } from './contents.js';
import { extensionOfType, missingAlias, missingExtension, missingType } from './well-known.js';

export type Attempt = (text: string) => Promise<pg.DatabaseError | undefined>;
/** Creates what a failed statement lacked; resolves to the note for the author, or to undefined where it created nothing. */
type Maker = (error: pg.DatabaseError) => Promise<string | undefined>;

export interface Makers {
  /** Tries them all. */
  readonly make: Maker;
  /** To be told of the extensions that the server refuses. */
  refused(step: SchemaStep): void;
}

export function createMakers(plan: SchemaPlan, attempt: Attempt): Makers {
  const made = new Set(plan.steps.flatMap(({ statement }) => subjectsOf(statement).makes));
  const refused = new Set<string>();
  const makers = [missedExtensions(plan, attempt, refused), sqlcTypes(attempt, made), standIns(attempt, made, refused)];
  return {
    async make(error) {
      for (const maker of makers) {
        const note = await maker(error);
        if (note !== undefined) return note;
      }
      return undefined;
    },
    refused({ statement }) {
      const name = extensionOf(statement);
      if (name !== undefined) refused.add(name);
    },
  };
}

/** Makes each extension once; those that the schema itself creates come when they come. */
function missedExtensions(plan: SchemaPlan, attempt: Attempt, refused: Set<string>): Maker {
  const tried = new Set(plan.steps.map(({ statement }) => extensionOf(statement)));
  return async (error) => {
    const missing = missingExtension(error);
    if (missing === undefined || tried.has(missing.name)) return undefined;
    tried.add(missing.name);
    if (await createExtension(attempt, missing.name, missing.schema))
      return `the schema uses the extension "${missing.name}" and does not create it; it was created`;
    refused.add(missing.name);
    return undefined;
  };
}

async function createExtension(attempt: Attempt, name: string, schema: string | undefined): Promise<boolean> {
  const into = schema === undefined ? '' : ` SCHEMA ${schema}`;
  const create = `CREATE EXTENSION IF NOT EXISTS ${pg.escapeIdentifier(name)}${into} CASCADE`;
  const error = await attempt(create);
  if (error?.code !== '3F000' || schema === undefined) return error === undefined;
  return (await attempt(`CREATE SCHEMA ${schema}; ${create}`)) === undefined;
}

/** Makes a type that only sqlc knows where it is looked for, unless the schema makes one of its name. */
function sqlcTypes(attempt: Attempt, made: ReadonlySet<string>): Maker {
  return async (error) => {
    const missing = missingAlias(error);
    if (
      missing === undefined ||
      made.has(missing.name) ||
      (await attempt(`CREATE DOMAIN ${pg.escapeIdentifier(missing.name)} AS ${missing.type}`))
    )
      return undefined;
    return `"${missing.name}" is no type of PostgreSQL's; as in sqlc, it was read as ${missing.type}`;
  };
}

/**
 * A type without operators and functions, in place of one whose extension the server refused. Any
 * typmod is taken: what stands in the parentheses is counted, and means nothing.
 */
function standIns(attempt: Attempt, made: ReadonlySet<string>, refused: ReadonlySet<string>): Maker {
  return async (error) => {
    const path = missingType(error);
    const name = path?.split('.').at(-1);
    if (path === undefined || name === undefined || made.has(name)) return undefined;
    const known = extensionOfType(name);
    const extension =
      known !== undefined
        ? refused.has(known)
          ? known
          : undefined
        : [...refused].find((one) => !WITHOUT_TYPES.has(one) && one !== 'postgis' && one !== 'vector');
    if (extension === undefined) return undefined;
    const type = path
      .split('.')
      .map((part) => pg.escapeIdentifier(part))
      .join('.');
    const part = (suffix: string): string =>
      path
        .split('.')
        .slice(0, -1)
        .map((schema) => `${pg.escapeIdentifier(schema)}.`)
        .join('') + pg.escapeIdentifier(`${name}${suffix}`);
    const text = `CREATE TYPE ${type};
CREATE FUNCTION ${part('_in')}(cstring) RETURNS ${type} LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION ${part('_out')}(${type}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION ${part('_typmod_in')}(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'array_cardinality';
CREATE TYPE ${type} (INPUT = ${part('_in')}, OUTPUT = ${part('_out')}, TYPMOD_IN = ${part('_typmod_in')}, LIKE = text)`;
    const refusal = await attempt(text);
    if (refusal !== undefined) {
      if (
        refusal.code !== '3F000' ||
        !path.includes('.') ||
        (await attempt(`CREATE SCHEMA ${type.slice(0, type.lastIndexOf('.'))}; ${text}`)) !== undefined
      )
        return undefined;
    }
    return `the type "${path}" of the extension "${extension}" is not there; its values are read as text, and nothing can be computed with them`;
  };
}

/** Makes the extensions and sqlc's types that only the queries need; resolves to what is to be said. */
export async function makeForQueries(
  client: pg.Client,
  { usedByQueries, aliasesOfQueries }: SchemaPlan,
  attempt: Attempt,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const { name, type } of aliasesOfQueries) {
    const { rows } = await client.query('SELECT FROM pg_catalog.pg_type WHERE typname = $1', [name]);
    if (rows.length > 0 || (await attempt(`CREATE DOMAIN ${pg.escapeIdentifier(name)} AS ${type}`))) continue;
    notes.push(`"${name}", in the queries, is no type of PostgreSQL's; as in sqlc, it was read as ${type}`);
  }
  for (const { extension, kind, name } of usedByQueries) {
    const { rows } = await client.query<{ there: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = $1) OR CASE $2
         WHEN 'function' THEN EXISTS (SELECT FROM pg_catalog.pg_proc WHERE proname = $3)
         WHEN 'type' THEN EXISTS (SELECT FROM pg_catalog.pg_type WHERE typname = $3)
         WHEN 'operator' THEN EXISTS (SELECT FROM pg_catalog.pg_operator WHERE oprname = $3 AND oprleft = 'text'::regtype)
         ELSE EXISTS (SELECT FROM pg_catalog.pg_class WHERE relname = $3)
       END AS there`,
      [extension, kind, name],
    );
    if (rows[0]?.there === false && (await createExtension(attempt, extension, undefined))) {
      notes.push(`the queries use the extension "${extension}", and the schema does not create it; it was created`);
    }
  }
  return notes;
}
