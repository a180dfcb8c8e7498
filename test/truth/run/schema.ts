/** A project's schema files, loaded into a database as the command line loads them. */
import type { Config, Project } from '../../../src/config/config.js';
import { loadSchema } from '../../../src/database/schema/load.js';
import { planSchema } from '../../../src/database/schema/plan.js';
import { readSchema } from '../../../src/database/schema/files.js';
import { connect } from '../server.js';

export async function loadSchemaFiles(url: string, config: Config, project: Project): Promise<void> {
  const files = await readSchema(config.directory, project.schema, config.file);
  const client = await connect(url);
  try {
    await loadSchema(client, planSchema(files));
  } finally {
    await client.end();
  }
}
