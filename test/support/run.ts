/**
 * The names of test databases tell which run made them and when, so that a run drops all of its
 * own, and those that a killed run left on a server that outlives it.
 */
import pg from 'pg';

const PREFIX = 'sqlward_test_';
const FORM = /^sqlward_test_([0-9a-z]{8})_[0-9a-z]{6}_/;
const STALE_AFTER_MS = 6 * 60 * 60 * 1000;

export function newRunName(now = Date.now()): string {
  return `${PREFIX}${now.toString(36)}_${Math.random().toString(36).slice(2, 8).padEnd(6, '0')}_`;
}

/** Drops the databases of one run, and those of any run that began hours ago. */
export async function dropTestDatabases(serverUrl: string, runName: string): Promise<void> {
  const client = new pg.Client(serverUrl);
  await client.connect();
  try {
    const found = await client.query<{ datname: string }>('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [PREFIX]);
    for (const { datname } of found.rows) {
      const began = Number.parseInt(FORM.exec(datname)?.[1] ?? '', 36);
      if (datname.startsWith(runName) || began < Date.now() - STALE_AFTER_MS) {
        await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(datname)} WITH (FORCE)`);
      }
    }
  } finally {
    await client.end();
  }
}
