/**
 * Kysely: its builder, with only the condition that the page has, as one writes it there. Flat rows.
 */
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Variant } from '../cases.js';

interface ConnectionLogs {
  id: string;
  connect_time: Date;
  organization_id: string;
  workspace_owner_id: string;
  workspace_id: string;
  workspace_name: string;
  agent_name: string;
  type: string;
  ip: string;
  code: number | null;
  user_agent: string | null;
  user_id: string | null;
  slug_or_port: string | null;
  connection_id: string | null;
  disconnect_time: Date | null;
  disconnect_reason: string | null;
}

interface Users {
  id: string;
  username: string;
  name: string;
  email: string;
  created_at: Date;
  updated_at: Date;
  last_seen_at: Date;
  status: string;
  login_type: string;
  rbac_roles: string[];
  avatar_url: string;
  deleted: boolean;
  quiet_hours_schedule: string;
}

interface Organizations {
  id: string;
  name: string;
  display_name: string;
  icon: string;
}

interface Schema {
  connection_logs: ConnectionLogs;
  users: Users;
  organizations: Organizations;
}

export async function open(url: string): Promise<Variant> {
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 1 }) }) });
  return {
    async lookup(id) {
      const row = await db.selectFrom('connection_logs').selectAll().where('id', '=', id).executeTakeFirst();
      return row ?? null;
    },
    upsert: (event) =>
      db
        .insertInto('connection_logs')
        .values({
          id: event.id,
          connect_time: event.time,
          organization_id: event.organizationId,
          workspace_owner_id: event.workspaceOwnerId,
          workspace_id: event.workspaceId,
          workspace_name: event.workspaceName,
          agent_name: event.agentName,
          type: event.type,
          code: event.code,
          ip: event.ip,
          user_agent: null,
          user_id: null,
          slug_or_port: null,
          connection_id: event.connectionId,
          disconnect_reason: event.disconnectReason,
          disconnect_time: event.connectionStatus === 'disconnected' ? event.time : null,
        })
        .onConflict((conflict) =>
          conflict.columns(['connection_id', 'workspace_id', 'agent_name']).doUpdateSet((builder) => {
            const closes = sql<boolean>`${event.connectionStatus} = 'disconnected'`;
            const once = <T>(column: string, value: unknown): ReturnType<typeof sql<T>> =>
              sql<T>`case when ${closes} and ${sql.ref(`connection_logs.${column}`)} is null then ${value} else ${sql.ref(`connection_logs.${column}`)} end`;
            return {
              disconnect_time: once<Date | null>('disconnect_time', builder.ref('excluded.connect_time')),
              disconnect_reason: once<string | null>('disconnect_reason', builder.ref('excluded.disconnect_reason')),
              code: once<number | null>('code', builder.ref('excluded.code')),
            };
          }),
        )
        .returningAll()
        .executeTakeFirstOrThrow(),
    logs: (page) =>
      db
        .selectFrom('connection_logs')
        .innerJoin('users as workspace_owner', 'workspace_owner.id', 'connection_logs.workspace_owner_id')
        .leftJoin('users', 'users.id', 'connection_logs.user_id')
        .innerJoin('organizations', 'organizations.id', 'connection_logs.organization_id')
        .selectAll('connection_logs')
        .select([
          'users.username as user_username',
          'users.name as user_name',
          'users.email as user_email',
          'users.created_at as user_created_at',
          'users.updated_at as user_updated_at',
          'users.last_seen_at as user_last_seen_at',
          'users.status as user_status',
          'users.login_type as user_login_type',
          'users.rbac_roles as user_roles',
          'users.avatar_url as user_avatar_url',
          'users.deleted as user_deleted',
          'users.quiet_hours_schedule as user_quiet_hours_schedule',
          'workspace_owner.username as workspace_owner_username',
          'organizations.name as organization_name',
          'organizations.display_name as organization_display_name',
          'organizations.icon as organization_icon',
        ])
        .where('connection_logs.organization_id', 'in', [...page.organizationIds])
        .where('connection_logs.connect_time', '<=', page.connectedBefore)
        .orderBy('connection_logs.connect_time', 'desc')
        .limit(page.limit)
        .offset(0)
        .execute(),
    close: () => db.destroy(),
  };
}
