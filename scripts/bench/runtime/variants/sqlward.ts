/** Nested rows, each value decoded by its column. */
import pg from 'pg';
import { authorize, type Database } from '../../../../src/runtime/index.js';
import type { Variant } from '../cases.js';
import { getAuthorizedConnectionLogsOffset, getConnectionLog, upsertConnectionLog } from '../queries.js';

export async function open(url: string): Promise<Variant> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  return generatedFunctions(pool, pool);
}

/** The cases on any handle over a pool. */
export function generatedFunctions(db: Database, pool: pg.Pool): Variant {
  return {
    lookup: (id) => getConnectionLog(db, { id }),
    upsert: (event) => upsertConnectionLog(db, event),
    logs(page) {
      // As a service does it: the filter is made anew for each request.
      const filter = authorize.sql`connection_logs.organization_id = ANY(${page.organizationIds}::uuid[])`;
      return getAuthorizedConnectionLogsOffset(db, filter, { connectedBefore: page.connectedBefore, limitOpt: page.limit });
    },
    close: () => pool.end(),
  };
}
