/** The README's first steps, in an empty folder: what `init` and `generate` make there, and what its `main.ts` prints. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, expect, it } from 'vitest';
import { runIn } from '../cli/project.js';
import { makeDisk } from '../support/disk.js';
import { codeBlocks, root } from './code-blocks.js';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function blockWith(language: string, part: string): string {
  const block = codeBlocks(language).find(({ place, code }) => place.startsWith('README.md') && code.includes(part));
  return block?.code ?? expect.fail(`the README has no block with ${part}`);
}

it('leads to a typed query that runs', async () => {
  const disk = await makeDisk({ 'package.json': '{ "name": "app" }', 'main.ts': blockWith('ts', 'listDocuments') });
  ends.push(() => disk.drop());
  expect(await runIn(disk.folder, ['init'])).toMatchObject({ code: 0 });
  expect(await runIn(disk.folder, ['generate'])).toMatchObject({ code: 0, stderr: '' });
  // Below the repository, so that its PGlite is found.
  const cache = join(root, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'first-steps-'));
  ends.push(() => rm(folder, { recursive: true }));
  const program = join(folder, 'main.mjs');
  await build({
    entryPoints: [join(disk.folder, 'main.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@electric-sql/pglite'],
    alias: {
      'sqlward/runtime': join(root, 'src/runtime/generated-code.ts'),
      'sqlward/pglite': join(root, 'src/drivers/pglite.ts'),
    },
  });
  const { stdout } = await promisify(execFile)(process.execPath, ['--liftoff-only', program], { cwd: disk.folder });
  expect(stdout).toMatch(/^The first \d{4}\n$/);
  // Two databases of PostgreSQL are made, which a busy machine takes its time for.
}, 180_000);

it('takes five commands', () => {
  const commands = [blockWith('sh', 'npx sqlward init'), blockWith('sh', 'npx tsx main.ts')].join('').trim().split('\n');
  expect(commands).toHaveLength(5);
});
