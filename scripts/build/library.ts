/**
 * A package that services import, for every way in which they load it.
 *
 * Invariants:
 * - The code exists once, as CommonJS (`.js`); its ECMAScript modules (`.mjs`) hand on what is there.
 *   A process that loads a package both ways has one run time: one kind of filter, one QueryError.
 * - So do the types: a filter made in an ECMAScript module is assignable in a CommonJS one.
 * - A resolver that reads no `exports` finds `sqlward/opa` as `opa.js` and `opa.d.ts`.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin as EsbuildPlugin } from 'esbuild';
import { rollup, type Plugin } from 'rollup';
import { minify } from 'terser';
import { bundleCode, bundleDeclarations, closing, isForeign, type CodeBundle, type Entries } from './bundle.js';
import { dist, packagesOf, root, writePublication, type Publication, type Workspace } from './workspace.js';

export interface LibraryPackage extends Publication {
  readonly entries: readonly {
    /** As in `exports`: `.` or `./name`. */
    readonly door: string;
    readonly source: string;
    /** What of its exports an ECMAScript module gets without naming it. */
    readonly byDefault?: string;
  }[];
  /** Packages that are looked for at run time, and imported by no line. */
  readonly peers?: readonly string[];
  /** Sources that are another package's: the file → what it is imported as. */
  readonly siblings: Readonly<Record<string, string>>;
  /** Whether source maps with the TypeScript come along; without it they are dead weight in every install. */
  readonly sources: boolean;
}

const nameOf = (door: string): string => (door === '.' ? 'index' : door.slice('./'.length));

export async function buildLibrary(library: LibraryPackage, workspace: Workspace, declarations: Plugin): Promise<void> {
  const outdir = join(dist, library.folder);
  const entries: Entries = Object.fromEntries(library.entries.map(({ door, source }) => [nameOf(door), source]));
  const names = Object.keys(entries);

  const { files, imports } = await bundleCode(entries, outdir, {
    minifySyntax: true,
    chunkNames: 'chunks/[hash]',
    sourcesContent: library.sources,
    plugins: [siblingsInCode(library.siblings)],
  });
  const exported = await writeCommonJs(files, names, outdir, library.sources);
  const typeImports = await bundleDeclarations(entries, outdir, [siblingsInDeclarations(library.siblings), declarations]);
  for (const { door, byDefault } of library.entries) {
    const name = nameOf(door);
    const code = handOn(name, exported.get(name) ?? []);
    await writeFile(join(outdir, `${name}.mjs`), byDefault === undefined ? code : `${code}export default ${byDefault};\n`);
    const types = `export * from './${name}.js';\n`;
    await writeFile(
      join(outdir, `${name}.d.mts`),
      byDefault === undefined ? types : `${types}export { ${byDefault} as default } from './${name}.js';\n`,
    );
  }

  await writePublication(library, workspace, {
    type: 'commonjs',
    sideEffects: false,
    main: './index.js',
    types: './index.d.ts',
    exports: {
      ...Object.fromEntries(library.entries.map(({ door }) => [door, conditions(nameOf(door))])),
      './package.json': './package.json',
    },
    files: ['*.js', '*.mjs', ...(library.sources ? ['*.js.map'] : []), '*.d.ts', '*.d.mts', 'chunks', ...library.licenseFiles],
    ...dependencies(library, [...imports, ...typeImports], workspace),
  });
}

function conditions(name: string): object {
  return {
    import: { types: `./${name}.d.mts`, default: `./${name}.mjs` },
    default: { types: `./${name}.d.ts`, default: `./${name}.js` },
  };
}

/** A sibling is a dependency, anything else an optional peer that the repository's manifest must list. */
function dependencies(
  { name, siblings, peers: sought = [] }: LibraryPackage,
  imports: readonly string[],
  { version, peerDependencies }: Workspace,
): object {
  const own = packagesOf(Object.values(siblings));
  const peers = [...packagesOf(imports).filter((one) => !own.includes(one)), ...sought];
  const ranges = peers.map((peer) => {
    const range = peerDependencies[peer];
    if (range === undefined) throw new Error(`${name} imports ${peer}, which package.json does not list among the peers`);
    return [peer, range] as const;
  });
  return {
    ...(own.length === 0 ? {} : { dependencies: Object.fromEntries(own.map((one) => [one, `^${version}`])) }),
    ...(peers.length === 0
      ? {}
      : {
          peerDependencies: Object.fromEntries(ranges),
          peerDependenciesMeta: Object.fromEntries(peers.map((peer) => [peer, { optional: true }])),
        }),
  };
}

