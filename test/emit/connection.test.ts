/** What needs one connection takes a handle of one, and a pool is none for the compiler. */
import { expect, test } from 'vitest';
import { generate } from './generated.js';

const BOUND = {
  Listen: 'LISTEN things',
  Begin: 'BEGIN',
  Savepoint: 'SAVEPOINT a',
  Set: "SET statement_timeout = '1s'",
  SetLocal: 'SET LOCAL ROLE none',
  Reset: 'RESET ALL',
  LockTable: 'LOCK TABLE things',
  Temporary: 'CREATE TEMP TABLE scratch (id int)',
  TemporaryCopy: 'CREATE TEMP TABLE scratch AS SELECT 1 AS one',
  Declare: 'DECLARE c CURSOR WITH HOLD FOR SELECT 1',
  Lock: 'SELECT pg_advisory_lock(1)',
  LockRow: 'SELECT pg_try_advisory_lock(id) FROM things',
  LockFrom: 'SELECT got FROM pg_try_advisory_xact_lock(7) AS got',
  Config: "SELECT set_config('app.user', @id, true)",
  Currval: "SELECT currval('things_id_seq')",
};
const FREE = {
  Notify: 'NOTIFY things',
  Show: 'SHOW statement_timeout',
  Create: 'CREATE TABLE others (id int)',
  Text: `SELECT 'LISTEN "relpersistence":"t" pg_advisory_lock(1)'`,
  Locked: 'INSERT INTO things DEFAULT VALUES RETURNING pg_try_advisory_xact_lock(id)',
  OwnLock: 'SELECT mine.pg_advisory_lock(1)',
};
const SCHEMA = `
  CREATE TABLE things (id serial PRIMARY KEY);
  CREATE SCHEMA mine; CREATE FUNCTION mine.pg_advisory_lock(int) RETURNS int LANGUAGE sql RETURN 1;
`;
const queriesOf = (statements: Readonly<Record<string, string>>): string =>
  Object.entries(statements)
    .map(([name, text]) => `-- name: ${name} :exec\n${text};\n`)
    .join('\n');

test('a pool is refused by the types', async () => {
  const generated = await generate(SCHEMA, { 'q.sql': queriesOf({ ...BOUND, ...FREE }) });
  const takes = (type: string): string[] =>
    [...generated.file('q.ts').matchAll(/export const (\w+): \(db: \$\.(\w+)/g)].flatMap(([, name = '', found]) =>
      found === type ? [name] : [],
    );
  const functions = (statements: object): string[] => Object.keys(statements).map((name) => `${name[0]?.toLowerCase()}${name.slice(1)}`);
  expect(takes('Connection')).toEqual(functions(BOUND));
  expect(takes('Database')).toEqual(functions(FREE));

  const imports = `
    import type { Client, Pool, PoolClient } from 'pg';
    import type { Sql, TransactionSql, ReservedSql } from 'postgres';
    import type { PGlite } from '@electric-sql/pglite';
    import type { Kysely, Transaction as KyselyTransaction } from 'kysely';
    import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
    import { prepared, type Transaction } from '../src/runtime/service.js';
    import { fromDrizzle } from '../src/drivers/drizzle.js';
    import { fromKysely } from '../src/drivers/kysely.js';
    import { fromPGlite } from '../src/drivers/pglite.js';
    import { fromPostgresJs } from '../src/drivers/postgres-js.js';
    import { listen } from './generated/q.js';`;
  const parameters =
    'pool: Pool, client: Client, lent: PoolClient, tx: Transaction, sql: Sql, begun: TransactionSql, reserved: ReservedSql, pglite: PGlite, kysely: Kysely<unknown>, trx: KyselyTransaction<unknown>, drizzle: NodePgDatabase';
  const one = [
    'client',
    'lent',
    'tx',
    'prepared(client)',
    'fromPostgresJs(begun)',
    'fromPostgresJs(reserved)',
    'fromPGlite(pglite)',
    'fromKysely(trx)',
  ];
  const several = ['pool', 'prepared(pool)', 'fromPostgresJs(sql)', 'fromKysely(kysely)', 'fromDrizzle(drizzle)'];
  const calls = [...one, ...several].map((handle) => `  await listen(${handle});\n`);
  const program = `${imports}\nexport async function go(${parameters}): Promise<void> {\n${calls.join('')}}\n`;
  const errors = generated.typeErrors(program).map((error) => {
    const [, offset = '', message = ''] = /:(\d+): ([^]*)/.exec(error) ?? [];
    expect(message).toMatch(/not assignable to parameter of type 'Connection'/);
    return program.slice(Number(offset), program.indexOf(');', Number(offset)));
  });
  expect(errors).toEqual(several);
});
