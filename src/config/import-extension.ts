/**
 * How generated modules import each other: `./models.js`, `./models.ts` or `./models`. No spelling
 * works for every loader, so the nearest `tsconfig.json` and `package.json` are asked.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { createFilesMatcher, getTsconfig, parseTsconfig, type TsConfigResult } from 'get-tsconfig';
import type { ImportExtension } from './config.js';

export interface FoundExtension {
  readonly extension: ImportExtension;
  /** What it follows from, such as `tsconfig.json: moduleResolution bundler`. */
  readonly reason: string;
}

type CompilerOptions = NonNullable<TsConfigResult['config']['compilerOptions']>;

/**
 * @param folder the absolute path of the folder that generated files go to; it need not exist.
 * @param directory what paths in the reason are relative to.
 */
export function findImportExtension(folder: string, directory: string): FoundExtension {
  const shown = (path: string): string => relative(directory, path).replaceAll('\\', '/');
  const deno = findUpwards(folder, ['deno.json', 'deno.jsonc']);
  const tsconfig = tsconfigFor(join(folder, 'index.ts'));
  const manifest = findUpwards(folder, ['package.json']);
  if (deno !== undefined && (tsconfig === undefined || dirname(deno).length >= dirname(tsconfig.path).length)) {
    return { extension: 'ts', reason: `${shown(deno)}: Deno` };
  }
  const isModule = manifest !== undefined && isModulePackage(manifest);
  if (tsconfig === undefined) {
    const script = manifest === undefined ? undefined : strippingScript(manifest);
    if (manifest === undefined || script === undefined) return { extension: 'js', reason: 'there is no tsconfig.json' };
    return { extension: 'ts', reason: `${shown(manifest)}: the script "${script}" has Node run TypeScript` };
  }
  const { extension, because } = fromCompilerOptions(tsconfig.config.compilerOptions ?? {}, isModule);
  return { extension, reason: `${shown(tsconfig.path)}: ${because}` };
}

/** The options that decide, the strongest first. They are complete: `module` implies `moduleResolution`. */
function fromCompilerOptions(
  options: CompilerOptions,
  isModule: boolean,
): { readonly extension: ImportExtension; readonly because: string } {
  for (const flag of ['rewriteRelativeImportExtensions', 'allowImportingTsExtensions'] as const) {
    if (options[flag] === true) return { extension: 'ts', because: flag };
  }
  const { moduleResolution: resolution = 'classic', module } = options;
  if (resolution === 'bundler') return { extension: 'none', because: 'moduleResolution bundler' };
  const isNode = /^node(?:16|next)$/.test(resolution);
  const because =
    isNode && (module === undefined || !module.startsWith('node'))
      ? `moduleResolution ${resolution}`
      : module === undefined
        ? 'no module'
        : `module ${module}`;
  // What TypeScript writes as ECMAScript modules for Node to run needs endings; a bundler's input is not written.
  if (isModule && (isNode || (module?.startsWith('es') === true && options.noEmit !== true))) {
    return { extension: 'js', because: `${because}, in a package of type module` };
  }
  return { extension: 'none', because: isNode ? `${because}, in a CommonJS package` : because };
}

/** The nearest configuration with what it extends; where it only refers to others, the one of them that has the file. */
function tsconfigFor(file: string): TsConfigResult | undefined {
  const nearest = orUndefined(() => getTsconfig(dirname(file)));
  if (nearest?.config.references === undefined || nearest.config.files?.length !== 0) return nearest;
  const referred = nearest.config.references.flatMap(({ path }) => {
    const place = join(dirname(nearest.path), path);
    const found = place.endsWith('.json') ? place : join(place, 'tsconfig.json');
    const config = orUndefined(() => parseTsconfig(found));
    return config === undefined ? [] : [{ path: found, config }];
  });
  return referred.find((one) => createFilesMatcher(one)(file) !== undefined) ?? referred[0] ?? nearest;
}

/** TypeScript says what is wrong with a configuration; here it is as if there were none. */
function orUndefined<Result>(read: () => Result | null): Result | undefined {
  try {
    return read() ?? undefined;
  } catch {
    return undefined;
  }
}

function findUpwards(from: string, names: readonly string[]): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const name = names.find((one) => existsSync(join(folder, one)));
    if (name !== undefined) return join(folder, name);
    if (dirname(folder) === folder) return undefined;
  }
}

function isModulePackage(manifest: string): boolean {
  return fieldsOf(manifest)['type'] === 'module';
}

/** A script such as `node src/main.ts`, which no transpiler stands behind. */
function strippingScript(manifest: string): string | undefined {
  const { scripts } = fieldsOf(manifest);
  if (typeof scripts !== 'object' || scripts === null) return undefined;
  const found = Object.entries(scripts).find(
    ([, command]) =>
      typeof command === 'string' &&
      /\bnode\b[^&|;]*\.[mc]?ts\b/.test(command) &&
      !/--(?:import|loader|require|experimental-loader)\b|\s-r\b/.test(command),
  );
  return found?.[0];
}

function fieldsOf(manifest: string): Readonly<Record<string, unknown>> {
  const parsed = orUndefined<unknown>(() => JSON.parse(readFileSync(manifest, 'utf8')));
  return typeof parsed === 'object' && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : {};
}
