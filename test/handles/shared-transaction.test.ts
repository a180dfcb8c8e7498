/** One transaction of another library's, in which both write; docs/recipes.md shows how. */
import { drizzle } from 'drizzle-orm/node-postgres';
import { sql as drizzleSql } from 'drizzle-orm';
import knex, { type Knex } from 'knex';
import { sql as kyselySql } from 'kysely';
import { DataSource } from 'typeorm';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { transaction, type Database } from 'sqlward';
import { fromDrizzle } from 'sqlward/drizzle';
import { fromKysely } from 'sqlward/kysely';
import { fromPGlite } from 'sqlward/pglite';
import { fromPostgresJs } from 'sqlward/postgres-js';
import { openServers, type Servers } from './handles.js';
import { addThing, addThings, copyThings } from './queries.js';

let servers: Servers;
let knexed: Knex;
let source: DataSource;
beforeAll(async () => {
  servers = await openServers();
  knexed = knex({ client: 'pg', connection: servers.url });
  source = await new DataSource({ type: 'postgres', url: servers.url }).initialize();
});
afterAll(async () => {
  await knexed?.destroy();
  await source?.destroy();
  await servers?.close();
});
beforeEach(() => Promise.all([servers.pool.query('DELETE FROM things'), servers.pglite.exec('DELETE FROM things')]));

const OWN = 'INSERT INTO things (id) VALUES (1)';

type Shared = (ours: (db: Database) => Promise<void>) => Promise<unknown>;

const LIBRARIES: Readonly<Record<string, Shared>> = {
  Knex: (ours) =>
    knexed.transaction(async (trx) => {
      await trx.raw(OWN);
      await ours((await (trx.client as Knex.Client).acquireConnection()) as PoolClient);
    }),
  TypeORM: (ours) =>
    source.transaction(async ({ queryRunner }) => {
      await queryRunner?.query(OWN);
      await ours((await queryRunner?.connect()) as PoolClient);
    }),
  Kysely: (ours) =>
    servers.kysely.transaction().execute(async (trx) => {
      await kyselySql.raw(OWN).execute(trx);
      await ours(fromKysely(trx));
    }),
  Drizzle: (ours) =>
    drizzle(servers.pool).transaction(async (tx) => {
      await tx.execute(drizzleSql.raw(OWN));
      await ours(fromDrizzle(tx));
    }),
  'postgres.js': (ours) =>
    servers.sql.begin(async (tx) => {
      await tx.unsafe(OWN);
      await ours(fromPostgresJs(tx));
    }),
  PGlite: (ours) =>
    servers.pglite.transaction(async (tx) => {
      await tx.query(OWN);
      await ours(fromPGlite(tx));
    }),
};

describe.each(Object.entries(LIBRARIES))('%s', (name, shared) => {
  const ids = async (): Promise<unknown[]> => {
    const text = 'SELECT id FROM things ORDER BY id';
    if (name === 'PGlite') return (await servers.pglite.query<unknown[]>(text, [], { rowMode: 'array' })).rows.flat();
    return (await servers.pool.query<unknown[]>({ text, rowMode: 'array' })).rows.flat();
  };

  test('commits what both have done', async () => {
    await shared(async (db) => {
      await addThing(db, { id: 2 });
      await addThings(db, [{ id: 3 }, { id: 4 }]);
      expect(await copyThings(db, [{ id: 5 }])).toBe(1);
      if (name !== 'PGlite') expect(await ids()).toEqual([]);
    });
    expect(await ids()).toEqual([1, 2, 3, 4, 5]);
  });

  test('keeps nothing of either where a function fails', async () => {
    await expect(
      shared(async (db) => {
        await addThing(db, { id: 2 });
        await addThing(db, { id: 1 });
      }),
    ).rejects.toThrow('duplicate key');
    expect(await ids()).toEqual([]);
  });

  test('has a savepoint in `transaction`', async () => {
    await shared(async (db) => {
      await expect(transaction(db, (tx) => addThings(tx, [{ id: 2 }, { id: 1 }]))).rejects.toMatchObject({ code: '23505' });
      await transaction(db, (tx) => addThing(tx, { id: 3 }));
    });
    expect(await ids()).toEqual([1, 3]);
  });
});

describe('what is no handle', () => {
  test('Kysely over anything else than node-postgres: nothing is sent', async () => {
    const texts: unknown[] = [];
    const connection = {
      // As other dialects do, which hand on a text.
      async executeQuery({ sql }: { readonly sql: unknown }) {
        await Promise.resolve();
        texts.push(String(sql));
      },
    };
    const other = {
      isTransaction: true,
      getExecutor: () => ({ provideConnection: <Result>(work: (one: never) => Promise<Result>) => work(connection as never) }),
    } as const;
    await expect(addThing(fromKysely(other), { id: 2 })).rejects.toThrow('fromKysely needs Kysely’s PostgresDialect over node-postgres');
    expect(texts).toEqual([]);
  });

  test('a session of Drizzle’s that is not known', () => {
    const session = { constructor: { [Symbol.for('drizzle:entityKind')]: 'SingleStoreSession' } };
    expect(() => fromDrizzle({ _: { session } })).toThrow('and no SingleStoreSession');
  });

  test('a reserved connection that is in a transaction, for another one', async () => {
    const reserved = await servers.sql.reserve();
    try {
      await reserved`BEGIN`;
      const db = fromPostgresJs(reserved);
      await addThings(db, [{ id: 2 }]);
      await expect(transaction(db, (tx) => addThing(tx, { id: 3 }))).rejects.toThrow('is in a transaction already');
      await reserved`COMMIT`;
      expect((await servers.pool.query('SELECT id FROM things')).rows).toEqual([{ id: 2 }]);
    } finally {
      reserved.release();
    }
  });
});

test('a connection that is lost in a transaction of postgres.js is an error, and the pool goes on', async () => {
  const db = fromPostgresJs(servers.sql);
  const lost = transaction(
    db,
    async (tx) => {
      await addThing(tx, { id: 2 });
      await servers.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'postgres.js' AND state LIKE 'idle in%'`,
      );
      for (let tries = 0; tries < 100; tries++) await addThing(tx, { id: 100 + tries });
    },
    { retries: 0 },
  );
  await expect(lost).rejects.toMatchObject({ name: 'QueryError', code: '08006' });
  expect(await addThing(db, { id: 2 })).toMatchObject({ id: 2 });
});
