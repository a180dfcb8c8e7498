/** `@sqlward/cli`: the compiler, as ECMAScript modules, with the empty cluster that spares its users an initdb. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'rollup';
import { packBase, SHIPPED_FOLDER } from '../../src/database/embedded/base.js';
import { bundleCode, bundleDeclarations, writeFiles } from './bundle.js';
import { dist, packagesOf, writePublication, type Publication, type Workspace } from './workspace.js';

const CLI: Publication = {
  name: '@sqlward/cli',
  folder: 'cli',
  description: 'The compiler of sqlward: sqlc-style .sql files to typed TypeScript functions for PostgreSQL',
  keywords: ['postgresql', 'sql', 'sqlc', 'typescript', 'codegen'],
  license: 'MIT',
  licenseFiles: ['LICENSE'],
  readme: 'docs/packages/cli.md',
};

export const CLI_ENTRIES = { index: 'src/project.ts', sqlward: 'src/cli/bin.ts' };

export async function buildCli(workspace: Workspace, declarations: Plugin): Promise<void> {
  const outdir = join(dist, CLI.folder);
  const { files, imports } = await bundleCode(CLI_ENTRIES, outdir);
  await writeFiles(files);
  await bundleDeclarations({ index: CLI_ENTRIES.index }, outdir, [declarations]);
  await chmod(join(outdir, 'sqlward.js'), 0o755);

  const base = await packBase();
  await mkdir(join(outdir, SHIPPED_FOLDER));
  await writeFile(join(outdir, SHIPPED_FOLDER, base.name), base.content);

  await writePublication(CLI, workspace, {
    type: 'module',
    bin: { sqlward: './sqlward.js' },
    exports: { '.': { types: './index.d.ts', default: './index.js' }, './package.json': './package.json' },
    files: ['*.js', '*.js.map', '*.d.ts', 'chunks', SHIPPED_FOLDER, ...CLI.licenseFiles],
    dependencies: Object.fromEntries(packagesOf(imports).map((name) => [name, rangeOf(name, workspace)])),
  });
}

function rangeOf(name: string, { devDependencies }: Workspace): string {
  const range = devDependencies[name];
  if (range === undefined) throw new Error(`the compiler imports ${name}, which package.json does not list`);
  return range;
}
