/**
 * The SQL for the variants that take text: the very text that sqlward sends, so that the server does
 * the same work for all of them; and the arguments as a user of node-postgres would write them.
 */
import { authorize, type Database, type RawQuery } from '../../../src/runtime/index.js';
import type { Page, UpsertEvent } from './cases.js';
import { getConnectionLog, getAuthorizedConnectionLogsOffset, upsertConnectionLog } from './queries.js';

const NO_ID = '00000000-0000-0000-0000-000000000000';
const NO_TIME = '0001-01-01 00:00:00Z';

export const LOOKUP = textOf((db) => getConnectionLog(db, { id: NO_ID }));
export const LOGS = textOf((db) =>
  getAuthorizedConnectionLogsOffset(db, authorize.sql`connection_logs.organization_id = ANY(${[NO_ID]}::uuid[])`),
);
export const UPSERT = textOf((db) =>
  upsertConnectionLog(db, {
    id: NO_ID,
    organizationId: NO_ID,
    workspaceOwnerId: NO_ID,
    workspaceId: NO_ID,
    workspaceName: '',
    agentName: '',
    type: 'ssh',
    ip: '::1',
    time: new Date(0),
    connectionStatus: 'connected',
  }),
);

/** `$1` to `$15` are the query's own, `$16` is the filter's. */
export function logsArguments(page: Page): unknown[] {
  return [NO_ID, '', NO_ID, '', '', NO_ID, '', '', NO_TIME, page.connectedBefore, NO_ID, NO_ID, '', page.limit, 0, page.organizationIds];
}

export function upsertArguments(event: UpsertEvent): unknown[] {
  return [
    event.id,
    event.organizationId,
    event.workspaceOwnerId,
    event.workspaceId,
    event.workspaceName,
    event.agentName,
    event.type,
    event.code,
    event.ip,
    null,
    null,
    null,
    event.connectionId,
    event.disconnectReason,
    event.time,
    event.connectionStatus,
  ];
}

/** What a function sends, without a server. */
function textOf(send: (db: Database) => Promise<unknown>): string {
  let text = '';
  const recorder: Database = {
    query(config: RawQuery) {
      text = config.text;
      return Promise.reject(new Error('nothing is sent'));
    },
  };
  send(recorder).catch(() => undefined);
  return text;
}
