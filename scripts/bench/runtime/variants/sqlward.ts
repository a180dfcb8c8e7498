/** Nested rows, each value decoded by its column. */
import pg from 'pg';
import { authorize } from '../../../../src/runtime/index.js';
import type { Variant } from '../cases.js';
import { getAuthorizedConnectionLogsOffset, getConnectionLog, upsertConnectionLog } from '../queries.js';

export async function open(url: string): Promise<Variant> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  return {
    lookup: (id) => getConnectionLog(pool, { id }),
    upsert: (event) => upsertConnectionLog(pool, event),
    logs(page) {
      // As a service does it: the filter is made anew for each request.
      const filter = authorize.sql`connection_logs.organization_id = ANY(${page.organizationIds}::uuid[])`;
      return getAuthorizedConnectionLogsOffset(pool, filter, { connectedBefore: page.connectedBefore, limitOpt: page.limit });
    },
    close: () => pool.end(),
  };
}
