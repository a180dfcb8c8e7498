/** Debian's PgBouncer in front of a server, on a free port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export interface Bouncer {
  readonly url: string;
  stop(): Promise<void>;
}

const STARTS_WITHIN_MS = 10_000;
const NOBODY = 65_534;

export interface BouncerOptions {
  /** The server, with its database and password. */
  readonly server: string;
  readonly mode: 'transaction' | 'session';
  /** How many connections to the server. */
  readonly size: number;
}

export async function startBouncer({ server, mode, size }: BouncerOptions): Promise<Bouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'sqlward-bouncer-'));
  const port = await freePort();
  const target = new URL(server);
  const database = target.pathname.slice(1);
  const file = join(folder, 'pgbouncer.ini');
  const connection = `host=${target.hostname} port=${target.port} dbname=${database} user=${target.username} password=${target.password}`;
  await writeFile(
    file,
    `[databases]\n${database} = ${connection}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\n` +
      `auth_type = any\npool_mode = ${mode}\ndefault_pool_size = ${size}\nmax_client_conn = 200\nignore_startup_parameters = extra_float_digits\n`,
  );
  await chmod(folder, 0o755);
  // It refuses to run as root.
  const child = spawn('pgbouncer', [file], { stdio: 'ignore', ...(process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}) });
  const onExit = (): void => void child.kill('SIGKILL');
  process.on('exit', onExit);
  const url = `postgres://${target.username}@127.0.0.1:${port}/${database}`;
  await ready(child, url);
  return {
    url,
    async stop() {
      process.off('exit', onExit);
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const until = Date.now() + STARTS_WITHIN_MS;
  for (;;) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (child.exitCode !== null || Date.now() > until) throw new Error('pgbouncer does not answer; is it installed?', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
