/** What `init` writes for a project as it is found: new files only, and scripts that are not there yet. */
import { PLUGIN } from '../../config/index.js';
import { firstQuery, type FirstQuery } from './first-query.js';
import type { Surroundings } from './surroundings.js';

export interface InitPlan {
  /** New files by path, relative to the folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Scripts for `package.json`. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Where the generated code goes. */
  readonly out: string;
  readonly query: FirstQuery | undefined;
  /** What was found, for people. */
  readonly notes: readonly string[];
}

const EXAMPLE_SCHEMA = `CREATE TABLE documents (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
`;

/** @param schema the texts of the schema's files, where there are some */
export function planInit(found: Surroundings, schema: readonly string[]): InitPlan {
  const out = found.hasSource ? 'src/db' : 'db/generated';
  if (found.config !== undefined) return planForConfig(found.config, out);
  const schemaPath = found.schema ?? 'db/schema.sql';
  const query = firstQuery(found.schema === undefined ? [EXAMPLE_SCHEMA] : schema);
  return {
    files: {
      'sqlc.yaml': configuration(schemaPath, out),
      ...(found.schema === undefined && { [schemaPath]: EXAMPLE_SCHEMA }),
      'db/queries/example.sql': query?.sql ?? '-- name: ServerTime :one\nSELECT now() AS now;\n',
    },
    scripts: { codegen: 'sqlward generate', 'codegen:check': 'sqlward check' },
    out,
    query: query ?? { sql: '', functionName: 'serverTime' },
    notes: [found.schema === undefined ? 'No schema was found, so an example is written.' : `The schema is ${found.schema}.`],
  };
}

/** A configuration that others share stays as it is; where it does not name the output, the scripts do. */
function planForConfig({ name, text }: NonNullable<Surroundings['config']>, out: string): InitPlan {
  const configured = new RegExp(`\\bplugin["']?\\s*:\\s*["']?${PLUGIN}\\b`).test(text);
  const argument = configured ? '' : ` --out ${out}`;
  return {
    files: {},
    scripts: { codegen: `sqlward generate${argument}`, 'codegen:check': `sqlward check${argument}` },
    out,
    query: undefined,
    notes: [`${name} is used as it stands${configured ? '' : `; the code goes to ${out}`}.`],
  };
}

function configuration(schema: string, out: string): string {
  return `version: "2"
sql:
  - engine: postgresql
    schema: ${schema}
    queries: db/queries
    codegen:
      - plugin: ${PLUGIN}
        out: ${out}
`;
}
