import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/diagnostic.js';
import { rewriteQuery, type RewrittenQuery } from '../../src/compiler/dialect/rewrite.js';
import { splitQueries } from '../../src/compiler/dialect/split.js';
import { positionAt, type SourceFile } from '../../src/sql/source.js';
import { caseInput, caseNames, holdCase } from '../support/case-file.js';

/**
 * A file a case, named for the behaviour: the input; what is sent for each query; what the rewriter
 * recorded; what it says of the file.
 */
const folder = join(import.meta.dirname, 'cases');

test.for(caseNames(folder))('%s', async (name) => {
  const file = { path: 'input.sql', text: caseInput(folder, name) };
  const split = splitQueries(file);
  const rewrites = split.queries.map((query) => rewriteQuery(query));
  const rewritten = rewrites.flatMap((rewrite) => rewrite.rewritten ?? []);
  const diagnostics = [...split.diagnostics, ...rewrites.flatMap((rewrite) => rewrite.diagnostics)];

  for (const { annotated, text } of rewritten) {
    const written = file.text.slice(annotated.annotationStart, annotated.end);
    expect(text.split('\n')).toHaveLength(written.split('\n').length);
  }
  await holdCase(folder, name, file.text, {
    output: rewritten.map(({ text }) => `${text};\n`).join(''),
    found: rewritten.map((query) => table(file, query)).join('\n'),
    diagnostics: diagnostics.map((diagnostic) => `${formatDiagnostic(diagnostic)}\n`).join('\n'),
  });
});

/** Everything recorded of a query, with places in the file as line:column. */
function table(file: SourceFile, query: RewrittenQuery): string {
  const place = (offset: number): string => {
    const { line, column } = positionAt(file.text, offset);
    return `${line}:${column}`;
  };
  const { annotated } = query;
  const quoted = (start: number, end: number): string => JSON.stringify(file.text.slice(start, end));
  return [
    `${annotated.name} :${annotated.command} at line ${annotated.line}`,
    ...annotated.documentation.map((line) => `  documentation ${JSON.stringify(line)}`),
    ...query.parameters.flatMap(({ number, name, nullable, slice, uses }) => [
      `  parameter $${number}${name === undefined ? '' : ` ${JSON.stringify(name)}`}${nullable ? ' nullable' : ''}${slice ? ' slice' : ''}`,
      ...uses.map((use) => {
        expect(query.text.startsWith(`$${number}`, use.at)).toBe(true);
        expect(query.origin(use.at)).toBe(use.start);
        return `    ${use.form} ${quoted(use.start, use.end)} at ${place(use.start)}`;
      }),
    ]),
    ...query.embeds.map(({ relation, at, start, end }) => {
      const star = query.text.indexOf('.*', at);
      return `  embed ${JSON.stringify(relation)} as ${query.text.slice(at, star + 2)}: ${quoted(start, end)} at ${place(start)}`;
    }),
    ...query.hooks.map(({ at, until, start, end }) => {
      expect(query.text.slice(at, until)).toBe('AND (true)');
      return `  hook ${quoted(start, end)} at ${place(start)}`;
    }),
    '',
  ].join('\n');
}
