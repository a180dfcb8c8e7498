/** Bundles of TypeScript: code by esbuild, declarations by rollup. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { rollup, type Plugin, type RollupBuild } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { root } from './workspace.js';

/** File name without an ending → source, from the root. */
export type Entries = Readonly<Record<string, string>>;

export interface CodeBundle {
  /** Absolute path → text, maps included. */
  readonly files: ReadonlyMap<string, string>;
  /** What it imports from outside, as written. */
  readonly imports: readonly string[];
}

const COMMON = {
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
  // A property that a constructor's parameter declares is not declared once more.
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
} as const satisfies BuildOptions;

/** ECMAScript modules with source maps, as they would be in `outdir`. */
export async function bundleCode(entries: Entries, outdir: string, options: BuildOptions = {}): Promise<CodeBundle> {
  const { metafile, outputFiles } = await build({
    ...COMMON,
    ...options,
    entryPoints: { ...entries },
    outdir,
    metafile: true,
    write: false,
  });
  return { files: new Map(outputFiles.map(({ path, text }) => [path, text])), imports: externalImports(metafile) };
}

export async function writeFiles(files: CodeBundle['files']): Promise<void> {
  for (const [path, text] of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

function externalImports({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ imports }) => imports.filter(({ external }) => external === true).map(({ path }) => path));
}

/** Whether a module is outside the package. */
export function isForeign(id: string): boolean {
  return !id.startsWith('.') && !isAbsolute(id);
}

/**
 * One declaration file for each entry, without what no entry exports; resolves to what they import from
 * outside. The last of the plugins is `declarationsOf` the entries' sources.
 */
export async function bundleDeclarations(entries: Entries, dir: string, plugins: readonly Plugin[]): Promise<readonly string[]> {
  const bundle = await rollup({
    input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(root, path.replace(/\.ts$/, '.d.ts'))])),
    external: isForeign,
    plugins: [...plugins, dts(), nodeTypes, nothingLoose, narrowIndentation],
  });
  return await closing(bundle, async () => {
    const { output } = await bundle.write({
      dir,
      format: 'es',
      entryFileNames: '[name].d.ts',
      chunkFileNames: ({ name }) => `chunks/${name.replace(/\.d$/, '')}-[hash].d.ts`,
    });
    const own = new Set(output.map(({ fileName }) => fileName));
    return output.flatMap((file) => (file.type === 'chunk' ? file.imports.filter((id) => !own.has(id)) : []));
  });
}

const NODE_TYPES = '/// <reference types="node" />\n';

/** TypeScript loads no package of types unasked, so a file that names one of Node's global types asks. */
const nodeTypes: Plugin = {
  name: 'types of Node',
  renderChunk: (code) => (/\bBuffer\b/.test(code) && !code.includes(NODE_TYPES) ? { code: NODE_TYPES + code, map: null } : null),
};

/** What introduces a module to its readers belongs to no declaration; an editor shows it nowhere. */
const nothingLoose: Plugin = {
  name: 'no comment of a module',
  renderChunk: (code, { name }) => ({
    // What generated code is built from is named in generated code only.
    code: code.replace(name === 'runtime' ? /^ *\/\*\*(?:(?!\*\/)[^])*\*\/\n/gm : /^\/\*\*(?:(?!\*\/)[^])*\*\/\n\n/gm, ''),
    map: null,
  }),
};

/** TypeScript indents by four columns, which is a tenth of the declarations. */
const narrowIndentation: Plugin = {
  name: 'narrow indentation',
  renderChunk: (code) => ({ code: code.replace(/^(?: {4})+/gm, (indent) => ' '.repeat(indent.length / 4)), map: null }),
};

export async function closing<Result>(bundle: RollupBuild, use: () => Promise<Result>): Promise<Result> {
  try {
    return await use();
  } finally {
    await bundle.close();
  }
}
