/** The query that `init` begins a project with: a page of the first table that the schema makes. */
import { parseStatements } from '../../compiler/parse.js';
import { functionName, pascalCase } from '../../compiler/names/index.js';

export interface FirstQuery {
  readonly sql: string;
  /** Of the generated function. */
  readonly functionName: string;
}

/** Undefined where no statement makes a table, or none can be read. */
export function firstQuery(schema: readonly string[]): FirstQuery | undefined {
  for (const text of schema) {
    const table = firstTable(text);
    if (table === undefined) continue;
    const name = `List${pascalCase(table.name)}`;
    const from = [table.schema, table.name]
      .filter((part) => part !== undefined)
      .map(quoted)
      .join('.');
    return { sql: `-- name: ${name} :many\nSELECT *\nFROM ${from}\nLIMIT @row_limit;\n`, functionName: functionName(name) };
  }
  return undefined;
}

function firstTable(text: string): { readonly schema: string | undefined; readonly name: string } | undefined {
  try {
    for (const { statement } of parseStatements(text)) {
      const relation = 'CreateStmt' in statement ? statement.CreateStmt.relation : undefined;
      if (relation?.relname !== undefined) return { schema: relation.schemaname, name: relation.relname };
    }
  } catch {
    // A migration tool's own syntax: the schema is read in another way when it is loaded.
    const named = /^\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:([a-z_]\w*)\.)?([a-z_]\w*)/im.exec(text);
    if (named?.[2] !== undefined) return { schema: named[1], name: named[2] };
  }
  return undefined;
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
