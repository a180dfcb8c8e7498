/** One suite of behaviour over every kind of handle. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authorize, BindError, transaction, type Database } from 'sqlward';
import { logged, notices, openServers, ROWS, rowsOf, type Servers } from './handles.js';
import * as q from './queries.js';

let servers: Servers;
beforeAll(async () => {
  servers = await openServers();
});
afterAll(() => servers?.close());
const RESET =
  'DELETE FROM nobody; DELETE FROM things; INSERT INTO things (id, team, note) SELECT n, n % 2, NULL FROM generate_series(1, 4) n';

async function rejection(work: Promise<unknown>): Promise<Error> {
  return work.then(
    (result) => {
      throw new Error(`it resolved to ${JSON.stringify(result)}`);
    },
    (error: unknown) => {
      if (error instanceof Error) return error;
      throw new Error(`it rejected with ${String(error)}`);
    },
  );
}

async function gathered<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

async function* later<T>(...items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

describe.each(ROWS)('$name', (row) => {
  const { refuses = {}, begun } = row;
  beforeEach(() => (row.database === 'pglite' ? servers.pglite.exec(RESET) : servers.pool.query(RESET)));

  const within = <Result>(work: (db: Database) => Promise<Result>): Promise<Result> => row.within(servers, work);
  /** What fails, within a savepoint where there is a transaction that it would spoil. */
  const failing = (work: (db: Database) => Promise<unknown>): Promise<Error> =>
    within((db) => rejection(begun ? transaction(db, work) : work(db)));
  const ids = async (): Promise<unknown[]> => (await rowsOf(servers, row, 'SELECT id FROM things ORDER BY id')).flat();

  test('rows, a row, no row', () =>
    within(async (db) => {
      expect(await q.findThings(db, { id: 3 })).toEqual([
        { id: 3, note: null, content: null },
        { id: 4, note: null, content: null },
      ]);
      expect(await q.findThings(db, { id: 9 })).toEqual([]);
      expect(await q.findTheOne(db, { id: 4 })).toMatchObject({ id: 4 });
      expect(await q.findOne(db, { id: 9 })).toBeNull();
      expect(await rejection(q.findTheOne(db, { id: 9 }))).toMatchObject({ name: 'NoRowsError' });
      expect(await rejection(q.findOne(db, { id: 1 }))).toMatchObject({ name: 'TooManyRowsError', rowCount: 4 });
    }));

  test('what a change comes to', () =>
    within(async (db) => {
      expect(await q.rename(db, { note: 'a' })).toBeUndefined();
      expect(await q.renameAndCount(db, { note: 'b' })).toBe(4);
      expect(await q.renameAndTell(db, { note: 'c' })).toEqual({ command: 'UPDATE', rowCount: 4 });
    }));

  test('values in and out, defaults, NULL and bytes', () =>
    within(async (db) => {
      const content = Buffer.from([0, 1, 0x5c, 0xff]);
      const note = `'"\\\t\n€ 𝄞 {}`;
      expect(await q.addThing(db, { id: 10, note, content })).toEqual({ id: 10, note, content });
      expect(await q.addThing(db, { id: 11 })).toEqual({ id: 11, note: 'none', content: null });
      expect(await q.addThing(db, { id: 12, note: null })).toEqual({ id: 12, note: null, content: null });
    }));

  test('an undefined argument is refused, and nothing is sent', async () => {
    const error = await within((db) => rejection(q.addThing(db, { id: undefined as never })));
    expect(error).toBeInstanceOf(BindError);
    expect(error.message).toContain('id is undefined');
    expect(await ids()).toHaveLength(4);
  });

  test('a filter is in force', () =>
    within(async (db) => {
      const own = authorize.sql`things.team = ${1}`;
      expect((await q.guarded(db, own, { id: 2 })).map(({ id }) => id)).toEqual([3]);
      expect(await q.guarded(db, authorize.none(), { id: 1 })).toEqual([]);
      expect((await q.guardedBatch(db, own, [{ id: 1 }, { id: 2 }])).map((things) => things.map(({ id }) => id))).toEqual([[1, 3], [3]]);
      expect(await rejection(q.guarded(db, undefined as never, { id: 1 }))).toMatchObject({ name: 'AuthorizeFilterError' });
    }));

  test('an error arrives as PostgreSQL gives it, and the handle is as good as before', async () => {
    const error = await failing((db) => q.addThing(db, { id: 1 }));
    expect(error).toMatchObject({
      name: 'QueryError',
      query: 'AddThing',
      code: '23505',
      constraint: 'things_pkey',
      retryable: false,
      cause: { code: '23505', detail: 'Key (id)=(1) already exists.', severity: 'ERROR' },
    });
    expect(await failing((db) => q.raw('SELEC')(db))).toMatchObject({ code: '42601' });
    expect(await within((db) => q.findOne(db, { id: 4 }))).toMatchObject({ id: 4 });
  });

  test('what cannot be decoded says where, and the handle is as good as before', () =>
    within(async (db) => {
      expect(await rejection(q.undecodable(db))).toMatchObject({ name: 'DecodeError', query: 'Undecodable', column: 'never_null' });
      expect(await q.findOne(db, { id: 4 })).toMatchObject({ id: 4 });
    }));

  test('calls at once', () =>
    within(async (db) => {
      const found = await Promise.all([1, 2, 3, 4].map((id) => q.findThings(db, { id })));
      expect(found.map((things) => things.length)).toEqual([4, 3, 2, 1]);
    }));

  describe('batches', () => {
    test('of every kind, in order', async () => {
      await within(async (db) => {
        expect(await q.addThings(db, [{ id: 10 }, { id: 11 }])).toBeUndefined();
        expect(await q.addThingsAndTell(db, [{ id: 12, note: 'x' }, { id: 13 }])).toMatchObject([
          { id: 12, note: 'x' },
          { id: 13, note: 'none' },
        ]);
        expect((await q.findFrom(db, [{ id: 13 }, { id: 99 }, { id: 12 }])).map((things) => things.length)).toEqual([1, 0, 2]);
        expect(await q.addThingsAndTell(db, [])).toEqual([]);
        const many = Array.from({ length: 230 }, (_, n) => ({ id: 1000 + n }));
        await q.addThings(db, many);
      });
      expect(await ids()).toHaveLength(238);
    });

    test('are done whole or not at all, and say which set failed', async () => {
      expect(await failing((db) => q.addThings(db, [{ id: 10 }, { id: 11 }, { id: 1 }, { id: 12 }]))).toMatchObject({
        code: '23505',
        set: 2,
      });
      expect(await failing((db) => q.addThingsAndTell(db, [{ id: 10 }, { id: 10 }]))).toMatchObject({ code: '23505', set: 1 });
      const undefinedId = [{ id: 10 }, { id: undefined as never }];
      expect(await failing((db) => q.addThings(db, undefinedId))).toMatchObject({ name: 'BindError', set: 1 });
      expect(await ids()).toEqual([1, 2, 3, 4]);
      await within((db) => q.addThings(db, [{ id: 10 }]));
      expect(await ids()).toEqual([1, 2, 3, 4, 10]);
    });
  });

  describe('copies', () => {
    const things = [{ id: 20, note: '\\N\t\\.\n' }, { id: 21, note: null, content: Buffer.from([0, 255]) }, { id: 22 }];

    if (refuses.copy) {
      test('are refused', async () => {
        expect((await within((db) => rejection(q.copyThings(db, things)))).message).toMatch(refuses.copy ?? /$^/);
        expect(await ids()).toHaveLength(4);
      });
      return;
    }

    test('from what is there and from what comes', async () => {
      await within(async (db) => {
        expect(await q.copyThings(db, things)).toBe(3);
        expect(await q.copyThings(db, later({ id: 23 }, { id: 24 }))).toBe(2);
        expect(await q.copyThings(db, [])).toBe(0);
        expect(await q.findThings(db, { id: 20 })).toMatchObject([
          { note: '\\N\t\\.\n' },
          { note: null, content: Buffer.from([0, 255]) },
          {},
          {},
          {},
        ]);
      });
      expect(await ids()).toHaveLength(9);
    });

    test('whole or not at all', async () => {
      async function* breaking(): AsyncGenerator<{ readonly id: number }> {
        yield { id: 30 };
        await Promise.resolve();
        throw new RangeError('the source broke');
      }
      expect(await failing((db) => q.copyThings(db, [{ id: 30 }, { id: 1 }]))).toMatchObject({ code: '23505' });
      expect((await failing((db) => q.copyThings(db, breaking()))).message).toContain('the source broke');
      expect(await failing((db) => q.copyThings(db, [{ id: 30 }, { id: undefined as never }]))).toMatchObject({ name: 'BindError' });
      expect(await ids()).toEqual([1, 2, 3, 4]);
      expect(await within((db) => q.copyThings(db, [{ id: 30 }]))).toBe(1);
    });
  });

  describe('streams', () => {
    const series = q.rawStream('SELECT n::text, CASE n WHEN 7 THEN NULL ELSE $1 END FROM generate_series(1, 10) n', ['x']);

    if (refuses.stream) {
      test('are refused', async () => {
        expect((await within((db) => rejection(gathered(series(db))))).message).toMatch(refuses.stream ?? /$^/);
      });
      return;
    }

    test('give every row, in pieces of any size', () =>
      within(async (db) => {
        const expected = Array.from({ length: 10 }, (_, n) => [String(n + 1), n === 6 ? null : 'x']);
        for (const rows of [1, 3, 5, 10, 11]) expect(await gathered(series(db, { rows }))).toEqual(expected);
        expect(await gathered(q.rawStream('SELECT 1 WHERE false')(db))).toEqual([]);
      }));

    test('can be left, and the handle is as good as before', () =>
      within(async (db) => {
        for await (const [n] of series(db, { rows: 2 })) if (n === '3') break;
        expect(await q.findOne(db, { id: 4 })).toMatchObject({ id: 4 });
      }));

    test('fail where the statement does', async () => {
      const error = await failing((db) => gathered(q.rawStream('SELECT 10 / (4 - n) FROM generate_series(1, 10) n')(db, { rows: 2 })));
      expect(error).toMatchObject({ name: 'QueryError', code: '22012' });
      expect(await within((db) => gathered(q.findThings.stream(db, { id: 4 })))).toMatchObject([{ id: 4 }]);
    });
  });

  describe('transaction', () => {
    test('commits, or keeps nothing', async () => {
      await within(async (db) => {
        expect(await transaction(db, async (tx) => (await q.addThing(tx, { id: 40 })).id)).toBe(40);
        const failure = new Error('no more');
        const work = async (tx: Database): Promise<never> => {
          await q.addThings(tx, [{ id: 41 }, { id: 42 }]);
          throw failure;
        };
        expect(await rejection(transaction(db, work))).toBe(failure);
      });
      expect(await ids()).toEqual([1, 2, 3, 4, 40]);
    });

    test('has savepoints, which contain a failure', async () => {
      await within((db) =>
        transaction(db, async (tx) => {
          await q.addThing(tx, { id: 40 });
          expect(await rejection(transaction(tx, (inner) => q.addThings(inner, [{ id: 41 }, { id: 40 }])))).toMatchObject({
            code: '23505',
            set: 1,
          });
          await transaction(tx, (inner) => q.addThing(inner, { id: 42 }));
        }),
      );
      expect(await ids()).toEqual([1, 2, 3, 4, 40, 42]);
    });

    test('streams and copies within', async () => {
      if (refuses.stream) return expect(refuses.copy).toBeDefined();
      await within((db) =>
        transaction(db, async (tx) => {
          await q.copyThings(tx, [{ id: 40 }]);
          expect(await gathered(q.findThings.stream(tx, { id: 4 }))).toMatchObject([{ id: 4 }, { id: 40 }]);
        }),
      );
      expect(await ids()).toEqual([1, 2, 3, 4, 40]);
    });

    test('keeps nothing of what failed and was caught', async () => {
      const work = (db: Database): Promise<void> =>
        transaction(db, async (tx) => {
          await q.addThing(tx, { id: 40 });
          await rejection(q.addThing(tx, { id: 40 }));
        });
      expect(await within((db) => rejection(work(db)))).toMatchObject({ name: 'QueryError' });
      expect(await ids()).toEqual([1, 2, 3, 4]);
    });

    if (begun) return;

    test('has the isolation and the settings that it is given, for itself only', () =>
      within(async (db) => {
        const show = q.raw(
          `SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only'), current_setting('app.user', true)`,
        );
        const options = { isolation: 'serializable', readOnly: true, settings: { 'app.user': 7 } } as const;
        expect(await transaction(db, (tx) => show(tx), options)).toEqual([['serializable', 'on', '7']]);
        expect((await show(db))[0]?.slice(0, 2)).toEqual(['read committed', 'off']);
        expect(await rejection(transaction(db, (tx) => q.addThing(tx, { id: 50 }), { readOnly: true }))).toMatchObject({ code: '25006' });
      }));

    test('fails in the COMMIT, and keeps nothing', async () => {
      const work = async (tx: Database): Promise<void> => {
        await q.addThing(tx, { id: 40 });
        await q.unconstrained(tx, { thing: 77 });
      };
      expect(await within((db) => rejection(transaction(db, work)))).toMatchObject({ code: '23503', constraint: 'there_is_none' });
      expect(await ids()).toEqual([1, 2, 3, 4]);
    });

    test('is run again after a serialization failure', async () => {
      let runs = 0;
      await within((db) =>
        transaction(db, async (tx) => {
          await q.addThing(tx, { id: 40 });
          if (++runs < 3) await q.raw(`DO $$ BEGIN RAISE 'again' USING ERRCODE = '40001'; END $$`)(tx);
        }),
      );
      expect(runs).toBe(3);
      expect(await ids()).toEqual([1, 2, 3, 4, 40]);
      const always = (db: Database): Promise<unknown> =>
        transaction(db, (tx) => q.raw(`DO $$ BEGIN RAISE 'again' USING ERRCODE = '40001'; END $$`)(tx), { retries: 1 });
      expect(await within((db) => rejection(always(db)))).toMatchObject({ code: '40001', retryable: true });
    });
  });

  describe('signals', () => {
    const sleep = q.raw('SELECT pg_sleep(30)');

    if (refuses.signal) {
      test('are refused', async () => {
        const { signal } = new AbortController();
        const calls: ((db: Database) => Promise<unknown>)[] = [
          (db) => q.addThing(db, { id: 60 }, { signal }),
          (db) => q.addThing(db, { id: 60 }, { timeout: 1000 }),
          (db) => q.addThings(db, [{ id: 60 }], { signal }),
          (db) => q.copyThings(db, [{ id: 60 }], { signal }),
          (db) => gathered(q.findThings.stream(db, { id: 1 }, { signal })),
          (db) => transaction(db, (tx) => q.addThing(tx, { id: 60 }), { signal }),
        ];
        for (const call of calls) expect((await within((db) => rejection(call(db)))).message).toMatch(refuses.signal ?? /$^/);
        expect(await ids()).toEqual([1, 2, 3, 4]);
      });
      return;
    }

    test('that have aborted send nothing', () =>
      within(async (db) => {
        const reason = new Error('not any more');
        const signal = AbortSignal.abort(reason);
        expect(await rejection(q.addThing(db, { id: 60 }, { signal }))).toBe(reason);
        expect(await rejection(q.addThings(db, [{ id: 60 }], { signal }))).toBe(reason);
        if (!refuses.copy) expect(await rejection(q.copyThings(db, [{ id: 60 }], { signal }))).toBe(reason);
        if (!refuses.stream) expect(await rejection(gathered(q.findThings.stream(db, { id: 1 }, { signal })))).toBe(reason);
        expect(await q.findThings(db, { id: 60 })).toEqual([]);
      }));

    if (row.cancels) {
      test('end the statement on the server', async () => {
        const error = await failing((db) => sleep(db, { timeout: 50 }));
        expect(error).toMatchObject({ name: 'TimeoutError' });
        expect(await within((db) => q.findOne(db, { id: 4 }))).toMatchObject({ id: 4 });
        await expect
          .poll(() => rowsOf(servers, row, `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)' AND state = 'active'`))
          .toEqual([]);
      });

      test('end a transaction', async () => {
        const work = (db: Database): Promise<unknown> =>
          transaction(
            db,
            async (tx) => {
              await q.addThing(tx, { id: 60 });
              await sleep(tx);
            },
            { signal: AbortSignal.timeout(50) },
          );
        expect(await within((db) => rejection(work(db)))).toMatchObject({ name: 'TimeoutError' });
        expect(await ids()).toEqual([1, 2, 3, 4]);
      });

      test('end a stream and a copy', async () => {
        const stream = q.rawStream('SELECT pg_sleep(CASE n WHEN 2 THEN 30 ELSE 0 END) FROM generate_series(1, 3) n');
        expect(await failing((db) => gathered(stream(db, { rows: 1, timeout: 50 })))).toMatchObject({ name: 'TimeoutError' });
        async function* endless(): AsyncGenerator<{ readonly id: number }> {
          for (let id = 100; ; id++) {
            yield { id };
            await new Promise(setImmediate);
          }
        }
        expect(await failing((db) => q.copyThings(db, endless(), { timeout: 50 }))).toMatchObject({ name: 'TimeoutError' });
        expect(await ids()).toEqual([1, 2, 3, 4]);
        expect(await within((db) => q.findOne(db, { id: 4 }))).toMatchObject({ id: 4 });
      });
    } else {
      test('end the wait for a call', async () => {
        const wait = q.raw('SELECT pg_sleep(0.3)');
        await within(async (db) => {
          expect(await rejection(wait(db, { timeout: 20 }))).toMatchObject({ name: 'TimeoutError' });
          expect(await q.findOne(db, { id: 4 })).toMatchObject({ id: 4 });
        });
      });
    }
  });
});

test('PostgreSQL had nothing to remark, and Kysely’s log has the statements', () => {
  expect(notices).toEqual([]);
  expect(logged).toContain('-- name: FindThings :many\nSELECT id, note, content FROM things WHERE id >= $1 ORDER BY id');
});
