/** Made-up people and logs, through the service's own query. */
import type { Pool } from 'pg';
import { recordConnectionEvents } from '@sqlward/connection-logs';
import { makeEvents } from './events.js';
import { insertPeople } from './people.js';

const AT_ONCE = 20_000;

/** Resolves to how many logs were made; does nothing where there are logs already. */
export async function fillDatabase(pool: Pool, logs: number, report: (line: string) => void): Promise<number> {
  const { rows } = await pool.query<{ filled: boolean }>('SELECT EXISTS (SELECT FROM connection_logs) AS filled');
  if (rows[0]?.filled === true) return 0;
  await insertPeople(pool);
  const started = performance.now();
  for (let from = 0; from < logs; from += AT_ONCE) {
    await recordConnectionEvents(pool, makeEvents(Math.min(AT_ONCE, logs - from), from));
    if (logs > AT_ONCE)
      report(`${Math.min(logs, from + AT_ONCE).toLocaleString('en')} logs in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
  await pool.query('VACUUM (ANALYZE) connection_logs, users, organizations');
  return logs;
}
