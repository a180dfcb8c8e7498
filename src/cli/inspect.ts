/**
 * `sqlward inspect`: one JSON document on stdout, progress and problems on stderr.
 *
 * A query with an error is not in the document, and takes no other query with it: a project that
 * is new to the compiler is looked at before it is right.
 */
import { inspect, type Inspection } from '../reports/index.js';
import { forEachProject } from './generate.js';
import type { Invocation } from './projects.js';

/** Whether every query is in the document. */
export async function inspectProjects(run: Invocation): Promise<boolean> {
  // Nothing is written, so a file that does not say where to is as good as one that does.
  const config = await run.readConfig({ ...run.options, out: run.options.out ?? '.' });
  const documents: Inspection[] = [];
  const complete = await forEachProject(
    run,
    config,
    (compilation) => {
      documents.push(inspect(compilation));
    },
    { keepGoing: true, verb: 'listed' },
  );
  run.printer.document(
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
  return complete;
}
