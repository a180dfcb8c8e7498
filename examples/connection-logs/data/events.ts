/** Made-up connection events, the same ones each time. */
import { createHash } from 'node:crypto';
import type { ConnectionType, UpsertConnectionLogParams } from '@sqlward/connection-logs';
import { PEOPLE } from './people.js';

const START = Date.UTC(2026, 0, 5, 8);
const MINUTE = 60_000;
const SESSIONS = ['ssh', 'vscode', 'jetbrains', 'reconnecting_pty'] as const satisfies readonly ConnectionType[];
const WEB = ['workspace_app', 'port_forwarding'] as const satisfies readonly ConnectionType[];

/**
 * For each of `count` logs its connect event, and for most sessions the disconnect that ends it.
 * `first` is the number of the first log, for more of them than one list should hold.
 */
export function makeEvents(count: number, first = 0): UpsertConnectionLogParams[] {
  const random = seeded(42 + first);
  const pick = <T>(from: readonly [T, ...T[]] | readonly T[]): T => {
    const found = from[Math.floor(random() * from.length)];
    if (found === undefined) throw new RangeError('there is nothing to pick from');
    return found;
  };
  return Array.from({ length: count }, (_, at): UpsertConnectionLogParams[] => {
    const index = first + at;
    const owner = pick(PEOPLE);
    const time = new Date(START + Math.floor((index + random()) * 7 * MINUTE));
    const workspace = {
      id: uuid(`log ${index}`),
      organizationId: owner.organization.id,
      workspaceOwnerId: owner.id,
      workspaceId: uuid(`workspace of ${owner.username}`),
      workspaceName: `${owner.username}-dev`,
      agentName: 'main',
      ip: `203.0.113.${1 + Math.floor(random() * 254)}`,
      time,
      connectionStatus: 'connected',
    } as const;
    if (random() < 0.3) {
      const type = pick(WEB);
      const slugOrPort = type === 'workspace_app' ? pick(['code-server', 'jupyter', 'grafana']) : pick(['3000', '8080']);
      return [{ ...workspace, type, code: 200, userAgent: 'Mozilla/5.0', userId: pick(PEOPLE).id, slugOrPort }];
    }
    const connected = { ...workspace, type: pick(SESSIONS), connectionId: uuid(`session ${index}`) };
    if (random() < 0.2) return [connected];
    const reason = pick(['closed by the client', 'idle for too long', 'the agent stopped']);
    const ended = new Date(time.getTime() + Math.floor((5 + random() * 180) * MINUTE));
    return [
      connected,
      { ...connected, time: ended, connectionStatus: 'disconnected', code: pick([0, 0, 0, 255]), disconnectReason: reason },
    ];
  }).flat();
}

/** Mulberry32: small, and the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function uuid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
