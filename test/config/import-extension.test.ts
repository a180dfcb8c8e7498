/** What is found from the project around the output folder, and why. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findImportExtension } from '../../src/config/index.js';
import { makeDisk, type Disk } from '../support/disk.js';

let disk: Disk | undefined;
afterEach(async () => {
  await disk?.drop();
  disk = undefined;
});

async function found(files: Readonly<Record<string, string>>): Promise<string> {
  disk = await makeDisk(files);
  const { extension, reason } = findImportExtension(join(disk.folder, 'src', 'db'), disk.folder);
  return `${extension} (${reason})`;
}

const MODULE = { 'package.json': '{"type": "module"}' };
const COMMON = { 'package.json': '{"name": "service"}' };
const tsconfig = (compilerOptions: object, more: object = {}): Record<string, string> => ({
  'tsconfig.json': JSON.stringify({ compilerOptions, ...more }),
});

describe('one tsconfig.json', () => {
  it.each([
    ['node16', { ...MODULE, ...tsconfig({ module: 'Node16' }) }, 'js (tsconfig.json: module node16, in a package of type module)'],
    [
      'nodenext',
      { ...MODULE, ...tsconfig({ moduleResolution: 'NodeNext' }) },
      'js (tsconfig.json: moduleResolution nodenext, in a package of type module)',
    ],
    [
      'nodenext in CommonJS',
      { ...COMMON, ...tsconfig({ module: 'nodenext' }) },
      'none (tsconfig.json: module nodenext, in a CommonJS package)',
    ],
    [
      'a bundler',
      { ...MODULE, ...tsconfig({ module: 'esnext', moduleResolution: 'bundler' }) },
      'none (tsconfig.json: moduleResolution bundler)',
    ],
    [
      'a bundler that takes .ts',
      { ...MODULE, ...tsconfig({ moduleResolution: 'bundler', allowImportingTsExtensions: true }) },
      'ts (tsconfig.json: allowImportingTsExtensions)',
    ],
    [
      'type stripping',
      { ...MODULE, ...tsconfig({ module: 'nodenext', rewriteRelativeImportExtensions: true }) },
      'ts (tsconfig.json: rewriteRelativeImportExtensions)',
    ],
    ['CommonJS', { ...COMMON, ...tsconfig({ module: 'CommonJS' }) }, 'none (tsconfig.json: module commonjs)'],
    [
      'CommonJS in the way of node10',
      { ...COMMON, ...tsconfig({ module: 'commonjs', moduleResolution: 'node10' }) },
      'none (tsconfig.json: module commonjs)',
    ],
    [
      'modules that Node runs, in the old way',
      { ...MODULE, ...tsconfig({ module: 'ES2022', moduleResolution: 'node' }) },
      'js (tsconfig.json: module es2022, in a package of type module)',
    ],
    [
      'modules that something else runs',
      { ...MODULE, ...tsconfig({ module: 'ES2022', moduleResolution: 'node', noEmit: true }) },
      'none (tsconfig.json: module es2022)',
    ],
    ['nothing said', { ...COMMON, ...tsconfig({}) }, 'none (tsconfig.json: no module)'],
  ])('%s', async (_, files, expected) => {
    expect(await found(files)).toBe(expected);
  });

  it('may hold comments and trailing commas', async () => {
    expect(
      await found({
        ...COMMON,
        'tsconfig.json': '{\n  // as Next.js writes it\n  "compilerOptions": { "moduleResolution": "bundler", },\n}\n',
      }),
    ).toBe('none (tsconfig.json: moduleResolution bundler)');
  });

  it('is as none where it cannot be read', async () => {
    expect(await found({ ...MODULE, 'tsconfig.json': '{ "extends": "./missing.json" }' })).toBe('js (there is no tsconfig.json)');
  });
});

describe('several of them', () => {
  it('take what they extend, from a file and from a package', async () => {
    const files = {
      ...MODULE,
      'tsconfig.json': '{ "extends": ["./base.json", "@acme/tsconfig/strict.json"] }',
      'base.json': '{ "compilerOptions": { "module": "commonjs" } }',
      'node_modules/@acme/tsconfig/strict.json': '{ "compilerOptions": { "moduleResolution": "bundler" } }',
    };
    expect(await found(files)).toBe('none (tsconfig.json: moduleResolution bundler)');
  });

  it('take the one nearest to the output', async () => {
    const files = {
      ...COMMON,
      ...tsconfig({ module: 'commonjs' }),
      'src/tsconfig.json': '{ "compilerOptions": { "module": "node20" } }',
      'src/package.json': '{"type":"module"}',
    };
    expect(await found(files)).toBe('js (src/tsconfig.json: module node20, in a package of type module)');
  });

  it('take the one that has the output, where the nearest only refers to others', async () => {
    const files = {
      ...MODULE,
      'tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.node.json" }, { "path": "./tsconfig.app.json" }] }',
      'tsconfig.node.json': '{ "compilerOptions": { "module": "nodenext" }, "include": ["vite.config.ts"] }',
      'tsconfig.app.json':
        '{ "compilerOptions": { "moduleResolution": "bundler", "allowImportingTsExtensions": true }, "include": ["src"] }',
    };
    expect(await found(files)).toBe('ts (tsconfig.app.json: allowImportingTsExtensions)');
  });
});

describe('no tsconfig.json', () => {
  it.each([
    ['a package of modules', MODULE, 'js (there is no tsconfig.json)'],
    [
      'Node that strips types',
      { 'package.json': '{"type":"module","scripts":{"build":"x","start":"node --watch src/main.ts"}}' },
      'ts (package.json: the script "start" has Node run TypeScript)',
    ],
    [
      'a transpiler in Node',
      { 'package.json': '{"type":"module","scripts":{"start":"node --import tsx src/main.ts"}}' },
      'js (there is no tsconfig.json)',
    ],
    ['Deno', { 'deno.json': '{}' }, 'ts (deno.json: Deno)'],
    ['a manifest that is no JSON', { 'package.json': '{' }, 'js (there is no tsconfig.json)'],
  ])('%s', async (_, files, expected) => {
    expect(await found(files)).toBe(expected);
  });
});
