import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rewriteQuery, type RewrittenQuery } from '../../src/compiler/dialect/rewrite.js';
import { splitQueries, type AnnotatedQuery } from '../../src/compiler/dialect/split.js';
import { isBlank, tokenize } from '../../src/sql/index.js';

const name = fc.constantFrom('a', 'b_2', 'Größe', '"Q q"', "'it''s'");
const blank = fc.constantFrom('', ' ', '\n', '\r\n  ', '/* @no $9 */', '-- @no sqlc.arg(no)\n', '/* /* ; */ */ ');
const macro = fc
  .tuple(fc.constantFrom('arg', 'NARG', 'slice', 'embed'), name, fc.array(blank, { minLength: 6, maxLength: 6 }))
  .map(([fn, argument, [a, b, c, d, e, f]]) => `sqlc${a}${b}.${c}${fn}${d}(${e}${argument}${f})`);
const piece = fc.oneof(
  macro,
  fc.constantFrom('@a', '@x1', '=@a', 'id>=@id', ' $1', '+$2', 'a <@b', 'v @@to_tsquery(1)', '@ 5', "j ? '@k'"),
  fc.constantFrom('select', 'a', '"q;@a"', "'it''s @a ; $3'", " E'\\'@a'", ' $$@a;$$', ' $t$ $$ @a $t$', '1.5', '::', '(', ')', ','),
  fc.constantFrom('😀', "'😀@a'", '-- @authorize_filter\n', '\n-- @authorize_filter \n', '-- note\n', '\t', '\r\n'),
);
const statement = fc.array(fc.tuple(piece, fc.constantFrom('', ' ', '\n')), { minLength: 1, maxLength: 30 }).map((pieces) => {
  // All of the first numbers stand, so that no gap can be left between them.
  const body = pieces.map(([text, gap]) => text + gap).join('');
  return `select $1, $2, ${body}`;
});
const file = fc
  .array(fc.tuple(statement, fc.constantFrom('', '-- above\n', '/* above\n */\n', 'drop table t;\n')), { minLength: 1, maxLength: 4 })
  .map((statements) => statements.map(([sql, above], index) => `${above}-- name: Q${index} :many\n${sql}\n;\n`).join(''));

/** The author's spellings in order, with where they stand in the file and in the text. */
function replaced({ parameters, embeds, hooks }: RewrittenQuery): { start: number; end: number; at: number; until?: number }[] {
  return [
    ...parameters.flatMap(({ number, uses }) => uses.map((use) => ({ ...use, until: use.at + `$${number}`.length }))),
    ...embeds,
    ...hooks,
  ].sort((a, b) => a.start - b.start);
}

function rewriteAll(text: string): { readonly query: AnnotatedQuery; readonly rewritten: RewrittenQuery }[] {
  return splitQueries({ path: 'p.sql', text }).queries.flatMap((query) => {
    const { rewritten } = rewriteQuery(query);
    return rewritten ? [{ query, rewritten }] : [];
  });
}

const rounds = { numRuns: 2_000 };

test('a rewrite keeps the number of lines', () => {
  fc.assert(
    fc.property(file, (text) => {
      const lines = (sql: string): number => sql.split('\n').length;
      const queries = rewriteAll(text);
      expect(queries.map(({ rewritten }) => lines(rewritten.text))).toEqual(
        queries.map(({ query }) => lines(text.slice(query.annotationStart, query.end))),
      );
    }),
    rounds,
  );
});

test('what is no macro stays as it is, and maps back to where it was', () => {
  fc.assert(
    fc.property(file, (text) => {
      for (const { query, rewritten } of rewriteAll(text)) {
        const annotation = `-- name: ${query.name} :${query.command}`;
        const kept = [rewritten.text.slice(0, annotation.length)];
        const unchanged = [annotation];
        const moved: { readonly from: number; readonly to: number }[] = [];
        let from = query.annotationEnd;
        let at = annotation.length;
        for (const { start, end } of [...replaced(rewritten), { start: query.end, end: query.end }]) {
          unchanged.push(text.slice(from, start));
          kept.push(rewritten.text.slice(at, at + start - from));
          for (; from < start; from++, at++) if (rewritten.origin(at) !== from) moved.push({ from, to: rewritten.origin(at) });
          if (text[start] === '$') at += end - start;
          else while (at < rewritten.text.length && rewritten.origin(at) === start && start < end) at++;
          from = end;
        }
        expect({ kept, moved, end: at }).toEqual({ kept: unchanged, moved: [], end: rewritten.text.length });
      }
    }),
    rounds,
  );
});

test('the tokens around a replacement stay the same tokens', () => {
  fc.assert(
    fc.property(file, (text) => {
      const found: (string | undefined)[] = [];
      const expected: string[] = [];
      for (const { rewritten } of rewriteAll(text)) {
        const tokens = tokenize(rewritten.text);
        for (const { number, uses } of rewritten.parameters) {
          for (const { at } of uses) {
            const token = tokens.find(({ start }) => start === at);
            found.push(token && rewritten.text.slice(token.start, token.end));
            expected.push(`$${number}`);
          }
        }
        for (const { at } of rewritten.hooks) {
          const [and, open] = tokens.filter((token) => !isBlank(token) && token.start >= at);
          found.push(and && rewritten.text.slice(and.start, open?.end));
          expected.push('AND (');
        }
      }
      expect(found).toEqual(expected);
    }),
    rounds,
  );
});

test('every annotation becomes one query, whatever stands in the statements', () => {
  fc.assert(
    fc.property(file, (text) => {
      const expected = tokenize(text).filter(
        (token) => token.kind === 'lineComment' && /^-- name: /.test(text.slice(token.start, token.end)),
      );
      const { queries, diagnostics } = splitQueries({ path: 'p.sql', text });
      expect(diagnostics.filter(({ message, severity }) => severity === 'error' && !message.includes('hook'))).toEqual([]);
      expect(queries.map(({ annotationStart }) => annotationStart)).toEqual(expected.map(({ start }) => start));
    }),
    rounds,
  );
});

test('numbers have no gap, and a name has one number', () => {
  fc.assert(
    fc.property(file, (text) => {
      const numbered = rewriteAll(text).map(({ rewritten }) => ({
        numbers: rewritten.parameters.map(({ number }) => number),
        names: rewritten.parameters.flatMap((parameter) => parameter.name ?? []),
      }));
      expect(numbered).toEqual(
        numbered.map(({ numbers, names }) => ({ numbers: numbers.map((_, index) => index + 1), names: [...new Set(names)] })),
      );
    }),
    rounds,
  );
});
