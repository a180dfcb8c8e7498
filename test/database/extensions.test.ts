import { expect, test } from 'vitest';
import { requiredExtensions } from '../../src/database/embedded/extensions.js';
import { planSchema } from '../../src/database/schema/plan.js';
import { missingExtension } from '../../src/database/schema/well-known.js';

const required = (text: string): readonly string[] => requiredExtensions(planSchema([{ path: 'schema.sql', text }]));

test('the embedded database loads what a schema uses without creating it', () => {
  expect(
    required(`
CREATE TABLE a (id uuid DEFAULT uuid_generate_v4(), b citext, c "hstore", d public.ltree, e vector(3), f cube, EXCLUDE USING gist (id WITH =));
CREATE INDEX ON a USING gin (b gin_trgm_ops, g gin__int_ops);
CREATE VIEW b AS SELECT crypt('x', 'y'), unaccent('x'), soundex('x'), (SELECT n FROM crosstab('x') AS t(n int));`),
  ).toEqual([
    'btree_gist',
    'citext',
    'cube',
    'fuzzystrmatch',
    'hstore',
    'intarray',
    'ltree',
    'pg_trgm',
    'pgcrypto',
    'tablefunc',
    'unaccent',
    'uuid-ossp',
    'vector',
  ]);
});

test('names of columns, words in strings and comments, and what is created anyway load nothing more', () => {
  expect(
    required(
      `CREATE TABLE a (vector tsvector, similarity int, citext text, x int DEFAULT length('citext(')); -- hstore(1)\nCREATE INDEX ON a USING gist (vector);`,
    ),
  ).toEqual([]);
  expect(required('CREATE EXTENSION citext;\nCREATE TABLE a (b citext);')).toEqual(['citext']);
  expect(required('CREATE TABLE a (b geometry(Point, 4326));')).toEqual([]);
});

test.each([
  ['42704', 'type "citext" does not exist', 'citext'],
  ['42704', 'type "ext.citext[]" does not exist', 'citext in ext'],
  ['42883', 'function uuid_generate_v4() does not exist', 'uuid-ossp'],
  ['42883', 'function ext.crypt(unknown, text) does not exist', 'pgcrypto in ext'],
  ['42704', 'operator class "gin_trgm_ops" does not exist for access method "gin"', 'pg_trgm'],
  ['42704', 'data type integer has no default operator class for access method "gist"', 'btree_gist'],
  ['42704', 'data type xml has no default operator class for access method "btree"', undefined],
  ['42704', 'type "constructor" does not exist', undefined],
  ['42883', 'function lower(integer) does not exist', undefined],
  ['42P01', 'relation "citext" does not exist', undefined],
])('%s %s', (code, message, expected) => {
  const missing = missingExtension({ code, message });
  expect(missing && `${missing.name}${missing.schema === undefined ? '' : ` in ${missing.schema}`}`).toBe(expected);
});
