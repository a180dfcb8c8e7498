/** Every TypeScript block of the documentation compiles as it stands, under the strictest options. */
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { keepingHost } from '../support/typescript.js';
import { codeBlocks, root } from './code-blocks.js';

const blocks = codeBlocks('ts');
/** What the examples take as given: the engines' clients, and what is asked of them. */
const GIVEN = `
declare const ability: import('@casl/ability').MongoAbility;
declare const cerbos: import('@cerbos/core').Client;
declare const principal: import('@cerbos/core').Principal;
declare const opa: string;
declare const input: object;
`;
/** What `sqlward generate` would have made beside the examples. */
const GENERATED = `
import type { AuthorizeFilter, Database } from 'sqlward';
export declare function getAuthorizedDocuments(
  db: Database,
  filter: AuthorizeFilter,
  params: { archived: boolean },
): Promise<{ document: { id: string }; editorName: string | null }[]>;
`;
/** What `sqlward init` and `sqlward generate` make in an empty folder. */
const FIRST = `
import type { Database } from 'sqlward';
export declare function listDocuments(
  db: Database,
  params: { rowLimit: number },
): Promise<{ id: string; title: string; createdAt: Date }[]>;
`;
const fileOf = (index: number): string => join(root, 'docs', `block-${index}.ts`);
let problems: ReadonlyMap<string, string[]> = new Map();

beforeAll(() => {
  const configuration = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
      },
    },
  );
  const options: ts.CompilerOptions = {
    ...configuration?.options,
    noUnusedLocals: false,
    baseUrl: root,
    // As the packages' exports, but to the sources.
    paths: {
      sqlward: ['src/runtime/service.ts'],
      'sqlward/runtime': ['src/runtime/generated-code.ts'],
      'sqlward/opentelemetry': ['src/observers/opentelemetry.ts'],
      'sqlward/*': ['src/adapters/*.ts', 'src/drivers/*.ts'],
      '@sqlward/connection-logs': ['generated/index.ts'],
      '@sqlward/connection-logs/unfiltered': ['generated/unfiltered.ts'],
    },
  };
  const given = join(root, 'docs', 'given.d.ts');
  const generated = join(root, 'docs', 'db', 'index.ts');
  const first = join(root, 'docs', 'db', 'generated', 'index.ts');
  const sources = new Map([
    [given, GIVEN],
    [generated, GENERATED],
    [first, FIRST],
    ...blocks.map(({ code }, index) => [fileOf(index), code] as const),
  ]);
  const host = keepingHost(options);
  const program = ts.createProgram({
    rootNames: [...sources.keys()],
    options,
    host: {
      ...host,
      fileExists: (path) => sources.has(path) || host.fileExists(path),
      directoryExists: (path) => path === dirname(generated) || path === dirname(first) || (host.directoryExists?.(path) ?? true),
      readFile: (path) => sources.get(path) ?? host.readFile(path),
      getSourceFile: (path, language) => {
        const code = sources.get(path);
        return code === undefined ? host.getSourceFile(path, language) : ts.createSourceFile(path, code, language);
      },
    },
  });
  problems = new Map(
    [...sources.keys()].map((path) => {
      const source = program.getSourceFile(path);
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [path, found.map((one) => `line ${lineOf(one)}: ${ts.flattenDiagnosticMessageText(one.messageText, '\n')}`)];
    }),
  );
});

function lineOf({ file, start }: ts.Diagnostic): number {
  return file === undefined || start === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
}

describe('TypeScript blocks', () => {
  it('are found', () => {
    expect(blocks.map(({ place }) => place.split(':')[0])).toContain('README.md');
  });

  it.each(blocks.map(({ place }, index) => [place, index] as const))('%s', (_, index) => {
    expect(problems.get(fileOf(index))).toEqual([]);
  });
});
