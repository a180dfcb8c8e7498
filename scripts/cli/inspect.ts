/** `sqlward inspect`: one JSON document on stdout, progress and problems on stderr. */
import { inspect, type Inspection } from '../../src/inspect.js';
import { forEachProject } from './generate.js';
import { print, printProgress } from './print.js';
import { readConfig, type CommonOptions } from './projects.js';

export async function inspectProjects(options: CommonOptions): Promise<void> {
  const config = await readConfig(options);
  const documents: Inspection[] = [];
  await forEachProject(config, printProgress, (compilation) => {
    documents.push(inspect(compilation));
  });
  print(
    JSON.stringify(
      {
        queries: documents.flatMap(({ queries }) => queries),
        models: documents.flatMap(({ models }) => models),
        enums: documents.flatMap(({ enums }) => enums),
      } satisfies Inspection,
      undefined,
      2,
    ),
  );
}
