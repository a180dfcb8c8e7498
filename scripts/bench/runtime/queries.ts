/** The functions that are measured: the project's own, and a lookup as the generator writes it. */
import * as $ from '../../../src/runtime/index.js';
import { connectionTypeLabels, type ConnectionLog } from '../../../generated/index.js';

export { getAuthorizedConnectionLogsOffset, upsertConnectionLog } from '../../../generated/index.js';

export const getConnectionLog: (db: $.Database, params: { readonly id: string }) => Promise<ConnectionLog | null> = $.zeroOrOne({
  name: 'GetConnectionLog',
  command: 'one',
  source: 'scripts/bench/runtime/queries.ts:8',
  onePlan: true,
  required: ['id'],
  optional: [],
  text: `
SELECT id, connect_time, organization_id, workspace_owner_id, workspace_id, workspace_name, agent_name, type, ip, code, user_agent, user_id, slug_or_port, connection_id, disconnect_time, disconnect_reason
FROM connection_logs
WHERE id = $1`,
  columns: [
    'id',
    'connect_time',
    'organization_id',
    'workspace_owner_id',
    'workspace_id',
    'workspace_name',
    'agent_name',
    'type',
    'ip',
    'code',
    'user_agent',
    'user_id',
    'slug_or_port',
    'connection_id',
    'disconnect_time',
    'disconnect_reason',
  ],
  bind: (p) => [p.id],
  decode: (r) => ({
    id: $.text(r[0]),
    connectTime: $.timestamptz(r[1]),
    organizationId: $.text(r[2]),
    workspaceOwnerId: $.text(r[3]),
    workspaceId: $.text(r[4]),
    workspaceName: $.text(r[5]),
    agentName: $.text(r[6]),
    type: $.label(r[7], connectionTypeLabels),
    ip: $.text(r[8]),
    code: r[9] == null ? null : $.safeInteger(r[9]),
    userAgent: r[10] ?? null,
    userId: r[11] ?? null,
    slugOrPort: r[12] ?? null,
    connectionId: r[13] ?? null,
    disconnectTime: r[14] == null ? null : $.timestamptz(r[14]),
    disconnectReason: r[15] ?? null,
  }),
});
