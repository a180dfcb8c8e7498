/**
 * The run time's own query object beside node-postgres's: the same events on the same client must come to
 * the same end, and leave the client in the same state.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { many, QueryError } from '../../src/runtime/index.js';
import { definition } from './server.js';

/** One statement's end, and everything that the client said of it. */
interface Observed {
  readonly outcome: unknown;
  readonly events: readonly string[];
  /** What a plain query after it comes to. */
  readonly after: unknown;
}

type Runner = (client: pg.Client, text: string) => Promise<unknown>;

const runners: Readonly<Record<'own' | 'raw', Runner>> = {
  own: (client, text) => many(definition({ text, decode: (row) => row }))(client),
  raw: async (client, text) =>
    (await client.query<unknown[]>({ text: `-- name: TestQuery :many\n${text}`, rowMode: 'array', ...RAW })).rows,
};
const RAW = { queryMode: 'extended', types: { getTypeParser: () => (value: string) => value } } as object;

interface Scenario {
  readonly text: string;
  readonly config?: pg.ClientConfig;
  /** Done once the statement is under way. */
  readonly meanwhile?: (client: pg.Client) => Promise<unknown> | undefined;
  readonly before?: (client: pg.Client) => Promise<unknown>;
  /** The connection ends with it. That can be a moment after the statement has failed, and the query after it waits for that. */
  readonly ends?: true;
}

let admin: pg.Client;
beforeAll(async () => {
  admin = new pg.Client(inject('databaseUrl'));
  await admin.connect();
  await admin.query(`
    CREATE OR REPLACE FUNCTION notices() RETURNS SETOF int LANGUAGE plpgsql AS
    $$ BEGIN RAISE NOTICE 'first'; RETURN NEXT 1; RAISE WARNING 'second'; RETURN NEXT 2; END $$`);
});
afterAll(async () => {
  await admin.query('DROP FUNCTION notices');
  await admin.end();
});

/** Waits until the client's backend sleeps in the statement. */
async function underWay(client: pg.Client): Promise<void> {
  const { processID } = client as pg.Client & { readonly processID: number };
  const sleeping = `SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'`;
  await expect.poll(async () => (await admin.query(sleeping, [processID])).rowCount).toBe(1);
}

async function signal(client: pg.Client, how: 'pg_cancel_backend' | 'pg_terminate_backend'): Promise<void> {
  await underWay(client);
  await admin.query(`SELECT ${how}($1)`, [(client as pg.Client & { readonly processID: number }).processID]);
}

const scenarios: Readonly<Record<string, Scenario>> = {
  rows: { text: `SELECT n, repeat('x', n), NULL FROM generate_series(1, 1000) n` },
  'no rows': { text: 'SELECT 1 WHERE false' },
  'nothing at all': { text: '' },
  'a statement that does not parse': { text: 'SELEC' },
  'a failure after some rows': { text: 'SELECT 100 / (50 - n) FROM generate_series(1, 100) n' },
  'notices between rows': { text: 'SELECT notices()' },
  'a read timeout of the client': { text: 'SELECT pg_sleep(0.3)', config: { query_timeout: 40 } },
  'a statement timeout of the server': { text: 'SELECT pg_sleep(30)', config: { statement_timeout: 40 } },
  'a statement that is cancelled': { text: 'SELECT pg_sleep(30)', meanwhile: (client) => signal(client, 'pg_cancel_backend') },
  'a backend that is terminated': {
    text: 'SELECT pg_sleep(30)',
    meanwhile: (client) => signal(client, 'pg_terminate_backend'),
    ends: true,
  },
  'a socket that breaks': {
    text: 'SELECT pg_sleep(30)',
    async meanwhile(client) {
      await underWay(client);
      const { connection } = client as pg.Client & { readonly connection: { readonly stream: { destroy(): void } } };
      connection.stream.destroy();
    },
    ends: true,
  },
  'a client that is ended meanwhile': {
    text: 'SELECT pg_sleep(30)',
    async meanwhile(client) {
      await underWay(client);
      await client.end();
    },
    ends: true,
  },
  'a client that was ended': { text: 'SELECT 1', before: (client) => client.end() },
  'an aborted transaction': { text: 'SELECT 1', before: (client) => client.query('BEGIN; SELECT 1/0').catch(() => undefined) },
};

