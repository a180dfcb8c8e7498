/**
 * Builds the two packages that this repository publishes, from one package.json:
 *
 * - `sqlward`, from the root: the run time and the generated functions. `npm publish` here.
 * - `@sqlward/cli`, from `dist/cli/`: the compiler. `npm publish dist/cli --access public`.
 *
 * Invariant: neither package imports what its manifest does not list, and the first imports
 * nothing but its peers.
 */
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { z } from 'zod';
import { packBase, SHIPPED_FOLDER } from '../src/database/embedded/base.js';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const cli = join(dist, 'cli');

const ranges = z.record(z.string(), z.string());
const manifestShape = z.looseObject({
  name: z.string(),
  version: z.string(),
  engines: ranges,
  exports: z.record(z.string(), z.union([z.string(), z.object({ types: z.string(), default: z.string() })])),
  devDependencies: ranges,
  peerDependencies: ranges,
});
const mapShape = z.looseObject({ mappings: z.string() });
type Manifest = z.output<typeof manifestShape>;

const RUN_TIME_ENTRIES: Readonly<Record<string, string>> = {
  index: 'src/index.ts',
  runtime: 'src/runtime/index.ts',
  unfiltered: 'src/unfiltered.ts',
  opa: 'src/adapters/opa.ts',
  casl: 'src/adapters/casl.ts',
  cerbos: 'src/adapters/cerbos.ts',
};

const CLI_ENTRIES = { index: 'src/project.ts', sqlward: 'src/cli/bin.ts' };

const common = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  chunkNames: 'chunks/[name]-[hash]',
  metafile: true,
  logLevel: 'warning',
  legalComments: 'none',
} as const satisfies BuildOptions;

const manifest = manifestShape.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
await rm(dist, { recursive: true, force: true });
await buildRunTime(manifest);
await buildCli(manifest);

async function buildRunTime({ peerDependencies }: Manifest): Promise<void> {
  // Small to install and to load; names stay, and the maps give the lines of the repository's files.
  const { metafile } = await build({
    ...common,
    entryPoints: { ...RUN_TIME_ENTRIES },
    outdir: dist,
    sourcesContent: false,
    minifyWhitespace: true,
    minifySyntax: true,
  });
  const foreign = externalPackages(metafile).filter((name) => !(name in peerDependencies));
  if (foreign.length > 0) throw new Error(`the run time imports ${foreign.join(', ')}, which it does not declare`);
  for (const path of Object.keys(metafile.outputs)) if (path.endsWith('.map')) await coarsenMap(join(root, path));
  await writeDeclarations(RUN_TIME_ENTRIES, dist);
}

async function buildCli({ version, engines, devDependencies, peerDependencies }: Manifest): Promise<void> {
  const { metafile } = await build({ ...common, entryPoints: { ...CLI_ENTRIES }, outdir: cli });
  const dependencies: Record<string, string> = {};
  for (const name of externalPackages(metafile).sort()) {
    const range = devDependencies[name] ?? peerDependencies[name];
    if (range === undefined) throw new Error(`the compiler imports ${name}, which package.json does not list`);
    dependencies[name] = range;
  }
  await writeDeclarations({ index: CLI_ENTRIES.index }, cli);
  await chmod(join(cli, 'sqlward.js'), 0o755);
  await writeFile(
    join(cli, 'package.json'),
    `${JSON.stringify(
      {
        name: '@sqlward/cli',
        version,
        description: 'The compiler of sqlward: sqlc-style .sql files to typed TypeScript functions for PostgreSQL',
        keywords: ['postgresql', 'sql', 'sqlc', 'typescript', 'codegen'],
        license: 'MIT',
        type: 'module',
        engines,
        bin: { sqlward: './sqlward.js' },
        exports: { '.': { types: './index.d.ts', default: './index.js' }, './package.json': './package.json' },
        files: ['*.js', '*.js.map', '*.d.ts', 'chunks', SHIPPED_FOLDER, 'LICENSE'],
        dependencies,
      },
      undefined,
      2,
    )}\n`,
  );
  await copyFile(join(root, 'LICENSE'), join(cli, 'LICENSE'));
  const base = await packBase();
  await mkdir(join(cli, SHIPPED_FOLDER));
  await writeFile(join(cli, SHIPPED_FOLDER, base.name), base.content);
  await writeFile(
    join(cli, 'README.md'),
    '# @sqlward/cli\n\nThe command line of [sqlward](https://www.npmjs.com/package/sqlward): reads `sqlc.yaml` and sqlc-style `.sql` files, asks PostgreSQL for every type, and writes typed TypeScript functions.\n\n    npm install sqlward pg\n    npm install --save-dev @sqlward/cli\n    npx sqlward generate\n',
  );
}

/** The packages that the bundles import, by name. */
function externalPackages(metafile: Metafile): string[] {
  const names = new Set<string>();
  for (const { imports } of Object.values(metafile.outputs)) {
    for (const { path, external } of imports) {
      if (external !== true || path.startsWith('node:') || builtinModules.includes(path)) continue;
      names.add(path.split('/').slice(0, path.startsWith('@') ? 2 : 1).join('/'));
    }
  }
  return [...names];
}

/** Keeps the first position of each source line: a stack trace needs the line, and the map shrinks by half. */
async function coarsenMap(path: string): Promise<void> {
  const map = mapShape.parse(JSON.parse(await readFile(path, 'utf8')));
  const coarse = decode(map.mappings).map((line) =>
    line.filter((segment, index) => {
      const before = line[index - 1];
      return before === undefined || segment[1] !== before[1] || segment[2] !== before[2];
    }),
  );
  await writeFile(path, JSON.stringify({ ...map, mappings: encode(coarse) }));
}

/** One declaration file for each entry, without what no entry exports. */
async function writeDeclarations(entries: Readonly<Record<string, string>>, dir: string): Promise<void> {
  const bundle = await rollup({
    input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(root, path)])),
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    plugins: [dts({ tsconfig: join(root, 'tsconfig.json'), compilerOptions: { noEmit: false, stripInternal: true } })],
  });
  try {
    await bundle.write({ dir, format: 'es', entryFileNames: '[name].d.ts', chunkFileNames: 'chunks/[name]-[hash].d.ts' });
  } finally {
    await bundle.close();
  }
}
