import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/diagnostic.js';
import { rewriteQuery, type RewrittenQuery } from '../../src/compiler/dialect/rewrite.js';
import { splitQueries } from '../../src/compiler/dialect/split.js';
import { positionAt, type SourceFile } from '../../src/sql/source.js';

/**
 * A folder a case, named for the behaviour: `input.sql` is the file; `output.sql` what is sent for
 * each query; `found.txt` what the rewriter recorded; `diagnostics.txt` what it says of the file.
 * A file that would be empty does not exist. UPDATE_GOLDENS=1 writes them anew.
 */
const folder = new URL('cases/', import.meta.url);
const update = process.env.UPDATE_GOLDENS === '1';

test.for(readdirSync(folder).sort())('%s', (name) => {
  const file = { path: 'input.sql', text: readFileSync(new URL(`${name}/input.sql`, folder), 'utf8') };
  const split = splitQueries(file);
  const rewrites = split.queries.map((query) => rewriteQuery(query));
  const rewritten = rewrites.flatMap((rewrite) => rewrite.rewritten ?? []);
  const diagnostics = [...split.diagnostics, ...rewrites.flatMap((rewrite) => rewrite.diagnostics)];

  hold(`${name}/output.sql`, rewritten.map(({ text }) => `${text};\n`).join(''));
  hold(`${name}/found.txt`, rewritten.map((query) => table(file, query)).join('\n'));
  hold(`${name}/diagnostics.txt`, diagnostics.map((diagnostic) => `${formatDiagnostic(diagnostic)}\n`).join('\n'));

  for (const { annotated, text } of rewritten) {
    const written = file.text.slice(annotated.annotationStart, annotated.end);
    expect(text.split('\n')).toHaveLength(written.split('\n').length);
  }
});

function hold(path: string, actual: string): void {
  const golden = fileURLToPath(new URL(path, folder));
  if (update) {
    if (actual === '') rmSync(golden, { force: true });
    else writeFileSync(golden, actual);
  }
  expect(actual, path).toBe(existsSync(golden) ? readFileSync(golden, 'utf8') : '');
}

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