async function settled(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    const cause = error instanceof QueryError ? error.cause : error;
    if (!(cause instanceof Error)) return cause;
    const { code, severity, position, routine } = cause as Error & Record<'code' | 'severity' | 'position' | 'routine', unknown>;
    return { message: cause.message, code, severity, position, routine };
  }
}

async function observe(run: Runner, { text, config, meanwhile, before, ends }: Scenario, callsBefore: number): Promise<Observed> {
  const client = new pg.Client({ connectionString: inject('databaseUrl'), ...config });
  const events: string[] = [];
  client.on('error', (error) => events.push(`error: ${error.message}`));
  client.on('notice', (notice) => events.push(`notice: ${notice.message ?? ''}`));
  const ended = new Promise<void>((resolve) => {
    client.on('end', () => {
      events.push('end');
      resolve();
    });
  });
  await client.connect();
  for (let n = 0; n < callsBefore; n++) await run(client, 'SELECT 0');
  await before?.(client);
  let calls = 0;
  const work = run(client, text).finally(() => calls++);
  const [outcome] = await Promise.all([settled(work), meanwhile?.(client)]);
  if (ends) await ended;
  const after = await settled(client.query('SELECT 1 AS n').then(({ rows }) => rows as unknown));
  await client.end().catch(() => undefined);
  expect(calls).toBe(1);
  return { outcome, events, after };
}

// A connection's first answer is read by node-postgres itself.
describe.each([0, 2])('beside node-postgres’s own query, after %d calls', (callsBefore) => {
  test.each(Object.entries(scenarios))('%s', async (_name, scenario) => {
    const raw = await observe(runners.raw, scenario, callsBefore);
    expect(await observe(runners.own, scenario, callsBefore)).toEqual(raw);
  });
});

test('a query that is made before the client is connected waits for it', async () => {
  const client = new pg.Client(inject('databaseUrl'));
  const early = runners.own(client, 'SELECT 7');
  await client.connect();
  expect(await early).toEqual([['7']]);
  await client.end();
});

describe('the query object', () => {
  async function spoken(use: (client: pg.Client) => Promise<unknown>): Promise<string[]> {
    const client = new pg.Client(inject('databaseUrl'));
    await client.connect();
    const names: string[] = [];
    const { connection } = client as pg.Client & { readonly connection: NodeJS.EventEmitter };
    connection.on('message', ({ name }: { name: string }) => names.push(name));
    await use(client);
    await client.end();
    return names;
  }

  test('describes nothing', async () => {
    const names = await spoken((client) => runners.own(client, 'SELECT 1'));
    expect(names).toEqual(['parseComplete', 'bindComplete', 'dataRow', 'commandComplete', 'readyForQuery']);
  });

  test.each<[string, (client: pg.Client) => pg.Client]>([
    ['a proxy that passes everything on', (client) => new Proxy(client, {})],
    [
      'a proxy that binds methods',
      (client) =>
        new Proxy(client, {
          get(target, key): unknown {
            const value: unknown = Reflect.get(target, key);
            return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          },
        }),
    ],
  ])('is used through %s', async (_name, wrap) => {
    const names = await spoken((client) => runners.own(wrap(client), 'SELECT 1'));
    expect(names).not.toContain('rowDescription');
  });

  test.each<[string, (client: pg.Client) => pg.Client]>([
    ['an object with its `query`', (client) => ({ query: (config: pg.QueryConfig) => client.query(config) }) as pg.Client],
    [
      'a proxy that replaces `query`',
      (client) =>
        new Proxy(client, {
          get: (target, key): unknown =>
            key === 'query' ? (config: pg.QueryConfig) => client.query({ ...config }) : Reflect.get(target, key),
        }),
    ],
  ])('is not handed to %s', async (_name, wrap) => {
    const names = await spoken(async (client) => expect(await runners.own(wrap(client), 'SELECT 1')).toEqual([['1']]));
    expect(names).toContain('rowDescription');
  });
});
