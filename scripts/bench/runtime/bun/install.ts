/**
 * Bun, installed beside the project and not into it: its driver is part of another run time, which runs
 * its process. Without install scripts npm still brings the program, as a package of the platform's.
 */
import { execFile } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../../build/workspace.js';

const run = promisify(execFile);

/** Exact, so that a kept installation is the one that is meant. */
const VERSION = '1.4.5';

/** The program's path; rejects where npm has none for this platform. */
export async function installBun(): Promise<string> {
  const cwd = join(root, `node_modules/.cache/sqlward-bench/bun-${VERSION}`);
  await mkdir(cwd, { recursive: true });
  await writeFile(join(cwd, 'package.json'), JSON.stringify({ private: true, dependencies: { bun: VERSION } }, null, 2));
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], { cwd });
  const architecture = process.arch === 'arm64' ? 'aarch64' : process.arch;
  const program = join(cwd, `node_modules/@oven/bun-${process.platform}-${architecture}/bin/bun`);
  await access(program);
  await run(program, ['--version']);
  return program;
}
