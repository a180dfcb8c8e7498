/** The exact types of the generated functions; `tsc` is the judge, and the run only holds the few run-time refusals. */
import type { Client, Pool, PoolClient } from 'pg';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  connectionTypeLabels,
  getAuthorizedConnectionLogsOffset,
  upsertConnectionLog,
  type ConnectionLog,
  type ConnectionStatus,
  type ConnectionType,
  type GetConnectionLogsOffsetParams,
  type GetConnectionLogsOffsetRow,
  type LoginType,
  type UpsertConnectionLogParams,
  type UserStatus,
} from '../../generated/index.js';
import {
  authorize,
  AuthorizeFilterError,
  type AuthorizeFilter,
  type CallOptions,
  type Database,
  type StreamOptions,
} from '../../src/runtime/index.js';
import type { getConnectionLogsOffset } from '../../generated/unfiltered.js';

/** A database that no call may reach. */
const unreachable: Database = { query: () => expect.fail('a query was sent') };

describe('the authorized query', () => {
  it('has these parameters, all of them optional', () => {
    expectTypeOf(getAuthorizedConnectionLogsOffset).toEqualTypeOf<{
      (
        db: Database,
        filter: AuthorizeFilter,
        params?: GetConnectionLogsOffsetParams,
        options?: CallOptions,
      ): Promise<GetConnectionLogsOffsetRow[]>;
      readonly stream: (
        db: Database,
        filter: AuthorizeFilter,
        params?: GetConnectionLogsOffsetParams,
        options?: StreamOptions,
      ) => AsyncIterable<GetConnectionLogsOffsetRow>;
    }>();
    expectTypeOf<GetConnectionLogsOffsetParams>().toEqualTypeOf<{
      organizationId?: string | undefined;
      workspaceOwner?: string | undefined;
      workspaceOwnerId?: string | undefined;
      workspaceOwnerEmail?: string | undefined;
      type?: ConnectionType | undefined;
      userId?: string | undefined;
      username?: string | undefined;
      userEmail?: string | undefined;
      connectedAfter?: Date | string | undefined;
      connectedBefore?: Date | string | undefined;
      workspaceId?: string | undefined;
      connectionId?: string | undefined;
      status?: 'ongoing' | 'completed' | undefined;
      limitOpt?: number | undefined;
      offsetOpt?: number | undefined;
    }>();
  });

  it('has this row', () => {
    expectTypeOf<GetConnectionLogsOffsetRow>().toEqualTypeOf<{
      connectionLog: ConnectionLog;
      userUsername: string | null;
      userName: string | null;
      userEmail: string | null;
      userCreatedAt: Date | null;
      userUpdatedAt: Date | null;
      userLastSeenAt: Date | null;
      userStatus: UserStatus | null;
      userLoginType: LoginType | null;
      userRoles: string[] | null;
      userAvatarUrl: string | null;
      userDeleted: boolean | null;
      userQuietHoursSchedule: string | null;
      workspaceOwnerUsername: string;
      organizationName: string;
      organizationDisplayName: string;
      organizationIcon: string;
    }>();
    expectTypeOf<ConnectionLog>().toEqualTypeOf<{
      id: string;
      connectTime: Date;
      organizationId: string;
      workspaceOwnerId: string;
      workspaceId: string;
      workspaceName: string;
      agentName: string;
      type: ConnectionType;
      ip: string;
      code: number | null;
      userAgent: string | null;
      userId: string | null;
      slugOrPort: string | null;
      connectionId: string | null;
      disconnectTime: Date | null;
      disconnectReason: string | null;
    }>();
  });

  it('takes what node-postgres has', () => {
    expectTypeOf<Pool>().toExtend<Database>();
    expectTypeOf<PoolClient>().toExtend<Database>();
    expectTypeOf<Client>().toExtend<Database>();
  });

  it('does not run without a filter', async () => {
    // @ts-expect-error a filter is missing
    await expect(getAuthorizedConnectionLogsOffset(unreachable)).rejects.toThrow(AuthorizeFilterError);
    // @ts-expect-error arguments are no filter
    await expect(getAuthorizedConnectionLogsOffset(unreachable, {})).rejects.toThrow(AuthorizeFilterError);
    // @ts-expect-error absence never means allow
    await expect(getAuthorizedConnectionLogsOffset(unreachable, undefined)).rejects.toThrow(AuthorizeFilterError);
    // @ts-expect-error absence never means allow
    await expect(getAuthorizedConnectionLogsOffset(unreachable, null)).rejects.toThrow(AuthorizeFilterError);
    // @ts-expect-error text is no filter
    await expect(getAuthorizedConnectionLogsOffset(unreachable, 'true')).rejects.toThrow(AuthorizeFilterError);
    // @ts-expect-error text is no filter
    await expect(getAuthorizedConnectionLogsOffset(unreachable, '')).rejects.toThrow(AuthorizeFilterError);
  });

  it('refuses arguments of other names and types', () => {
    const filter = authorize.none();
    const calls = [
      // @ts-expect-error no such parameter
      () => getAuthorizedConnectionLogsOffset(unreachable, filter, { organization: 'x' }),
      // @ts-expect-error no such label
      () => getAuthorizedConnectionLogsOffset(unreachable, filter, { type: 'telnet' }),
      // @ts-expect-error no such status
      () => getAuthorizedConnectionLogsOffset(unreachable, filter, { status: 'paused' }),
      // @ts-expect-error a limit is a number
      () => getAuthorizedConnectionLogsOffset(unreachable, filter, { limitOpt: '5' }),
      // @ts-expect-error NULL is no organization
      () => getAuthorizedConnectionLogsOffset(unreachable, filter, { organizationId: null }),
    ];
    expect(calls).toHaveLength(5);
  });
});

