/** Drizzle: its builder, with only the condition that the page has, as one writes it there. Nested rows. */
import { and, desc, eq, getTableColumns, inArray, lte, sql, type SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { alias, boolean, inet, integer, pgEnum, pgTable, text, timestamp, uuid, type AnyPgColumn } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Variant } from '../cases.js';

const connectionType = pgEnum('connection_type', ['ssh', 'vscode', 'jetbrains', 'reconnecting_pty', 'workspace_app', 'port_forwarding']);
const userStatus = pgEnum('user_status', ['active', 'suspended', 'dormant']);
const loginType = pgEnum('login_type', ['password', 'github', 'oidc', 'token', 'none', 'oauth2_provider_app']);

const connectionLogs = pgTable('connection_logs', {
  id: uuid('id').primaryKey(),
  connectTime: timestamp('connect_time', { withTimezone: true }).notNull(),
  organizationId: uuid('organization_id').notNull(),
  workspaceOwnerId: uuid('workspace_owner_id').notNull(),
  workspaceId: uuid('workspace_id').notNull(),
  workspaceName: text('workspace_name').notNull(),
  agentName: text('agent_name').notNull(),
  type: connectionType('type').notNull(),
  ip: inet('ip').notNull(),
  code: integer('code'),
  userAgent: text('user_agent'),
  userId: uuid('user_id'),
  slugOrPort: text('slug_or_port'),
  connectionId: uuid('connection_id'),
  disconnectTime: timestamp('disconnect_time', { withTimezone: true }),
  disconnectReason: text('disconnect_reason'),
});

const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  email: text('email').notNull(),
  username: text('username').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull(),
  status: userStatus('status').notNull(),
  rbacRoles: text('rbac_roles').array().notNull(),
  loginType: loginType('login_type').notNull(),
  avatarUrl: text('avatar_url').notNull(),
  deleted: boolean('deleted').notNull(),
  lastSeenAt: timestamp('last_seen_at').notNull(),
  quietHoursSchedule: text('quiet_hours_schedule').notNull(),
  name: text('name').notNull(),
});

const organizations = pgTable('organizations', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  displayName: text('display_name').notNull(),
  icon: text('icon').notNull(),
});

const workspaceOwner = alias(users, 'workspace_owner');

export async function open(url: string): Promise<Variant> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const db = drizzle(pool);
  return {
    async lookup(id) {
      const rows = await db.select().from(connectionLogs).where(eq(connectionLogs.id, id));
      return rows[0] ?? null;
    },
    async upsert(event) {
      const once = (column: AnyPgColumn, value: SQL): SQL =>
        sql`case when ${event.connectionStatus} = 'disconnected' and ${column} is null then ${value} else ${column} end`;
      const rows = await db
        .insert(connectionLogs)
        .values({
          ...event,
          connectTime: event.time,
          disconnectTime: event.connectionStatus === 'disconnected' ? event.time : null,
        })
        .onConflictDoUpdate({
          target: [connectionLogs.connectionId, connectionLogs.workspaceId, connectionLogs.agentName],
          set: {
            disconnectTime: once(connectionLogs.disconnectTime, sql`excluded.connect_time`),
            disconnectReason: once(connectionLogs.disconnectReason, sql`excluded.disconnect_reason`),
            code: once(connectionLogs.code, sql`excluded.code`),
          },
        })
        .returning();
      return rows[0];
    },
    logs: async (page) =>
      db
        .select({
          connectionLog: getTableColumns(connectionLogs),
          userUsername: users.username,
          userName: users.name,
          userEmail: users.email,
          userCreatedAt: users.createdAt,
          userUpdatedAt: users.updatedAt,
          userLastSeenAt: users.lastSeenAt,
          userStatus: users.status,
          userLoginType: users.loginType,
          userRoles: users.rbacRoles,
          userAvatarUrl: users.avatarUrl,
          userDeleted: users.deleted,
          userQuietHoursSchedule: users.quietHoursSchedule,
          workspaceOwnerUsername: workspaceOwner.username,
          organizationName: organizations.name,
          organizationDisplayName: organizations.displayName,
          organizationIcon: organizations.icon,
        })
        .from(connectionLogs)
        .innerJoin(workspaceOwner, eq(workspaceOwner.id, connectionLogs.workspaceOwnerId))
        .leftJoin(users, eq(users.id, connectionLogs.userId))
        .innerJoin(organizations, eq(organizations.id, connectionLogs.organizationId))
        .where(
          and(inArray(connectionLogs.organizationId, [...page.organizationIds]), lte(connectionLogs.connectTime, page.connectedBefore)),
        )
        .orderBy(desc(connectionLogs.connectTime))
        .limit(page.limit)
        .offset(0),
    close: () => pool.end(),
  };
}
