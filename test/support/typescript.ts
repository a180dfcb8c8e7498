/**
 * TypeScript's opinion of programs that exist only in memory, as if they stood in a folder of this
 * repository. Files outside of the program are read and parsed once for all programs of a process,
 * since the libraries are most of the work.
 */
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..', '..');
/** Below the repository, so that `node_modules` is found; nothing is there. */
const FOLDER = join(ROOT, '.in-memory');

export const STRICTEST: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
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
  paths: { 'sqlward/runtime': [join(ROOT, 'src', 'runtime', 'generated-code.ts')] },
};

/**
 * Errors in the program's own files, as `path:offset: message`, where it is compiled under the
 * strictest flags as a module of a service.
 */
export function typeErrorsOf(texts: Readonly<Record<string, string>>, roots = Object.keys(texts), options = STRICTEST): readonly string[] {
  const own = new Map(Object.entries({ 'package.json': '{"type":"module"}', ...texts }).map(([path, text]) => [join(FOLDER, path), text]));
  const program = ts.createProgram({ rootNames: roots.map((path) => join(FOLDER, path)), options, host: hostOf(own, options) });
  // Not of the sources of the run time, which every program imports.
  const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(FOLDER));
  return ts
    .sortAndDeduplicateDiagnostics(files.flatMap((file) => ts.getPreEmitDiagnostics(program, file)))
    .filter(({ file }) => file === undefined || file.fileName.startsWith(FOLDER))
    .map(
      ({ file, start = 0, messageText }) =>
        `${file?.fileName.slice(FOLDER.length + 1) ?? ''}:${start}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}

function hostOf(own: ReadonlyMap<string, string>, options: ts.CompilerOptions): ts.CompilerHost {
  const host = keepingHost(options);
  const folders = new Set([...own.keys()].flatMap((path) => [path.slice(0, path.lastIndexOf('/')), FOLDER]));
  return {
    ...host,
    fileExists: (path) => own.has(path) || host.fileExists(path),
    readFile: (path) => own.get(path) ?? host.readFile(path),
    directoryExists: (path) => folders.has(path) || (host.directoryExists?.(path) ?? true),
    realpath: (path) => (path.startsWith(FOLDER) ? path : (host.realpath?.(path) ?? path)),
    getSourceFile(path, language, ...rest) {
      const text = own.get(path);
      return text === undefined ? host.getSourceFile(path, language, ...rest) : ts.createSourceFile(path, text, language);
    },
  };
}

const kept = new Map<string, ts.SourceFile | undefined>();

/** A host that parses packages and this repository's sources once for all programs of the process. */
export function keepingHost(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    getSourceFile(path, language, ...rest) {
      if (!path.includes('/node_modules/') && !path.startsWith(join(ROOT, 'src'))) return host.getSourceFile(path, language, ...rest);
      // A file is parsed as a module of one format or another, by the package that it is in.
      const key = `${path}\0${JSON.stringify(language)}`;
      if (!kept.has(key)) kept.set(key, host.getSourceFile(path, language, ...rest));
      return kept.get(key);
    },
  };
}
