/**
 * Prisma, installed beside the project and not into it: its packages are as large as all others
 * together, and their install scripts fetch native programs from outside of npm. Neither its client
 * nor `prisma generate` needs those: installed without scripts, with any program named as the
 * migration engine, npm's packages alone are enough.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Exact, so that a kept installation is the one that is meant. */
const VERSION = '7.9.1';
const FOLDER = new URL(`../../../../node_modules/.cache/sqlward-bench/prisma-${VERSION}/`, import.meta.url);

/** The generated client's module. */
export const PRISMA_CLIENT = new URL('generated/client.ts', FOLDER).href;
export const PRISMA_ADAPTER = new URL('node_modules/@prisma/adapter-pg/dist/index.mjs', FOLDER).href;

/** Installs and generates where that is not done yet; rejects where npm cannot. */
export async function installPrisma(): Promise<void> {
  const cwd = fileURLToPath(FOLDER);
  await mkdir(cwd, { recursive: true });
  const dependencies = { prisma: VERSION, '@prisma/client': VERSION, '@prisma/adapter-pg': VERSION };
  await writeFile(new URL('package.json', FOLDER), JSON.stringify({ private: true, type: 'module', dependencies }, null, 2));
  await copyFile(new URL('schema.prisma', import.meta.url), new URL('schema.prisma', FOLDER));
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], { cwd });
  await run(process.execPath, ['node_modules/prisma/build/index.js', 'generate', '--schema', 'schema.prisma'], {
    cwd,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  });
}
