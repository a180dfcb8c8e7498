/** A connection log as the API answers it: made from the query's row, and described by one JSON Schema. */
import type { GetConnectionLogsOffsetRow } from '@sqlward/connection-logs';
import { TYPES } from '../search/keys.js';

export type ConnectionLogAnswer = ReturnType<typeof answerOf>;

/** Times are RFC 3339 in UTC. Only web events have `web_info`, only sessions have `ssh_info`. */
export function answerOf(row: GetConnectionLogsOffsetRow) {
  const log = row.connectionLog;
  const isWeb = log.type === 'workspace_app' || log.type === 'port_forwarding';
  return {
    id: log.id,
    connect_time: log.connectTime.toISOString(),
    organization: {
      id: log.organizationId,
      name: row.organizationName,
      display_name: row.organizationDisplayName,
      icon: row.organizationIcon,
    },
    workspace_owner_id: log.workspaceOwnerId,
    workspace_owner_username: row.workspaceOwnerUsername,
    workspace_id: log.workspaceId,
    workspace_name: log.workspaceName,
    agent_name: log.agentName,
    ip: log.ip,
    type: log.type,
    web_info: isWeb ? { user_agent: log.userAgent, user: userOf(row), slug_or_port: log.slugOrPort, status_code: log.code } : null,
    ssh_info: isWeb
      ? null
      : {
          connection_id: log.connectionId,
          disconnect_time: log.disconnectTime?.toISOString() ?? null,
          disconnect_reason: log.disconnectReason,
          exit_code: log.code,
        },
  };
}

function userOf({ connectionLog: { userId }, userUsername, userName, userEmail, userAvatarUrl }: GetConnectionLogsOffsetRow) {
  if (userId === null || userUsername === null) return null;
  return { id: userId, username: userUsername, name: userName, email: userEmail, avatar_url: userAvatarUrl };
}

type JsonType = 'string' | 'integer' | 'object' | 'null';
interface Schema {
  readonly type: JsonType | readonly JsonType[];
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly additionalProperties?: false;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** A schema for each property of an answer, so that one which is added and not described does not compile. */
type SchemaOf<T> = Schema &
  (NonNullable<T> extends string | number
    ? unknown
    : { readonly properties: { readonly [K in keyof NonNullable<T>]: SchemaOf<NonNullable<T>[K]> } });

const string = { type: 'string' } as const;
const maybe = { type: ['string', 'null'] } as const;
const uuid = { type: 'string', format: 'uuid' } as const;
const time = { type: 'string', format: 'date-time' } as const;

function object<P extends Readonly<Record<string, Schema>>>(properties: P, nullable = false) {
  return {
    type: nullable ? (['object', 'null'] as const) : ('object' as const),
    additionalProperties: false as const,
    required: Object.keys(properties),
    properties,
  };
}

export const CONNECTION_LOG = {
  $id: 'ConnectionLog',
  ...object({
    id: uuid,
    connect_time: time,
    organization: object({ id: uuid, name: string, display_name: string, icon: string }),
    workspace_owner_id: uuid,
    workspace_owner_username: string,
    workspace_id: uuid,
    workspace_name: string,
    agent_name: string,
    ip: string,
    type: { type: 'string', enum: TYPES },
    web_info: object(
      {
        user_agent: maybe,
        user: object({ id: uuid, username: string, name: maybe, email: maybe, avatar_url: maybe }, true),
        slug_or_port: maybe,
        status_code: { type: ['integer', 'null'] },
      },
      true,
    ),
    ssh_info: object(
      {
        connection_id: { type: ['string', 'null'], format: 'uuid' },
        disconnect_time: { type: ['string', 'null'], format: 'date-time', description: 'Null while the session is ongoing.' },
        disconnect_reason: maybe,
        exit_code: { type: ['integer', 'null'] },
      },
      true,
    ),
  }),
} as const satisfies SchemaOf<ConnectionLogAnswer> & { readonly $id: string };
