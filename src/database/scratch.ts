/**
 * A scratch database on the user's server, for as long as one run lasts.
 *
 * Invariant: it is dropped whatever becomes of the run; one that a killed run left is recognised
 * by its name, which says when it was made, and dropped by a later run once nobody uses it.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { CompileError } from '../diagnostic.js';
import { connectClient, messageOf, Unreachable, withDatabase } from './connect.js';

export interface ScratchDatabase {
  readonly url: string;
  readonly name: string;
  create(): Promise<void>;
  /** Waits for a creation that is under way; never throws. */
  drop(): Promise<void>;
}

const PREFIX = 'sqlward_scratch_';
/** The time in milliseconds, in base 36, which has eight digits until the year 2059; then a random part. */
const FORM = /^sqlward_scratch_([0-9a-z]{8})_[0-9a-f]{8}$/;
const STALE_AFTER_MS = 60 * 60 * 1000;

/** Names a database that does not exist yet, so that it can be dropped from the moment when it may. */
export function prepareScratch(serverUrl: string, report: (line: string) => void): ScratchDatabase {
  const name = `${PREFIX}${Date.now().toString(36)}_${randomBytes(4).toString('hex')}`;
  let creation: Promise<void> | undefined;
  return {
    url: withDatabase(serverUrl, name),
    name,
    create() {
      creation ??= create(serverUrl, name);
      return creation;
    },
    async drop() {
      if (creation === undefined) return;
      // A DROP that overtakes its CREATE would find nothing; a CREATE without an answer may have worked.
      const refused = await creation.then(
        () => false,
        (error: unknown) =>
          error instanceof Unreachable ||
          (error instanceof CompileError && error.diagnostics.some(({ sqlstate }) => sqlstate !== undefined)),
      );
      if (refused) return;
      try {
        const client = await connectClient(serverUrl);
        try {
          await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        } finally {
          await client.end().catch(() => {});
        }
      } catch (error) {
        report(`could not drop the scratch database ${name} (a later run will): ${messageOf(error)}`);
      }
    },
  };
}

async function create(serverUrl: string, name: string): Promise<void> {
  const client = await connectClient(serverUrl);
  try {
    await dropStale(client);
    // template0, so that nothing of the server's own template stands in the schema's way.
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  } catch (error) {
    throw cannotCreate(client, error);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Only what bears the whole form of a name, and never what somebody is connected to. */
async function dropStale(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database d WHERE starts_with(datname, $1)
       AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)`,
    [PREFIX],
  );
  for (const { name } of rows) {
    const madeAt = FORM.exec(name)?.[1];
    if (madeAt !== undefined && Number.parseInt(madeAt, 36) < Date.now() - STALE_AFTER_MS) {
      // Another run may be dropping it, too.
      await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)}`).catch(() => {});
    }
  }
}

function cannotCreate(client: pg.Client, error: unknown): CompileError {
  const sqlstate = error instanceof pg.DatabaseError ? error.code : undefined;
  return new CompileError([
    {
      severity: 'error',
      message: `cannot make a scratch database on ${client.host}:${client.port}: ${messageOf(error)}`,
      remedy:
        sqlstate === '42501'
          ? `Let the user make databases: ALTER ROLE ${pg.escapeIdentifier(client.user ?? 'user')} CREATEDB;`
          : 'Name a server in servers[].uri on which the user may make databases.',
      sqlstate,
    },
  ]);
}
