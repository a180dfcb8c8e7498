/** Bun's own driver, in Bun: another run time, with other rules for memory and compilation. The same text; flat rows. */
import type { Variant } from '../cases.js';
import { logsArguments, LOGS, LOOKUP, UPSERT, upsertArguments } from '../statements.js';

interface Sql {
  unsafe(text: string, values: readonly unknown[]): Promise<readonly unknown[]>;
  array(values: readonly string[], type: string): unknown;
  close(): Promise<void>;
}

export async function open(url: string): Promise<Variant> {
  const { SQL } = Reflect.get(globalThis, 'Bun') as { SQL: new (options: object) => Sql };
  const sql = new SQL({ url, max: 1 });
  return {
    async lookup(id) {
      const rows = await sql.unsafe(LOOKUP, [id]);
      return rows[0] ?? null;
    },
    async upsert(event) {
      const rows = await sql.unsafe(UPSERT, upsertArguments(event));
      return rows[0];
    },
    logs(page) {
      const values = logsArguments(page);
      return sql.unsafe(LOGS, [...values.slice(0, -1), sql.array(page.organizationIds, 'uuid')]);
    },
    close: () => sql.close(),
  };
}
