import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { authorize, authorized, many, number, prepared, type GuardedDefinition } from '../../src/runtime/index.js';
import { statementName } from '../../src/runtime/prepared.js';
import { definition } from './server.js';

const SERIES = definition<{ upTo: number }, number>({
  name: 'GetSeries',
  text: 'SELECT n FROM generate_series(1, $1::int) AS n',
  bind: (params) => [params.upTo],
  decode: (row) => number(row[0]),
});

let client: pg.Client;
beforeAll(async () => {
  client = new pg.Client(inject('databaseUrl'));
  await client.connect();
});
afterAll(() => client.end());

interface Statement {
  readonly name: string;
  readonly statement: string;
  readonly uses: number;
}

async function statements(): Promise<Statement[]> {
  const { rows } = await client.query<Statement>(
    'SELECT name, statement, (generic_plans + custom_plans)::int AS uses FROM pg_prepared_statements ORDER BY prepare_time',
  );
  return rows;
}

describe('a prepared handle', () => {
  test('names each text once, by its hash', async () => {
    const db = prepared(client);
    for (let upTo = 0; upTo < 4; upTo++) expect(await many(SERIES)(db, { upTo })).toHaveLength(upTo);
    const text = `-- name: GetSeries :many${SERIES.text}`;
    expect(await statements()).toEqual([{ name: statementName(text), statement: text, uses: 4 }]);
    await client.query('DEALLOCATE ALL');
  });

  test('the client itself stays unnamed', async () => {
    const plain = new pg.Client(inject('databaseUrl'));
    await plain.connect();
    prepared(plain);
    await many(SERIES)(plain, { upTo: 1 });
    expect((await plain.query('SELECT name FROM pg_prepared_statements')).rows).toEqual([]);
    await plain.end();
  });

  test('a filter’s shape is a text, its values are not', async () => {
    const own = new pg.Client(inject('databaseUrl'));
    await own.connect();
    const guarded: GuardedDefinition<void, number> = {
      ...definition({ text: '', decode: (row) => number(row[0]) }),
      authorizedName: 'GetAuthorizedSeries',
      parameters: 0,
      text: ['\nSELECT n FROM generate_series(1, 9) n WHERE true ', '\nORDER BY n'],
    };
    const get = authorized.many(guarded);
    const db = prepared(own);
    for (const limit of [2, 3, 4]) expect(await get(db, authorize.sql`n < ${limit}`)).toHaveLength(limit - 1);
    expect(await get(db, authorize.none())).toEqual([]);
    expect((await own.query('SELECT name FROM pg_prepared_statements')).rows).toHaveLength(2);
    await own.end();
  });

  test('further texts than the limit are sent unnamed', async () => {
    const own = new pg.Client(inject('databaseUrl'));
    await own.connect();
    const db = prepared(own, { limit: 2 });
    for (let n = 0; n < 5; n++) {
      const query = definition({ text: `SELECT ${n}`, decode: (row) => number(row[0]) });
      for (let again = 0; again < 2; again++) expect(await many(query)(db)).toEqual([n]);
    }
    expect((await own.query('SELECT statement FROM pg_prepared_statements ORDER BY 1')).rows).toEqual([
      { statement: '-- name: TestQuery :many\nSELECT 0' },
      { statement: '-- name: TestQuery :many\nSELECT 1' },
    ]);
    await own.end();
  });

  test('over a pool, every connection knows the same names', async () => {
    const pool = new pg.Pool({ connectionString: inject('databaseUrl'), max: 3 });
    const db = prepared(pool);
    const results = await Promise.all(Array.from({ length: 12 }, (_, upTo) => many(SERIES)(db, { upTo })));
    expect(results.map((rows) => rows.length)).toEqual(Array.from({ length: 12 }, (_, upTo) => upTo));
    await pool.end();
  });
});

test('names are stable, and within 63 bytes', () => {
  expect(statementName('SELECT 1')).toBe('sqlward_e004ebd5b5532a4b85984a62f8ad48a81aa3460c');
  expect(Buffer.byteLength(statementName('x'.repeat(100_000)))).toBeLessThanOrEqual(63);
  expect(statementName('SELECT 1 ')).not.toBe(statementName('SELECT 1'));
});
