/**
 * Prisma, installed beside the project and not into it: its packages are as large as all others
 * together, and their install scripts fetch native programs from outside of npm. Neither its client
 * nor `prisma generate` needs those: installed without scripts, with any program named as the
 * migration engine, npm's packages alone are enough.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundleCode, writeFiles } from '../../../build/bundle.js';
import { FOLDER, VERSION } from './folder.js';

const run = promisify(execFile);

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
  const { files } = await bundleCode({ client: join(cwd, 'generated/client.ts') }, join(cwd, 'built'));
  await writeFiles(files);
}
