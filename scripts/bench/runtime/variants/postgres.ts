/**
 * postgres.js, a driver of its own, with its default of prepared statements. The same text; flat rows.
 */
import postgres from 'postgres';
import type { Variant } from '../cases.js';
import { logsArguments, LOGS, LOOKUP, UPSERT, upsertArguments } from '../statements.js';

export async function open(url: string): Promise<Variant> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  const run = async (text: string, values: unknown[]): Promise<readonly postgres.Row[]> =>
    sql.unsafe(text, values as never[], { prepare: true });
  return {
    async lookup(id) {
      const rows = await run(LOOKUP, [id]);
      return rows[0] ?? null;
    },
    async upsert(event) {
      const rows = await run(UPSERT, upsertArguments(event));
      return rows[0];
    },
    logs: (page) => run(LOGS, logsArguments(page)),
    close: () => sql.end(),
  };
}