describe('the upsert', () => {
  it('takes its names from the column list, and requires what the table requires', () => {
    expectTypeOf(upsertConnectionLog).toEqualTypeOf<
      (db: Database, params: UpsertConnectionLogParams, options?: CallOptions) => Promise<ConnectionLog>
    >();
    expectTypeOf<UpsertConnectionLogParams>().toEqualTypeOf<{
      id: string;
      organizationId: string;
      workspaceOwnerId: string;
      workspaceId: string;
      workspaceName: string;
      agentName: string;
      type: ConnectionType;
      code?: number | null | undefined;
      ip: string;
      userAgent?: string | null | undefined;
      userId?: string | null | undefined;
      slugOrPort?: string | null | undefined;
      connectionId?: string | null | undefined;
      disconnectReason?: string | null | undefined;
      time: Date | string;
      connectionStatus: ConnectionStatus;
    }>();
  });
});

describe('the rest of the entry', () => {
  it('has enums as unions and as labels in their order', () => {
    expectTypeOf<ConnectionType>().toEqualTypeOf<
      'ssh' | 'vscode' | 'jetbrains' | 'reconnecting_pty' | 'workspace_app' | 'port_forwarding'
    >();
    expectTypeOf(connectionTypeLabels).toEqualTypeOf<
      readonly ['ssh', 'vscode', 'jetbrains', 'reconnecting_pty', 'workspace_app', 'port_forwarding']
    >();
    expect(connectionTypeLabels).toEqual(['ssh', 'vscode', 'jetbrains', 'reconnecting_pty', 'workspace_app', 'port_forwarding']);
  });

  it('has the unguarded query with the same parameters and rows', () => {
    expectTypeOf<typeof getConnectionLogsOffset>().toEqualTypeOf<{
      (db: Database, params?: GetConnectionLogsOffsetParams, options?: CallOptions): Promise<GetConnectionLogsOffsetRow[]>;
      readonly stream: (
        db: Database,
        params?: GetConnectionLogsOffsetParams,
        options?: StreamOptions,
      ) => AsyncIterable<GetConnectionLogsOffsetRow>;
    }>();
  });
});
