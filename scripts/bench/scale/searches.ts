/** The searches that are measured: every condition of the query on its own, and authorization filters of every width. */
import { authorize, type AuthorizeFilter } from '../../../src/runtime/index.js';
import type { GetConnectionLogsOffsetParams } from '../../../generated/index.js';
import { FIRST_LOG, FORMER_ORGANIZATION, LARGEST_ORGANIZATION, MINUTE, SMALLEST_ORGANIZATION, uuid } from '../database.js';

export interface Search {
  readonly title: string;
  readonly params: GetConnectionLogsOffsetParams;
  readonly filter: AuthorizeFilter;
}

const everyRow = authorize.unrestricted('a benchmark of the conditions of the query itself');

function condition(title: string, params: GetConnectionLogsOffsetParams): Search {
  return { title, params, filter: everyRow };
}

function organizations(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => uuid('organization', first + index));
}

/** Every condition of the query on its own, in a table of so many logs. */
export function conditions(logs: number): readonly Search[] {
  return [
    condition('no condition', {}),
    condition('organization, half of the logs', { organizationId: uuid('organization', LARGEST_ORGANIZATION) }),
    condition('organization, one log in 10,000', { organizationId: uuid('organization', SMALLEST_ORGANIZATION) }),
    condition("owner's username", { workspaceOwner: 'user501' }),
    condition("owner's id", { workspaceOwnerId: uuid('user', 501) }),
    condition("owner's email", { workspaceOwnerEmail: 'user501@example.com' }),
    condition('type', { type: 'ssh' }),
    condition("user's id", { userId: uuid('user', 77) }),
    condition("user's username", { username: 'user77' }),
    condition("user's email", { userEmail: 'user77@example.com' }),
    condition('connected after', { connectedAfter: timeOf(logs - 240) }),
    condition('connected before', { connectedBefore: timeOf(logs / 2) }),
    condition('workspace', { workspaceId: uuid('workspace', 42) }),
    condition('connection', { connectionId: uuid('session', 1234) }),
    condition('status: ongoing', { status: 'ongoing' }),
    condition('status: completed', { status: 'completed' }),
    condition('a page 5,000 rows down', { offsetOpt: 5000 }),
  ];
}

function timeOf(log: number): Date {
  return new Date(FIRST_LOG + log * MINUTE);
}

export const FILTERS: readonly Search[] = [
  { title: 'no row', params: {}, filter: authorize.none() },
  {
    title: '= organization 1, half of the logs',
    params: {},
    filter: authorize.sql`connection_logs.organization_id = ${uuid('organization', LARGEST_ORGANIZATION)}`,
  },
  {
    title: '= organization 10, one in 70',
    params: {},
    filter: authorize.sql`connection_logs.organization_id = ${uuid('organization', 10)}`,
  },
  {
    title: '= organization 50, one in 10,000',
    params: {},
    filter: authorize.sql`connection_logs.organization_id = ${uuid('organization', SMALLEST_ORGANIZATION)}`,
  },
  {
    title: '= organization 49, which left long ago',
    params: {},
    filter: authorize.sql`connection_logs.organization_id = ${uuid('organization', FORMER_ORGANIZATION)}`,
  },
  any('ANY of 1, half of the logs', organizations(1, 1)),
  any('ANY of 1, one in 70', organizations(10, 1)),
  any('ANY of 1, one in 10,000', organizations(SMALLEST_ORGANIZATION, 1)),
  any('ANY of 1, which left long ago', organizations(FORMER_ORGANIZATION, 1)),
  any('ANY of 2, one in 35', organizations(10, 2)),
  any('ANY of 20, one in 8', organizations(25, 20)),
  any('ANY of 2, which left or are small', [uuid('organization', FORMER_ORGANIZATION), uuid('organization', SMALLEST_ORGANIZATION)]),
  any('ANY of 2, one with nothing', [uuid('organization', SMALLEST_ORGANIZATION), uuid('organization', 999)]),
  {
    title: 'compiled text of literals',
    params: {},
    filter: authorize.fromText(`(connection_logs.organization_id = ANY(ARRAY['${uuid('organization', 10)}'::uuid]))`, []),
  },
];

function any(title: string, ids: readonly string[]): Search {
  return { title, params: {}, filter: authorize.sql`connection_logs.organization_id = ANY(${ids}::uuid[])` };
}
