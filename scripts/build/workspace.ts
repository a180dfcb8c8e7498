/** The repository's own manifest, from which those of the published packages are made. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { absoluteLinks } from './readme.js';

export const root = join(import.meta.dirname, '..', '..');
export const dist = join(root, 'dist');

const REPOSITORY = 'https://github.com/sqlward/sqlward';

const ranges = z.record(z.string(), z.string());
const manifest = z.looseObject({
  version: z.string(),
  engines: ranges,
  devDependencies: ranges,
  peerDependencies: ranges.default({}),
});
export type Workspace = z.output<typeof manifest>;

export async function readWorkspace(): Promise<Workspace> {
  return manifest.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
}

export interface Publication {
  readonly name: string;
  /** Its folder in `dist`. */
  readonly folder: string;
  readonly description: string;
  readonly keywords: readonly string[];
  /** An SPDX expression. */
  readonly license: string;
  /** Files of the repository's root that go into the package under the same name. */
  readonly licenseFiles: readonly string[];
  /** The page of the repository that npm shows; its links become absolute. */
  readonly readme: string;
}

/** Writes the manifest, the licences and the README into the package's folder. */
export async function writePublication(
  { name, folder, description, keywords, license, licenseFiles, readme }: Publication,
  { version, engines }: Workspace,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const about = {
    name,
    version,
    description,
    keywords,
    license,
    homepage: `${REPOSITORY}#readme`,
    bugs: `${REPOSITORY}/issues`,
    repository: { type: 'git', url: `git+${REPOSITORY}.git` },
    engines,
    publishConfig: { access: 'public' },
  };
  const to = join(dist, folder);
  await writeFile(join(to, 'package.json'), `${JSON.stringify({ ...about, ...fields }, undefined, 1)}\n`);
  for (const file of licenseFiles) await copyFile(join(root, file), join(to, file));
  await writeFile(join(to, 'README.md'), absoluteLinks(await readFile(join(root, readme), 'utf8'), readme, REPOSITORY));
}

/** The packages that bundles import, by name. */
export function packagesOf(specifiers: Iterable<string>): readonly string[] {
  const names = new Set<string>();
  for (const specifier of specifiers) {
    if (specifier.startsWith('.') || specifier.startsWith('node:') || builtinModules.includes(specifier)) continue;
    names.add(
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  }
  return [...names].sort();
}
