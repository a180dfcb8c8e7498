/** Programs that npm has as packages, for tests of other versions than the machine's own. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** How npm's packages call this platform. */
export const PLATFORM = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** Installs `package@version` into a folder of its own, which git ignores; where the package is then. */
export async function installed(name: string, version: string): Promise<string> {
  const folder = join(ROOT, 'node_modules', '.cache', 'sqlward-versions', `${name.replace(/\W/g, '-')}-${version}`);
  await mkdir(folder, { recursive: true });
  const options = ['--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  await promisify(execFile)('npm', ['install', ...options, `${name}@${version}`], { cwd: folder, shell: process.platform === 'win32' });
  return join(folder, 'node_modules', ...name.split('/'));
}
