/** Projects compiled in this process, and TypeScript's opinion of what comes out. */
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { inject } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { openProject, type Compilation } from '../../src/project.js';

const ROOT = join(import.meta.dirname, '..', '..');

export interface Generated {
  readonly compilation: Compilation;
  /** A generated file's text. */
  file(path: string): string;
  /** Errors of `tsc` under the strictest flags, over the generated files and a program that uses them. */
  typeErrors(program?: string): Promise<readonly string[]>;
}

/** @param options the plugin's options, as YAML in flow style */
export async function generate(schema: string, queries: Readonly<Record<string, string>>, options = '{}'): Promise<Generated> {
  const folder = await mkdtemp(join(tmpdir(), 'sqlward-emit-'));
  try {
    const files = { 'schema.sql': schema, ...Object.fromEntries(Object.entries(queries).map(([name, text]) => [`queries/${name}`, text])) };
    for (const [path, text] of Object.entries(files)) await put(join(folder, path), text);
    const text = JSON.stringify({
      version: '2',
      servers: [{ engine: 'postgresql', uri: inject('databaseUrl') }],
      sql: [
        {
          engine: 'postgresql',
          schema: 'schema.sql',
          queries: [...new Set(Object.keys(queries).map((name) => dirname(`queries/${name}`)))],
          database: { managed: true },
          codegen: [{ plugin: 'sqlward', out: 'generated', options: '@' }],
        },
      ],
    }).replace('"@"', options);
    const config = loadConfig({ path: join(folder, 'sqlc.yaml'), text, environment: {} });
    const [project] = config.projects;
    if (!project) throw new Error('the configuration has no project');
    const opened = await openProject(config, project, { cacheDirectory: join(folder, 'cache'), report: () => undefined });
    try {
      return wrap(await opened.compile());
    } finally {
      await opened.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function wrap(compilation: Compilation): Generated {
  return {
    compilation,
    file(path) {
      const found = compilation.files.find((file) => file.path === path);
      if (!found) throw new Error(`no file ${path} among ${compilation.files.map((file) => file.path).join(', ')}`);
      return found.text;
    },
    typeErrors: (program) => typeErrors(compilation, program),
  };
}

async function typeErrors(compilation: Compilation, program = 'export {};\n'): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sqlward-types-'));
  try {
    await put(join(folder, 'package.json'), '{"type":"module"}');
    await mkdir(join(folder, 'node_modules'));
    await symlink(join(ROOT, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
    for (const { path, text } of compilation.files) await put(join(folder, 'generated', path), text);
    await put(join(folder, 'program.ts'), program);
    await put(join(folder, 'settings.ts'), 'export interface Settings { theme?: string }\nexport type Brand = string & { readonly brand: unique symbol };\n');
    const built = ts.createProgram({
      rootNames: ['program.ts', ...compilation.files.map(({ path }) => `generated/${path}`)].map((path) => join(folder, path)),
      options: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        verbatimModuleSyntax: true,
        isolatedDeclarations: true,
        declaration: true,
        noUnusedLocals: true,
        noUnusedParameters: true,
        noEmit: true,
        skipLibCheck: true,
        types: ['node'],
        paths: { 'sqlward/runtime': [join(ROOT, 'src', 'runtime', 'index.ts')] },
      },
    });
    return ts
      .getPreEmitDiagnostics(built)
      .filter(({ file }) => file === undefined || file.fileName.startsWith(folder))
      .map(({ file, start = 0, messageText }) => `${file?.fileName.slice(folder.length + 1) ?? ''}:${start}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
