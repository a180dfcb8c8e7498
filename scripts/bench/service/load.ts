/** Callers of the connection log service: each asks again as soon as it is answered, and holds the answer against what it may be. */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { ORGANIZATIONS, PEOPLE } from '../../../examples/connection-logs/data/people.js';
import { VIEWERS } from '../../../examples/connection-logs/policy/viewers.js';

/** A request that is not answered by then counts as hanging. */
const HANGS_AFTER_MS = 30_000;

const SEARCHES = [
  '',
  'type:ssh',
  'status:ongoing',
  'workspace_owner:ada',
  'organization:borealis',
  'username:bela',
  'type:workspace_app',
  'status:completed type:vscode',
];

export interface Tally {
  /** Milliseconds of each request that was answered as it should be. */
  readonly times: number[];
  /** Answers that say that the service cannot answer now, and connections that broke. */
  failed: number;
  hung: number;
  /** What must never be: rows that the viewer may not see, or that were not searched. */
  readonly wrong: string[];
  /** When the last request went well, by `performance.now()`. */
  lastSuccess: number;
}

export function newTally(): Tally {
  return { times: [], failed: 0, hung: 0, wrong: [], lastSuccess: 0 };
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export class Load {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly searches = newTally();
  readonly events = newTally();
  /** The ids of logs whose events were acknowledged. */
  readonly acknowledged: string[] = [];

  constructor(readonly url: string) {}

  /** Runs so many callers of each kind until `until`, by `performance.now()`. */
  async run(searchers: number, posters: number, until: number, limit = 25): Promise<void> {
    const callers = [
      ...Array.from({ length: searchers }, (_, caller) => this.#search(caller, until, limit)),
      ...Array.from({ length: posters }, (_, caller) => this.#post(caller, until)),
    ];
    await Promise.all(callers);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #search(caller: number, until: number, limit: number): Promise<void> {
    for (let turn = caller; performance.now() < until; turn++) {
      const viewer = VIEWERS[turn % VIEWERS.length];
      const q = SEARCHES[turn % SEARCHES.length] ?? '';
      if (viewer === undefined) return;
      await this.#timed(
        this.searches,
        `/api/v2/connectionlog?limit=${limit}&q=${encodeURIComponent(q)}`,
        viewer.name,
        undefined,
        (body) => {
          const wrong = wrongRow(body, q, viewer.isOwner ? ORGANIZATIONS.map(({ id }) => id) : viewer.audits);
          if (wrong !== undefined) this.searches.wrong.push(`${viewer.name}, "${q}": ${wrong}`);
        },
      );
    }
  }

  async #post(caller: number, until: number): Promise<void> {
    for (let turn = caller; performance.now() < until; turn++) {
      const events = newEvents(1 + (turn % 5));
      await this.#timed(this.events, '/api/v2/connectionlog/events', 'owner', events, () => {
        this.acknowledged.push(...events.flatMap(({ id, connection_status: status }) => (status === 'connected' ? [id] : [])));
      });
    }
  }

  async #timed(tally: Tally, path: string, viewer: string, payload: unknown, check: (body: unknown) => void): Promise<void> {
    const started = performance.now();
    const reply = await this.#ask(path, viewer, payload).catch((error: unknown) => (error === HUNG ? 'hung' : undefined));
    const now = performance.now();
    if (reply === 'hung') tally.hung++;
    else if (reply === undefined || reply.status >= 500) {
      tally.failed++;
      // As a client would, so that a service that is down is not flooded.
      await new Promise((resolve) => setTimeout(resolve, 20));
    } else if (reply.status >= 400) tally.wrong.push(`${path} was answered ${reply.status}: ${JSON.stringify(reply.body)}`);
    else {
      check(reply.body);
      tally.times.push(now - started);
      tally.lastSuccess = now;
    }
  }

  #ask(path: string, viewer: string, payload: unknown): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const body = payload === undefined ? undefined : JSON.stringify(payload);
      const asked = request(
        this.url + path,
        {
          agent: this.#agent,
          method: body === undefined ? 'GET' : 'POST',
          headers: {
            authorization: `Bearer ${viewer}`,
            ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          },
          timeout: HANGS_AFTER_MS,
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, body: text === '' ? undefined : (JSON.parse(text) as unknown) }),
          );
        },
      );
      asked.on('timeout', () => {
        asked.destroy();
        reject(HUNG);
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }
}

const HUNG = new Error('a request was not answered');

interface Row {
  readonly type: string;
  readonly organization: { readonly id: string; readonly name: string };
  readonly workspace_owner_username: string;
}

/** Why an answer cannot be right, or undefined. */
function wrongRow(body: unknown, q: string, allowed: readonly string[]): string | undefined {
  const { connection_logs: rows } = body as { readonly connection_logs: readonly Row[] };
  for (const row of rows) {
    if (!allowed.includes(row.organization.id)) return `a log of ${row.organization.name}`;
    if (q.includes('type:ssh') && row.type !== 'ssh') return `a log of type ${row.type}`;
    if (q.includes('workspace_owner:ada') && row.workspace_owner_username !== 'ada') return `a log of ${row.workspace_owner_username}`;
  }
  return undefined;
}

function newEvents(count: number): readonly { readonly id: string; readonly connection_status: string }[] {
  return Array.from({ length: count }, (_, n) => {
    const owner = PEOPLE[n % PEOPLE.length];
    const event = {
      id: randomUUID(),
      time: new Date().toISOString(),
      organization_id: owner?.organization.id,
      workspace_owner_id: owner?.id,
      workspace_id: randomUUID(),
      workspace_name: 'load',
      agent_name: 'main',
      type: 'ssh',
      ip: '203.0.113.9',
      connection_id: randomUUID(),
      connection_status: 'connected',
    };
    return n % 2 === 0 ? [event] : [event, { ...event, id: randomUUID(), connection_status: 'disconnected', code: 0 }];
  }).flat();
}

/** The nth part of the sorted times, in milliseconds. */
export function quantile(times: readonly number[], part: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}
