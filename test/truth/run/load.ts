/** Generated files, written to a folder of their own, read by TypeScript and imported. */
import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type pg from 'pg';
import { tsImport } from 'tsx/esm/api';
import type { Compilation } from '../../../src/project.js';
import type { RowField, ShapedQuery } from '../../../src/compiler/emit/shaped-query.js';
import { overriding } from '../../../src/compiler/emit/index.js';
import type { ColumnPromise } from '../declared/model.js';
import { readModules, type DeclaredFunction } from '../declared/module.js';
import { describe, takesNull, type Shape } from '../declared/shape.js';
import type { Filtering, Lie, Target } from './execute.js';
import { judgeDeclaration } from './declaration.js';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** What generated code shall import the run time from. */
export const RUNTIME = join(ROOT, 'src/runtime/index.js');

export interface LoadedProject {
  readonly targets: readonly Target[];
  /** What is wrong with the text alone. */
  readonly lies: readonly Lie[];
  /** What `tsc --strict` says. */
  readonly errors: readonly string[];
  remove(): Promise<void>;
}

export async function loadProject(compilation: Compilation): Promise<LoadedProject> {
  const folder = await mkdtemp(join(tmpdir(), 'sqlward-truth-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    for (const file of compilation.files) {
      await mkdir(dirname(join(folder, file.path)), { recursive: true });
      await writeFile(join(folder, file.path), file.text);
    }
    const declared = readModules(
      compilation.files.map((file) => join(folder, file.path)),
      ROOT,
    );
    await writeFile(
      join(folder, 'truth-entry.ts'),
      `export * as functions from './index.js';\nexport * as unfiltered from './unfiltered.js';\nexport { authorize } from ${JSON.stringify(RUNTIME)};\n`,
    );
    const entry = (await tsImport(pathToFileURL(join(folder, 'truth-entry.ts')).href, import.meta.url)) as unknown;
    const modules: Modules = {
      functions: namespaceOf(entry, 'functions'),
      unfiltered: namespaceOf(entry, 'unfiltered'),
      authorize: namespaceOf(entry, 'authorize'),
    };
    const lies: Lie[] = [];
    const targets: Target[] = [];
    for (const query of compilation.queries) targets.push(...targetsOf(query, declared.functions, modules, compilation, lies));
    // A module of the user's own that an override names is not there, and no fault.
    const modulesOfUsers = compilation.options.overrides.flatMap((override) => override.import ?? []);
    const errors = declared.errors.filter((error) => !modulesOfUsers.some((module) => error.includes(`'${module}'`)));
    return { targets, lies, errors, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

type Namespace = ReadonlyMap<string, unknown>;

interface Modules {
  readonly functions: Namespace;
  readonly unfiltered: Namespace;
  readonly authorize: Namespace;
}

function namespaceOf(module: unknown, name: string): Namespace {
  const value: unknown = typeof module === 'object' && module !== null ? Reflect.get(module, name) : undefined;
  const isHolder = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return new Map(
    isHolder ? Reflect.ownKeys(value).flatMap((key) => (typeof key === 'string' ? [[key, Reflect.get(value, key)]] : [])) : [],
  );
}

type Call = (...values: readonly unknown[]) => unknown;

function isCall(value: unknown): value is Call {
  return typeof value === 'function';
}

function targetsOf(
  query: ShapedQuery,
  functions: ReadonlyMap<string, ReadonlyMap<string, DeclaredFunction>>,
  modules: Modules,
  compilation: Compilation,
  lies: Lie[],
): Target[] {
  const plans: { readonly file: string; readonly name: string; readonly from: Namespace; readonly filtering: Filtering }[] = [];
  if (query.authorizedFunctionName === undefined) {
    plans.push({ file: 'index.ts', name: query.functionName, from: modules.functions, filtering: 'none' });
  } else {
    for (const filtering of ['unrestricted', 'condition', 'deny'] as const) {
      plans.push({ file: 'index.ts', name: query.authorizedFunctionName, from: modules.functions, filtering });
    }
    plans.push({ file: 'unfiltered.ts', name: query.functionName, from: modules.unfiltered, filtering: 'unfiltered' });
  }
  return plans.flatMap(({ file, name, from, filtering }) => {
    const declared = functions.get(file)?.get(name);
    const run = from.get(name);
    if (!declared || !isCall(run)) {
      lies.push({
        query: query.query.name,
        functionName: name,
        place: '',
        problem: `${file} does not export the function`,
        value: undefined,
      });
      return [];
    }
    if (filtering !== 'condition' && filtering !== 'deny') lies.push(...judgeDeclaration(query, declared));
    const promise = promiseMaker(compilation);
    const result = declared.result && query.row ? relaxed(declared.result, query.row.fields, promise) : declared.result;
    const makeFilter = filterMaker(filtering, modules.authorize, query);
    const call = async (db: pg.ClientBase, argument: unknown): Promise<unknown> => {
      try {
        return await run(db, ...(makeFilter ? [makeFilter()] : []), ...(argument === undefined ? [] : [argument]));
      } catch (error) {
        const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
        if (makeFilter && 'refused' in makeFilter && /^42P01|^4270/.test(String(code))) makeFilter.refused();
        throw error;
      }
    };
    return [{ query, functionName: name, filtering, declared: { ...declared, result }, call, promise }];
  });
}

/** What an override says of a column is its author's promise, which made-up rows know nothing of. */
function relaxed(shape: Shape, fields: readonly RowField[], promise: Target['promise']): Shape {
  switch (shape.kind) {
    case 'array':
      return { kind: 'array', element: relaxed(shape.element, fields, promise) };
    case 'union':
      return { kind: 'union', members: shape.members.map((member) => relaxed(member, fields, promise)) };
    case 'object': {
      const properties = new Map(shape.properties());
      for (const field of fields) {
        const property = properties.get(field.property);
        if (property === undefined) continue;
        if (field.kind === 'embed') properties.set(field.property, { ...property, shape: relaxed(property.shape, field.fields, promise) });
        else if (promise(field).overridden) properties.set(field.property, { ...property, shape: overriddenShape(property.shape) });
      }
      return { ...shape, properties: () => properties };
    }
    default:
      return shape;
  }
}

function overriddenShape(shape: Shape): Shape {
  const text = describe(shape);
  const value: Shape = { kind: 'opaque', text };
  return takesNull(shape) || shape.kind === 'opaque' ? value : { kind: 'present', text };
}

function filterMaker(
  filtering: Filtering,
  authorize: Namespace,
  query: ShapedQuery,
): (() => unknown) | ReturnType<typeof conditionMaker> | undefined {
  const make = (name: string, ...values: readonly unknown[]): unknown => {
    const maker = authorize.get(name);
    if (!isCall(maker)) throw new Error(`the run time has no authorize.${name}`);
    return maker(...values);
  };
  switch (filtering) {
    case 'unrestricted':
      return () => make('unrestricted', 'the truth test');
    case 'deny':
      return () => make('none');
    case 'condition':
      return conditionMaker(authorize, query);
    default:
      return undefined;
  }
}

/**
 * Conditions on the query's own columns, with values to renumber, true of some rows in some calls.
 * An alias may hide a table's name: then the next table is tried, and in the end no column.
 */
function conditionMaker(authorize: Namespace, query: ShapedQuery): (() => unknown) & { readonly refused: () => void } {
  const sql = authorize.get('sql');
  const ident = authorize.get('ident');
  if (!isCall(sql) || !isCall(ident)) throw new Error('the run time has no authorize.sql or authorize.ident');
  const columns = [
    ...query.query.embeds.map(({ alias, relation }) => [alias, relation.columns[0]?.name ?? '']),
    ...query.query.reads.map((relation) => [relation.name, relation.columns[0]?.name ?? '']),
  ];
  let calls = 0;
  const make = (): unknown => {
    const [column] = columns;
    if (column === undefined) return sql`${calls++}::int % ${3}::int <> 0 OR ${[query.functionName]}::text[] = ARRAY['nothing']`;
    const name = ident(...column);
    return sql`${calls++}::int % ${3}::int <> 0 AND ${name} IS NOT NULL OR ${name}::text = ANY (${[query.functionName, "it's"]}::text[])`;
  };
  return Object.assign(make, { refused: () => void columns.shift() });
}

function promiseMaker(compilation: Compilation): Target['promise'] {
  const { options } = compilation;
  const overrideOf = overriding(compilation.catalog, options.overrides);
  return ({ column, nullable }): ColumnPromise => {
    const override = overrideOf(column.type, column.column);
    return {
      typeOid: column.type.oid,
      nullable,
      elementsNullable: override?.nullableElements ?? column.elementsNullable,
      dimensions: column.dimensions,
      int8: options.int8,
      overridden:
        override?.tsType !== undefined || options.overrides.some(({ target, tsType }) => 'type' in target && tsType !== undefined),
    };
  };
}
