/** Projects compiled in this process, and TypeScript's opinion of what comes out. */
import { dirname, join } from 'node:path';
import type ts from 'typescript';
import { inject } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { openProject, type Compilation } from '../../src/project.js';
import { makeDisk } from '../support/disk.js';
import { STRICTEST, typeErrorsOf } from '../support/typescript.js';

export interface Generated {
  readonly compilation: Compilation;
  /** A generated file's text. */
  file(path: string): string;
  /** Errors of `tsc` under the strictest flags, over the generated files and a program that uses them. */
  typeErrors(program?: string, options?: ts.CompilerOptions): readonly string[];
}

/**
 * @param options the plugin's options, as YAML in flow style
 * @param on the database that is asked
 */
export async function generate(
  schema: string,
  queries: Readonly<Record<string, string>>,
  options = '{}',
  on: 'server' | 'embedded' = 'server',
): Promise<Generated> {
  const disk = await makeDisk({
    'schema.sql': schema,
    ...Object.fromEntries(Object.entries(queries).map(([name, text]) => [`queries/${name}`, text])),
  });
  const { folder } = disk;
  try {
    const text = JSON.stringify({
      version: '2',
      ...(on === 'server' && { servers: [{ engine: 'postgresql', uri: inject('databaseUrl') }] }),
      sql: [
        {
          engine: 'postgresql',
          schema: 'schema.sql',
          queries: [...new Set(Object.keys(queries).map((name) => dirname(`queries/${name}`)))],
          ...(on === 'server' && { database: { managed: true } }),
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
    await disk.drop();
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
    typeErrors: (program, options) => typeErrors(compilation, program, options),
  };
}

/** The declarations that generated code meets in a service, beside its own files. */
const SETTINGS = 'export interface Settings { theme?: string }\nexport type Brand = string & { readonly brand: unique symbol };\n';

function typeErrors(compilation: Compilation, program = 'export {};\n', options: ts.CompilerOptions = {}): readonly string[] {
  const files = Object.fromEntries(compilation.files.map(({ path, text }) => [`generated/${path}`, text]));
  return typeErrorsOf({ ...files, 'program.ts': program, 'settings.ts': SETTINGS }, ['program.ts', ...Object.keys(files)], {
    ...STRICTEST,
    ...options,
  });
}
