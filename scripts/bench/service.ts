/**
 * `npm run bench:service`: the connection log service of the example as a process of its own, on a
 * million logs: the latency of a page beside raw `pg`'s for the same statement; 64 callers that
 * search and 64 that record events; then the same while backends are killed and the server is
 * restarted. Exits with 1 where a row was wrong, an event was lost, a request hung, or the service
 * took more than a second to come back.
 *
 * `--logs 1000000`, `--seconds 10` for each part, `--callers 8` for the latency.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { getAuthorizedConnectionLogsOffset } from '../../generated/index.js';
import { aroundCalls } from '../../src/runtime/index.js';
import { caslFilter } from '../../examples/connection-logs/policy/casl.js';
import { VIEWERS } from '../../examples/connection-logs/policy/viewers.js';
import { onClient, openBenchDatabase, type BenchDatabase } from './database.js';
import { Load, quantile, type Tally } from './service/load.js';

const { values: flags } = parseArgs({
  options: {
    logs: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '10' },
    callers: { type: 'string', default: '8' },
  },
});
const milliseconds = Number(flags.seconds) * 1000;
const COME_BACK_WITHIN_MS = 1000;
const faults: string[] = [];

const database = await openBenchDatabase();
let service: Service | undefined;
try {
  console.log(`on ${database.label}, Node ${process.version}; filling ${Number(flags.logs).toLocaleString('en')} logs`);
  service = await startService(database.url);
  await measurePage(database, service);
  await measureMixed(service);
  await measureFaults(database, service);
} finally {
  service?.process.kill('SIGTERM');
  if (service) await service.ended;
  await database.close();
}
for (const fault of faults) console.error(`fault: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;

interface Service {
  readonly url: string;
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
}

async function startService(url: string): Promise<Service> {
  const main = join(import.meta.dirname, '..', '..', 'examples', 'connection-logs', 'main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, '--logs', flags.logs, '--port', '0', '--quiet'], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const address = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const found = /(http:\/\/\S+?)\//.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`the service ended: ${printed}`)));
  });
  return { url: address, process: child, ended };
}

/** A page of 100 over HTTP, and the same statements by node-postgres itself, taking turns. */
async function measurePage({ url }: BenchDatabase, { url: address }: Service): Promise<void> {
  const callers = Number(flags.callers);
  const pool = new pg.Pool({ connectionString: url, max: callers });
  // A connection that is still closing may be told that its database is dropped.
  pool.on('error', () => undefined);
  const over: number[] = [];
  const raw: number[] = [];
  const [owner] = VIEWERS;
  if (owner === undefined) throw new Error('the example has no viewers');
  const statement = await captureStatement(pool, owner);
  try {
    for (let turn = 0; turn < 4; turn++) {
      const load = new Load(address);
      await load.run(callers, 0, performance.now() + milliseconds / 4, 100);
      if (turn > 0) over.push(...load.searches.times);
      holdTally('a page', load.searches);
      load.close();
      const until = performance.now() + milliseconds / 4;
      const ask = async (): Promise<void> => {
        while (performance.now() < until) {
          const started = performance.now();
          await pool.query(statement);
          if (turn > 0) raw.push(performance.now() - started);
        }
      };
      await Promise.all(Array.from({ length: callers }, ask));
    }
  } finally {
    await pool.end();
  }
  console.log(`\na page of 100 and its count, ${callers} callers: ${describe(over)}`);
  console.log(`the page's statement by raw pg, ${callers} callers:   ${describe(raw)}`);
}

/** What the generated function sends for a page of 100, for node-postgres to send by itself. */
async function captureStatement(pool: pg.Pool, viewer: (typeof VIEWERS)[number]): Promise<{ text: string; values: unknown[] }> {
  let sent: { text: string; values: unknown[] } | undefined;
  const stop = aroundCalls(
    (trace, call) => {
      sent = { text: trace.text, values: [...(trace.details().values[0] ?? [])] };
      return call();
    },
    () => undefined,
  );
  await getAuthorizedConnectionLogsOffset(pool, caslFilter(viewer), { limitOpt: 100 });
  stop();
  if (!sent) throw new Error('nothing was sent');
  return sent;
}

