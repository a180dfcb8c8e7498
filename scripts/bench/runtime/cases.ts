/**
 * What is measured. Every variant answers every case with the same rows; each is the way that the library's
 * own documentation would have one write it.
 *
 * Each is called so often before anything is measured that its code is compiled, as a service's is after
 * a minute. Then it has a turn of so many calls in each round: about half a second, so that what is
 * measured is neither the first calls after a pause nor a single collection of garbage.
 */
import { USERS, uuid } from '../database.js';

export const CASES = {
  lookup: { title: 'one row by its key', warmUp: 15_000, calls: 3000 },
  upsert: { title: 'upsert of the connection log', warmUp: 10_000, calls: 2000 },
  page: { title: 'a page of 10 rows × 32 columns', warmUp: 3000, calls: 400 },
  rows100: { title: '100 rows × 32 columns', warmUp: 1000, calls: 150 },
  rows10000: { title: '10,000 rows × 32 columns', warmUp: 15, calls: 4 },
} as const;

export type CaseName = keyof typeof CASES;
export const CASE_NAMES = Object.keys(CASES) as CaseName[];

/** One way to run the cases. Rows may be of any shape; `count` says how many there were. */
export interface Variant {
  /** The log with an id. */
  lookup(id: string): Promise<unknown>;
  upsert(event: UpsertEvent): Promise<unknown>;
  /** Logs of the caller's organizations, the newest first, with the page's own optional condition. */
  logs(page: Page): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

export interface Page {
  /** The caller's authorization: logs of these organizations only. */
  readonly organizationIds: readonly string[];
  readonly connectedBefore: Date;
  readonly limit: number;
}

export interface UpsertEvent {
  readonly id: string;
  readonly time: Date;
  readonly organizationId: string;
  readonly workspaceOwnerId: string;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly agentName: string;
  readonly type: 'ssh';
  readonly ip: string;
  readonly connectionId: string;
  readonly connectionStatus: 'connected' | 'disconnected';
  readonly disconnectReason: string | null;
  readonly code: number | null;
}

const ORGANIZATION_IDS = [uuid('organization', 1), uuid('organization', 2)];
const BEFORE = new Date('2026-01-01T00:00:00Z');
const LIMITS = { page: 10, rows100: 100, rows10000: 10_000 } as const;

/** What a variant is called with, the nth time. It is made before the clock starts. */
export function call(name: CaseName, n: number): (variant: Variant) => Promise<unknown> {
  if (name === 'lookup') {
    const id = uuid('log', 1 + (n % 1000));
    return (variant) => variant.lookup(id);
  }
  if (name === 'upsert') {
    const event = upsertEvent(n);
    return (variant) => variant.upsert(event);
  }
  const page = { organizationIds: ORGANIZATION_IDS, connectedBefore: BEFORE, limit: LIMITS[name] };
  return (variant) => variant.logs(page);
}

/** One of a hundred sessions, so that the table does not grow: most calls update. */
function upsertEvent(n: number): UpsertEvent {
  const session = 10_000_000 + (n % 100);
  const disconnected = n % 2 === 1;
  return {
    id: uuid('log', session),
    time: new Date(1_700_000_000_000 + n),
    organizationId: uuid('organization', 3),
    workspaceOwnerId: uuid('user', 1 + (n % USERS)),
    workspaceId: uuid('workspace', session),
    workspaceName: 'workspace',
    agentName: 'main',
    type: 'ssh',
    ip: '203.0.113.7',
    connectionId: uuid('session', session),
    connectionStatus: disconnected ? 'disconnected' : 'connected',
    disconnectReason: disconnected ? 'closed by the client' : null,
    code: disconnected ? 0 : null,
  };
}
