/**
 * The programs that are measured, compiled as the published packages are: a service runs what a build
 * wrote, and not TypeScript that a loader translates and wraps while it runs. It is the same for every
 * contender.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleCode, writeFiles } from '../../build/bundle.js';
import { root } from '../../build/workspace.js';

/** Within `node_modules`, so that the programs find what they import. */
const FOLDER = join(root, 'node_modules/.cache/sqlward-bench/programs');

export interface Programs {
  readonly worker: string;
  readonly turn: string;
}

export async function buildPrograms(): Promise<Programs> {
  await rm(FOLDER, { recursive: true, force: true });
  const entries = { worker: 'scripts/bench/runtime/worker.ts', turn: 'scripts/bench/runtime/bulk/turn.ts' };
  const { files } = await bundleCode(entries, FOLDER, { outExtension: { '.js': '.mjs' }, minifySyntax: true, sourcemap: false });
  await writeFiles(files);
  return { worker: join(FOLDER, 'worker.mjs'), turn: join(FOLDER, 'turn.mjs') };
}
