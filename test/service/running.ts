/** The service listening on a free port, over a database of its own with made-up logs. */
import { prepared } from 'sqlward';
import { fillDatabase } from '../../examples/connection-logs/data/fill.js';
import { caslFilter } from '../../examples/connection-logs/policy/casl.js';
import { VIEWERS, viewerOf } from '../../examples/connection-logs/policy/viewers.js';
import type { ServiceOptions } from '../../examples/connection-logs/options.js';
import { createService } from '../../examples/connection-logs/service.js';
import { openFixture, type Fixture } from '../connectionlogs/fixture.js';

export interface RunningService extends Fixture {
  readonly url: string;
  /** Asks as a viewer, and reads the answer as JSON. */
  get(path: string, viewer?: string): Promise<{ readonly status: number; readonly body: unknown }>;
  post(path: string, body: unknown, viewer?: string): Promise<{ readonly status: number; readonly body: unknown }>;
}

export async function startService(logs: number, options: Partial<ServiceOptions> = {}): Promise<RunningService> {
  const fixture = await openFixture(16);
  const { pool } = fixture;
  // A test kills backends, and looks at what callers see of it.
  pool.on('error', () => undefined);
  if (logs > 0) await fillDatabase(pool, logs, () => undefined);
  const app = await createService({ db: prepared(pool), pool, filterOf: caslFilter, viewerOf, viewers: VIEWERS, ...options });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const ask = async (path: string, init: RequestInit) => {
    const response = await fetch(url + path, init);
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
  const headers = (viewer: string): Record<string, string> => ({ authorization: `Bearer ${viewer}` });
  return {
    ...fixture,
    url,
    get: (path, viewer = 'owner') => ask(path, { headers: headers(viewer) }),
    post: (path, body, viewer = 'owner') =>
      ask(path, { method: 'POST', headers: { ...headers(viewer), 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    async close() {
      await app.close();
      await fixture.close();
    },
  };
}
