/**
 * The declarations of this repository's sources, made by TypeScript as a bundle asks for them. One
 * program serves every package that a build makes: nearly all of its work is what they share.
 */
import { join } from 'node:path';
import type { Plugin } from 'rollup';
import ts from 'typescript';
import { root } from './workspace.js';

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  noEmit: false,
  incremental: false,
  declaration: true,
  emitDeclarationOnly: true,
  // `npm run typecheck` does.
  noCheck: true,
  stripInternal: true,
  preserveSymlinks: true,
};

/** A plugin for which `x.d.ts` is what TypeScript declares of `x.ts`; `sources` are from the root, with all that they import. */
export function declarationsOf(sources: readonly string[]): Plugin {
  const program = createProgram(sources);
  return {
    name: 'declarations of sources',
    resolveId(specifier, importer) {
      const path = importer === undefined ? specifier : join(importer, '..', specifier);
      const declaration = importer === undefined ? path : path.replace(/\.js$/, '.d.ts');
      return program.getSourceFile(sourceOf(declaration)) === undefined ? null : declaration;
    },
    load(id) {
      const source = program.getSourceFile(sourceOf(id));
      if (source === undefined) return null;
      let text: string | undefined;
      const write: ts.WriteFileCallback = (_, written) => (text = written);
      const { diagnostics } = program.emit(source, write, undefined, true, undefined);
      if (text !== undefined) return text;
      return this.error(ts.formatDiagnostics(diagnostics, host));
    },
  };
}

const sourceOf = (declaration: string): string => declaration.replace(/\.d\.ts$/, '.ts');

const host: ts.FormatDiagnosticsHost = {
  getCurrentDirectory: () => root,
  getNewLine: () => '\n',
  getCanonicalFileName: (name) => name,
};

function createProgram(sources: readonly string[]): ts.Program {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as { readonly config: object };
  // Its own list of files would be every test and script.
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: undefined, files: sources }, ts.sys, root, OPTIONS);
  return ts.createProgram(
    sources.map((path) => join(root, path)),
    options,
  );
}
