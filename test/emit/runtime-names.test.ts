/** What generated code calls of the run time is exported to it: without this, only a query with the type would tell. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { typeErrorsOf } from '../support/typescript.js';

const FOLDER = join(import.meta.dirname, '../../src/compiler/emit');

test('every name that is written behind $. is an export of src/runtime/generated-code.ts', () => {
  const sources = readdirSync(FOLDER).map((file) => readFileSync(join(FOLDER, file), 'utf8'));
  // A name that goes on with a placeholder is put together from several.
  const names = new Set(sources.flatMap((text) => [...text.matchAll(/\$\.([a-z]\w*)(?![\w$])/g)].map(([, name = '']) => name)));
  expect(names.size).toBeGreaterThan(20);
  const program = `import * as $ from 'sqlward/runtime';\nexport const used: unknown[] = [];\n${[...names].map((name) => `used.push($.${name});\n`).join('')}`;
  expect(typeErrorsOf({ 'program.ts': program })).toEqual([]);
});