/** An ECMAScript module over a CommonJS one, in the form that every loader and bundler reads alike. */
function handOn(name: string, exported: readonly string[]): string {
  const constants = exported.map((one) => `export const ${one} = commonjs.${one};\n`).join('');
  return exported.length === 0 ? 'export {};\n' : `import commonjs from './${name}.js';\n${constants}`;
}

/** Writes ECMAScript modules as CommonJS, file for file; resolves to what each entry exports. */
async function writeCommonJs(
  modules: CodeBundle['files'],
  names: readonly string[],
  dir: string,
  sources: boolean,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const bundle = await rollup({
    input: Object.fromEntries(names.map((name) => [name, join(dir, `${name}.js`)])),
    external: isForeign,
    plugins: [inMemory(modules), ownFile, builtins, small],
  });
  return await closing(bundle, async () => {
    const { output } = await bundle.write({
      dir,
      format: 'cjs',
      exports: 'named',
      // Without the mark of a transpiled module, a default import is the whole module for everyone.
      esModule: false,
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name].js',
      // Jest runs CommonJS without a way to import.
      dynamicImportInCjs: false,
      generatedCode: 'es2015',
      hoistTransitiveImports: false,
      compact: true,
      sourcemap: sources,
    });
    return new Map(output.flatMap((file) => (file.type === 'chunk' && file.isEntry ? [[file.name, file.exports] as const] : [])));
  });
}

function inMemory(modules: CodeBundle['files']): Plugin {
  return {
    name: 'modules in memory',
    resolveId: (specifier, importer) => {
      const path = importer === undefined ? specifier : join(importer, '..', specifier);
      return modules.has(path) ? path : undefined;
    },
    load: (path) => {
      const code = modules.get(path);
      return code === undefined ? undefined : { code, map: modules.get(`${path}.map`) ?? null };
    },
  };
}

/** A CommonJS module knows where it is by its own means. */
const ownFile: Plugin = { name: 'own file', resolveImportMeta: (property) => (property === 'url' ? '__filename' : null) };

/** A bundler that writes ECMAScript modules leaves a `require` in them that does not work; this does, in Node 20.16, Bun and Deno. */
const builtins: Plugin = {
  name: "Node's own modules",
  renderChunk: (code) => ({ code: code.replaceAll(/\brequire\((['"]node:[^'"]+['"])\)/g, 'process.getBuiltinModule($1)'), map: null }),
};

/**
 * Small to install and to load. The names of classes stay, since loggers write them as an error's
 * type.
 */
const small: Plugin = {
  name: 'small',
  renderChunk: async (code) => {
    // A class without a name of its own has that of its variable.
    const classes = [...code.matchAll(/\b([\w$]+)\s*=\s*class\b/g)].map((match) => match[1] ?? '');
    const { code: short, map } = await minify(code, {
      ecma: 2020,
      compress: { passes: 2, keep_classnames: true },
      mangle: { keep_classnames: true, toplevel: true, reserved: classes },
      sourceMap: true,
    });
    if (short === undefined || typeof map !== 'string') throw new Error('terser gives no code');
    return { code: short, map };
  },
};

/** The package's name for a file of another package; undefined for any other import. */
function siblingOf(siblings: LibraryPackage['siblings'], from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const file = join(from, '..', specifier).replace(/\.js$/, '.ts');
  return Object.entries(siblings).find(([source]) => join(root, source) === file)?.[1];
}

function siblingsInCode(siblings: LibraryPackage['siblings']): EsbuildPlugin {
  return {
    name: 'siblings',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ importer, path }) => {
        const sibling = siblingOf(siblings, importer, path);
        return sibling === undefined ? undefined : { path: sibling, external: true };
      });
    },
  };
}

function siblingsInDeclarations(siblings: LibraryPackage['siblings']): Plugin {
  return {
    name: 'siblings',
    resolveId(specifier, importer) {
      const sibling = importer === undefined ? undefined : siblingOf(siblings, importer, specifier);
      return sibling === undefined ? undefined : { id: sibling, external: true };
    },
  };
}
