/** Raw node-postgres: the limit. Flat rows, as `pg` decodes them by itself. */
import pg from 'pg';
import type { Variant } from '../cases.js';
import { logsArguments, LOGS, LOOKUP, UPSERT, upsertArguments } from '../statements.js';

export async function open(url: string): Promise<Variant> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  return {
    async lookup(id) {
      const { rows } = await pool.query<{ id: string }>(LOOKUP, [id]);
      return rows[0] ?? null;
    },
    async upsert(event) {
      const { rows } = await pool.query<{ id: string }>(UPSERT, upsertArguments(event));
      return rows[0];
    },
    async logs(page) {
      const { rows } = await pool.query<{ id: string }>(LOGS, logsArguments(page));
      return rows;
    },
    close: () => pool.end(),
  };
}
