/** The extensions that PGlite has a build of, by the name that `CREATE EXTENSION` knows. */
import type { Extension } from '@electric-sql/pglite';
import { extensionOf, extensionsInBlock } from '../schema/significance.js';
import type { SchemaPlan } from '../schema/load.js';

/** Each in a module of its own, with megabytes behind it, so only those that are named are loaded. */
const BUILDS: Readonly<Record<string, () => Promise<Extension>>> = {
  age: async () => (await import('@electric-sql/pglite-age')).age,
  amcheck: async () => (await import('@electric-sql/pglite/contrib/amcheck')).amcheck,
  bloom: async () => (await import('@electric-sql/pglite/contrib/bloom')).bloom,
  btree_gin: async () => (await import('@electric-sql/pglite/contrib/btree_gin')).btree_gin,
  btree_gist: async () => (await import('@electric-sql/pglite/contrib/btree_gist')).btree_gist,
  citext: async () => (await import('@electric-sql/pglite/contrib/citext')).citext,
  cube: async () => (await import('@electric-sql/pglite/contrib/cube')).cube,
  dict_int: async () => (await import('@electric-sql/pglite/contrib/dict_int')).dict_int,
  dict_xsyn: async () => (await import('@electric-sql/pglite/contrib/dict_xsyn')).dict_xsyn,
  earthdistance: async () => (await import('@electric-sql/pglite/contrib/earthdistance')).earthdistance,
  file_fdw: async () => (await import('@electric-sql/pglite/contrib/file_fdw')).file_fdw,
  fuzzystrmatch: async () => (await import('@electric-sql/pglite/contrib/fuzzystrmatch')).fuzzystrmatch,
  hstore: async () => (await import('@electric-sql/pglite/contrib/hstore')).hstore,
  intarray: async () => (await import('@electric-sql/pglite/contrib/intarray')).intarray,
  isn: async () => (await import('@electric-sql/pglite/contrib/isn')).isn,
  lo: async () => (await import('@electric-sql/pglite/contrib/lo')).lo,
  ltree: async () => (await import('@electric-sql/pglite/contrib/ltree')).ltree,
  moddatetime: async () => (await import('@electric-sql/pglite/contrib/moddatetime')).moddatetime,
  pageinspect: async () => (await import('@electric-sql/pglite/contrib/pageinspect')).pageinspect,
  pg_buffercache: async () => (await import('@electric-sql/pglite/contrib/pg_buffercache')).pg_buffercache,
  pg_freespacemap: async () => (await import('@electric-sql/pglite/contrib/pg_freespacemap')).pg_freespacemap,
  pg_hashids: async () => (await import('@electric-sql/pglite-pg_hashids')).pg_hashids,
  pg_ivm: async () => (await import('@electric-sql/pglite-pg_ivm')).pg_ivm,
  pg_stat_statements: async () => (await import('@electric-sql/pglite/contrib/pg_stat_statements')).pg_stat_statements,
  pg_surgery: async () => (await import('@electric-sql/pglite/contrib/pg_surgery')).pg_surgery,
  pg_textsearch: async () => (await import('@electric-sql/pglite-pg_textsearch')).pg_textsearch,
  pg_trgm: async () => (await import('@electric-sql/pglite/contrib/pg_trgm')).pg_trgm,
  pg_uuidv7: async () => (await import('@electric-sql/pglite-pg_uuidv7')).pg_uuidv7,
  pg_visibility: async () => (await import('@electric-sql/pglite/contrib/pg_visibility')).pg_visibility,
  pg_walinspect: async () => (await import('@electric-sql/pglite/contrib/pg_walinspect')).pg_walinspect,
  pgcrypto: async () => (await import('@electric-sql/pglite/contrib/pgcrypto')).pgcrypto,
  pgtap: async () => (await import('@electric-sql/pglite-pgtap')).pgtap,
  seg: async () => (await import('@electric-sql/pglite/contrib/seg')).seg,
  tablefunc: async () => (await import('@electric-sql/pglite/contrib/tablefunc')).tablefunc,
  tcn: async () => (await import('@electric-sql/pglite/contrib/tcn')).tcn,
  tsm_system_rows: async () => (await import('@electric-sql/pglite/contrib/tsm_system_rows')).tsm_system_rows,
  tsm_system_time: async () => (await import('@electric-sql/pglite/contrib/tsm_system_time')).tsm_system_time,
  unaccent: async () => (await import('@electric-sql/pglite/contrib/unaccent')).unaccent,
  'uuid-ossp': async () => (await import('@electric-sql/pglite/contrib/uuid_ossp')).uuid_ossp,
  vector: async () => (await import('@electric-sql/pglite-pgvector')).vector,
};

/** What CASCADE pulls in, which must be loaded too. */
const REQUIRES: Readonly<Record<string, readonly string[]>> = { earthdistance: ['cube'], postgis_tiger_geocoder: ['fuzzystrmatch'] };

/** What a schema and its queries name, whether there is a build of it or not. */
export function namedByPlan(plan: SchemaPlan): readonly string[] {
  const named = [
    ...plan.steps.flatMap(({ statement }) => [extensionOf(statement), ...extensionsInBlock(statement)]),
    ...[...plan.usedBySchema, ...plan.usedByQueries].map(({ extension }) => extension),
  ];
  return [...new Set(named.flatMap((name) => (name === undefined ? [] : [name, ...(REQUIRES[name] ?? [])])))].sort();
}

/** Those of them that have a build. Of the others PostgreSQL says itself that they are not there. */
export function requiredExtensions(plan: SchemaPlan): readonly string[] {
  return namedByPlan(plan).filter((name) => BUILDS[name] !== undefined);
}

export async function loadExtensions(names: readonly string[]): Promise<Record<string, Extension>> {
  const loaded: Record<string, Extension> = {};
  for (const name of names) {
    const build = BUILDS[name];
    if (build) loaded[name] = await build();
  }
  return loaded;
}
