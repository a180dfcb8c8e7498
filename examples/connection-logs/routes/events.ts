/** `POST /api/v2/connectionlog/events`: connect and disconnect, in any order, often twice, one or many at once. */
import { recordConnectionEvents, type RecordConnectionEventsParams } from '@sqlward/connection-logs';
import { QueryError, transaction } from 'sqlward';
import type { FastifyInstance } from 'fastify';
import { TYPES } from '../search/keys.js';
import type { ServiceOptions } from '../options.js';
import { abortedWith } from './aborted.js';
import { BadRequest, PROBLEMS } from './problem.js';

const uuid = { type: 'string', format: 'uuid' } as const;
const maybeText = { type: ['string', 'null'], maxLength: 10_000 } as const;

const EVENT = {
  $id: 'ConnectionEvent',
  type: 'object',
  additionalProperties: false,
  required: [
    'id',
    'time',
    'organization_id',
    'workspace_owner_id',
    'workspace_id',
    'workspace_name',
    'agent_name',
    'type',
    'ip',
    'connection_status',
  ],
  properties: {
    id: uuid,
    time: { type: 'string', format: 'date-time' },
    organization_id: uuid,
    workspace_owner_id: uuid,
    workspace_id: uuid,
    workspace_name: { type: 'string' },
    agent_name: { type: 'string' },
    type: { type: 'string', enum: TYPES },
    ip: { type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] },
    connection_status: { type: 'string', enum: ['connected', 'disconnected'] },
    code: { type: ['integer', 'null'], minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
    user_agent: maybeText,
    user_id: { type: ['string', 'null'], format: 'uuid' },
    slug_or_port: maybeText,
    connection_id: { type: ['string', 'null'], format: 'uuid' },
    disconnect_reason: maybeText,
  },
} as const;

export interface ConnectionEvent {
  readonly id: string;
  readonly time: string;
  readonly organization_id: string;
  readonly workspace_owner_id: string;
  readonly workspace_id: string;
  readonly workspace_name: string;
  readonly agent_name: string;
  readonly type: RecordConnectionEventsParams['type'];
  readonly ip: string;
  readonly connection_status: RecordConnectionEventsParams['connectionStatus'];
  readonly code?: number | null;
  readonly user_agent?: string | null;
  readonly user_id?: string | null;
  readonly slug_or_port?: string | null;
  readonly connection_id?: string | null;
  readonly disconnect_reason?: string | null;
}

const MOST_AT_ONCE = 10_000;

export function addEventRoutes(app: FastifyInstance, { db }: ServiceOptions): void {
  app.addSchema(EVENT);
  app.post<{ Body: readonly ConnectionEvent[] }>(
    '/api/v2/connectionlog/events',
    {
      bodyLimit: 16 * 1024 * 1024,
      schema: {
        summary: 'Record connection events: all of them, or none',
        security: [{ viewer: [] }],
        body: { type: 'array', minItems: 1, maxItems: MOST_AT_ONCE, items: { $ref: `${EVENT.$id}#` } },
        response: { 204: { type: 'null' }, 400: { $ref: `${PROBLEMS.$id}#` } },
      },
    },
    async (request, reply) => {
      const signal = abortedWith(reply);
      const events = inLockOrder(request.body).map(argumentsOf);
      try {
        // Two batches over the same sessions may still deadlock with another writer: that is tried again.
        await transaction(db, (tx) => recordConnectionEvents(tx, events, { signal }), { retries: 5, signal });
      } catch (error) {
        throw error instanceof QueryError && error.code === '23503'
          ? new BadRequest([{ field: 'body', detail: 'names an organization or an owner that does not exist' }])
          : error;
      }
      return reply.code(204).send();
    },
  );
}

/** Two requests with the same sessions lock their rows in one order. Events of one session keep theirs. */
function inLockOrder(events: readonly ConnectionEvent[]): ConnectionEvent[] {
  const keyOf = ({ connection_id, workspace_id, agent_name, id }: ConnectionEvent): string =>
    [connection_id ?? id, workspace_id, agent_name].join('\0').toLowerCase();
  return events
    .map((event) => ({ event, key: keyOf(event) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ event }) => event);
}

function argumentsOf(event: ConnectionEvent): RecordConnectionEventsParams {
  return {
    id: event.id,
    time: event.time,
    organizationId: event.organization_id,
    workspaceOwnerId: event.workspace_owner_id,
    workspaceId: event.workspace_id,
    workspaceName: event.workspace_name,
    agentName: event.agent_name,
    type: event.type,
    ip: event.ip,
    connectionStatus: event.connection_status,
    code: event.code ?? null,
    userAgent: event.user_agent ?? null,
    userId: event.user_id ?? null,
    slugOrPort: event.slug_or_port ?? null,
    connectionId: event.connection_id ?? null,
    disconnectReason: event.disconnect_reason ?? null,
  };
}
