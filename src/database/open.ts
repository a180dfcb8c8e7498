/**
 * Configuration → the URL of a PostgreSQL that has the schema: the embedded one, the user's own
 * as it is, or a scratch database on the user's server.
 *
 * Invariant: what was opened is closed exactly once, by its `close` or by `closeAllDatabases`, and
 * closing never throws, so that it hides no error that came before.
 */
import { CompileError } from '../diagnostic.js';
import type { DatabaseChoice } from '../config/index.js';
import type { SourceFile } from '../sql/index.js';
import { connectClient, Unreachable } from './connect.js';
import { loadSchema } from './schema/load.js';
import { namesIn } from './schema/subjects.js';
import { failuresOf, type SchemaFailure } from './schema/failures.js';
import { planSchema, type SchemaPlan } from './schema/plan.js';
import { prepareScratch } from './scratch.js';

export interface OpenDatabase {
  readonly url: string;
  /** Which PostgreSQL it is, for people, without a password. */
  readonly label: string;
  /** Why another database was to be asked, and is not. */
  readonly standsIn?: CompileError;
  /** What of the schema is not there; empty where the database is asked as it is. */
  readonly failures: readonly SchemaFailure[];
  /** What the statements of the schema make by name, as the last part of it. */
  readonly named: ReadonlySet<string>;
  /** May be called more than once. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Where the embedded database keeps its images, e.g. `node_modules/.cache/sqlward`. */
  readonly cacheDirectory: string;
  /** Takes one line about what is being done. */
  readonly report?: (line: string) => void;
  /** The query files, for the extensions that only they use. */
  readonly queries?: readonly SourceFile[];
}

const OLDEST_SERVER = 140000;
const open = new Set<() => Promise<void>>();

/**
 * Opens the database of a project. Throws a `CompileError` with why the database cannot be used;
 * nothing stays open then. What PostgreSQL refuses of the schema is among its failures.
 */
export async function openDatabase(choice: DatabaseChoice, schema: readonly SourceFile[], options: OpenOptions): Promise<OpenDatabase> {
  const report = options.report ?? (() => {});
  const queries = options.queries ?? [];
  switch (choice.kind) {
    case 'url':
      try {
        const label = `${await labelOf(choice.url)} (from ${choice.from})`;
        return { url: choice.url, label, failures: [], named: new Set(), close: async () => {} };
      } catch (error) {
        // Who names a database for this run means it; the file's is not there on the first run of a clone.
        if (!(error instanceof Unreachable) || choice.from !== 'database.uri' || schema.length === 0) throw error;
        return { ...(await embed(planSchema(schema, queries), options.cacheDirectory, report)), standsIn: error };
      }
    case 'embedded':
      return embed(planSchema(schema, queries), options.cacheDirectory, report);
    case 'managed':
      return openManaged(choice.serverUrl, planSchema(schema, queries), report);
  }
}

async function embed(plan: SchemaPlan, cacheDirectory: string, report: (line: string) => void): Promise<OpenDatabase> {
  // Only here, so that a run on a server of the user's loads no PGlite.
  const { openEmbedded } = await import('./embedded/open.js');
  const { server, cached } = await openEmbedded(plan, { cacheDirectory, report });
  return {
    url: server.url,
    label: `embedded PostgreSQL ${server.serverVersion} (${cached ? 'cached' : 'new'} schema)`,
    failures: failuresOf(plan, server.events),
    named: namesIn(plan),
    close: onceOpen(() => server.close()),
  };
}

/** Closes whatever is still open: for the end of a process that is interrupted. */
export async function closeAllDatabases(): Promise<void> {
  await Promise.all([...open].map((close) => close()));
}

async function openManaged(serverUrl: string, plan: SchemaPlan, report: (line: string) => void): Promise<OpenDatabase> {
  const scratch = prepareScratch(serverUrl, report);
  const close = onceOpen(() => scratch.drop());
  try {
    await scratch.create();
    const label = `scratch database ${scratch.name}, ${await labelOf(scratch.url)}`;
    const client = await connectClient(scratch.url);
    let failures: readonly SchemaFailure[];
    try {
      const { searchPath, events, notes } = await loadSchema(client, plan);
      for (const note of notes) report(note);
      failures = failuresOf(plan, events);
      if (searchPath !== undefined) await client.query(`ALTER DATABASE ${scratch.name} SET search_path = ${searchPath}`);
    } finally {
      await client.end().catch(() => {});
    }
    return { url: scratch.url, label, failures, named: namesIn(plan), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function onceOpen(work: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= work()
      .catch(() => {})
      .finally(() => open.delete(close));
    return closing;
  };
  open.add(close);
  return close;
}

/** Connects once, so that a database that cannot be used is reported before anything else is done. */
async function labelOf(url: string): Promise<string> {
  const client = await connectClient(url);
  try {
    const { rows } = await client.query<{ version: string; number: number }>(
      `SELECT split_part(current_setting('server_version'), ' ', 1) AS version, current_setting('server_version_num')::int AS number`,
    );
    const { version = '?', number = 0 } = rows[0] ?? {};
    if (number < OLDEST_SERVER) {
      throw new CompileError([
        {
          severity: 'error',
          message: `the server at ${client.host}:${client.port} is PostgreSQL ${version}, which is too old`,
          remedy: 'Use PostgreSQL 14 or later, or the embedded database.',
        },
      ]);
    }
    return `PostgreSQL ${version} at ${client.host}:${client.port}/${client.database ?? ''}`;
  } finally {
    await client.end().catch(() => {});
  }
}