async function measureMixed({ url, process: child }: Service): Promise<void> {
  const load = new Load(url);
  const peak = watchMemory(child);
  await load.run(64, 64, performance.now() + milliseconds);
  load.close();
  console.log(`\n64 callers search, 64 record events, for ${flags.seconds} s:`);
  console.log(`  searches  ${rate(load.searches)}, ${describe(load.searches.times)}`);
  console.log(`  events    ${rate(load.events)}, ${describe(load.events.times)}`);
  console.log(`  memory    ${await peak()}`);
  holdTally('searches', load.searches);
  holdTally('events', load.events);
  if (load.searches.failed + load.events.failed > 0)
    faults.push(`${load.searches.failed + load.events.failed} requests failed without a fault of the server`);
}

/** Backends killed at random, then the server restarted; every acknowledged event must be there afterwards. */
async function measureFaults(bench: BenchDatabase, { url }: Service): Promise<void> {
  const load = new Load(url);
  const ends = performance.now() + milliseconds * 2;
  const running = load.run(64, 64, ends);
  let killed = 0;
  while (performance.now() < ends - milliseconds) {
    await sleep(250);
    killed += await onClient(bench.url, async (client) => {
      const { rowCount } = await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() ORDER BY random() LIMIT 2',
      );
      return rowCount ?? 0;
    });
  }
  const recovery = bench.restart === undefined ? undefined : await restart(bench.restart, load);
  await running;
  load.close();
  const stored = await onClient(bench.url, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM connection_logs WHERE id = ANY ($1::uuid[])',
      [load.acknowledged],
    );
    return rows[0]?.count ?? 0;
  });
  const lost = load.acknowledged.length - stored;
  console.log(
    `\n${killed} backends killed${recovery === undefined ? '' : ' and the server restarted'}, for ${Number(flags.seconds) * 2} s:`,
  );
  console.log(`  searches  ${load.searches.times.length} answered, ${load.searches.failed} refused`);
  console.log(
    `  events    ${load.events.times.length} answered, ${load.events.failed} refused; ${load.acknowledged.length} logs acknowledged, ${lost} lost`,
  );
  if (recovery !== undefined) console.log(`  searches and events succeed again ${recovery.toFixed(0)} ms after the server does`);
  holdTally('searches among faults', load.searches);
  holdTally('events among faults', load.events);
  if (lost !== 0) faults.push(`${lost} acknowledged logs were lost`);
  if (recovery !== undefined && recovery > COME_BACK_WITHIN_MS) faults.push(`the service came back after ${recovery.toFixed(0)} ms`);
}

/** Milliseconds from the server's return to the first success of both kinds. */
async function restart(restartServer: () => Promise<void>, load: Load): Promise<number> {
  await restartServer();
  const back = performance.now();
  while (load.searches.lastSuccess < back || load.events.lastSuccess < back) {
    if (performance.now() - back > 10_000) return Infinity;
    await sleep(5);
  }
  return performance.now() - back;
}

function holdTally(what: string, tally: Tally): void {
  if (tally.hung > 0) faults.push(`${what}: ${tally.hung} requests were never answered`);
  for (const wrong of new Set(tally.wrong)) faults.push(`${what}: ${wrong}`);
}

function rate({ times }: Tally): string {
  return `${(times.length / (milliseconds / 1000)).toFixed(0)} a second`;
}

function describe(times: readonly number[]): string {
  return `p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms, of ${times.length}`;
}

/** The most that a process holds, as Linux tells it; starts looking now. */
function watchMemory({ pid }: ChildProcess): () => Promise<string> {
  return async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]);
    return Number.isNaN(kilobytes) ? 'not known on this system' : `${(kilobytes / 1024).toFixed(0)} MB at most`;
  };
}
