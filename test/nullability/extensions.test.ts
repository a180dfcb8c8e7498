/** The extensions that every server brings: their functions called, and what is concluded from them. */
import { describe, expect, it } from 'vitest';
import { extensionRule, isTotalExtensionOperator } from '../../src/compiler/types/builtin/extensions.js';
import { analyzeSql } from './cases.js';
import { useGround } from '../support/ground.js';

const VALUES: Readonly<Record<string, readonly string[]>> = {
  text: ["''::text", "'abc'::text", "'a.b'::text", "'md5'::text", "'bf'::text"],
  citext: ["''::citext", "'Abc'::citext"],
  int4: ['0', '1', '(-1)', '5'],
  int8: ['0::int8', '1::int8'],
  float4: ['0.5::float4'],
  float8: ['0.5::float8'],
  bytea: ["''::bytea", "'abc'::bytea", "'0123456789abcdef'::bytea"],
  uuid: ["'00000000-0000-0000-0000-000000000000'::uuid"],
  regdictionary: ["'unaccent'::regdictionary"],
  hstore: ["''::hstore", "'a=>NULL,b=>1'::hstore"],
  ltree: ["''::ltree", "'a.b.c'::ltree"],
  lquery: ["'a.*'::lquery"],
  ltxtquery: ["'a & b'::ltxtquery"],
  _ltree: ["'{}'::ltree[]", "'{a.b,c}'::ltree[]"],
  _lquery: ["'{a.*,c}'::lquery[]"],
  _text: ["'{}'::text[]", "'{a,b}'::text[]"],
  bool: ['true'],
  bpchar: ["'a'::bpchar"],
  inet: ["'1.2.3.4'::inet"],
};

/** Served by sections of pgcrypto that need keys made outside. */
const NEEDS_KEYS = /^pgp_|^dearmor|^decrypt|^encrypt_iv|^vector|^armor$/;

function combinations(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return lists
    .reduce<readonly (readonly string[])[]>((all, values) => all.flatMap((args) => values.map((value) => [...args, value])), [[]])
    .slice(0, 300);
}

describe('extensions', () => {
  const ground = useGround(`
      CREATE FUNCTION outcome(expression text) RETURNS text LANGUAGE plpgsql AS $$
      DECLARE missing boolean;
      BEGIN
        EXECUTE 'SELECT (' || expression || ') IS NULL' INTO missing;
        RETURN CASE WHEN missing THEN 'null' ELSE 'value' END;
      EXCEPTION WHEN OTHERS THEN RETURN 'error';
      END $$;
      ${['citext', 'pg_trgm', 'unaccent', 'uuid-ossp', 'pgcrypto', 'fuzzystrmatch', 'hstore', 'ltree'].map((name) => `CREATE EXTENSION "${name}";`).join('\n')}
      CREATE FUNCTION similarity(int) RETURNS int LANGUAGE sql STRICT AS 'SELECT NULL::int';
      CREATE TABLE people (id int PRIMARY KEY, email citext NOT NULL UNIQUE, alias citext);`);

  const typeName = (oid: number): string => ground().catalog.types.get(oid)?.name ?? '';

  it('gives no NULL where it counts as total', async () => {
    const calls: { readonly name: string; readonly expressions: readonly string[] }[] = [];
    for (const entry of [...ground().catalog.functionsByName.values()].flat()) {
      if (extensionRule(entry) !== 'total' || entry.kind !== 'function' || entry.returnsSet || NEEDS_KEYS.test(entry.name)) continue;
      const types = entry.argumentTypeOids.map(typeName);
      if (
        types.some((type) => type === 'internal' || type === 'cstring') ||
        typeName(entry.returnTypeOid) === 'cstring' ||
        typeName(entry.returnTypeOid) === 'internal'
      )
        continue;
      if (/gtrgm|gist|gin_|ghstore/.test(`${entry.name} ${types.join(' ')}`)) continue;
      const lists =
        entry.name === 'gen_salt'
          ? [["'bf'", "'md5'"], ...types.slice(1).map(() => ['5'])]
          : entry.name === 'encrypt'
            ? [["'abc'::bytea"], ["'0123456789abcdef'::bytea"], ["'aes'"]]
            : types.map((type) => VALUES[type] ?? []);
      calls.push({
        name: `${entry.name}(${types.join(', ')})`,
        expressions: combinations(lists).map((args) => `${entry.name}(${args.join(', ')})`),
      });
    }
    for (const entry of [...ground().catalog.operatorsByName.values()].flat()) {
      if (!isTotalExtensionOperator(entry)) continue;
      const lists = [entry.leftTypeOid, entry.rightTypeOid].filter((oid) => oid !== 0).map((oid) => VALUES[typeName(oid)] ?? []);
      calls.push({
        name: `${entry.name} (${typeName(entry.leftTypeOid)}, ${typeName(entry.rightTypeOid)})`,
        expressions: combinations(lists).map((args) =>
          args.length === 1 ? `${entry.name} ${args[0] ?? ''}` : args.join(` ${entry.name} `),
        ),
      });
    }
    const nulls: string[] = [];
    const untried: string[] = [];
    for (const { name, expressions } of calls) {
      const { rows } = await ground().client.query<{ e: string; outcome: string }>('SELECT e, outcome(e) FROM unnest($1::text[]) e', [
        expressions,
      ]);
      nulls.push(...rows.filter(({ outcome }) => outcome === 'null').map(({ e }) => e));
      if (!rows.some(({ outcome }) => outcome === 'value')) untried.push(name);
    }
    expect(nulls).toEqual([]);
    expect(untried).toEqual([]);
    expect(calls.length).toBeGreaterThan(150);
  }, 60_000);

  it.each([
    [
      'citext',
      "SELECT email = 'a' AS a, email || 'x' AS b, lower(email) AS c, email::text AS d, alias || 'x' AS e, email LIKE 'a%' AS f, 'a'::citext AS g, max(email) AS h FROM people GROUP BY id",
      [false, false, false, false, true, false, false, false],
    ],
    ['citext', 'SELECT alias FROM people WHERE alias = $1', [false]],
    ['pg_trgm', "SELECT similarity('a', 'b') AS a, 'a' % 'b' AS b, 'a' <-> 'b' AS c", [false, false, false]],
    ['uuid-ossp', 'SELECT uuid_generate_v4() AS a', [false]],
    [
      'pgcrypto',
      "SELECT crypt('a', gen_salt('bf')) AS a, encode(digest('a', 'sha256'), 'hex') AS b, gen_random_uuid() AS c",
      [false, false, false],
    ],
    ['hstore', "SELECT 'a=>1'::hstore -> 'b' AS a, 'a=>1'::hstore ? 'b' AS b, ('a=>1'::hstore)::json AS c", [true, false, false]],
    ['ltree', "SELECT nlevel('a.b'::ltree) AS a, subpath('a.b'::ltree, 0, 1) AS b, 'a'::ltree @> 'a.b' AS c", [false, false, false]],
    ['unaccent', "SELECT unaccent('é') AS a", [false]],
  ])('%s: %s', async (_extension, sql, nullable) => {
    const { columns } = await analyzeSql(ground(), sql);
    expect(columns.map((column) => column.nullable)).toEqual(nullable);
  });
});
