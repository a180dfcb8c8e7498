/**
 * Which columns and types an override of the configuration names.
 *
 * Invariant: an override that names nothing is told, because its author expects it to change something.
 */
import type { Catalog, PgType, TableColumn } from '../../catalog/index.js';
import type { Override } from '../../config/index.js';
import type { Diagnostic } from '../../diagnostic.js';
import type { Overriding } from '../query.js';
import { catalogName, type SourceFile } from '../../sql/index.js';

/** The override that names a column, or its type; what the column's leaves open, the type's may say. */
export function overriding(catalog: Catalog, overrides: readonly Override[]): Overriding {
  return (type, column) => {
    const byColumn = column && overrides.find(({ target }) => 'column' in target && namesColumn(target.column, column, catalog.searchPath));
    const byType = overrides.find(({ target }) => 'type' in target && namesType(target.type, type, catalog));
    if (!byColumn || !byType) return byColumn ?? byType;
    const typed = byColumn.tsType === undefined ? byType : byColumn;
    return {
      ...byColumn,
      tsType: typed.tsType,
      import: typed.import,
      nullable: byColumn.nullable ?? byType.nullable,
      nullableElements: byColumn.nullableElements ?? byType.nullableElements,
    };
  };
}

/** A table without a schema is one that the search path finds, as in SQL itself. */
function namesColumn(target: string, { relation, column }: TableColumn, searchPath: readonly string[]): boolean {
  const parts = target.split('.');
  const [name, table, schema] = [parts.at(-1), parts.at(-2), parts.at(-3)];
  const inSchema = schema === undefined ? searchPath.includes(relation.schema) : matches(schema, relation.schema);
  return matches(name, column.name) && matches(table, relation.name) && inSchema;
}

/** `*` stands for any run of characters, as in sqlc's own overrides. */
function matches(pattern: string | undefined, name: string): boolean {
  if (pattern === undefined) return false;
  if (!pattern.includes('*')) return pattern === name;
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (sign) => (sign === '*' ? '.*' : `\\${sign}`));
  return new RegExp(`^${source}$`).test(name);
}

/** `text[]` is the array of what `text` names. */
function namesType(target: string, type: PgType, catalog: Catalog): boolean {
  const [, elementName] = /^(.*\S)\s*\[\s*\]$/.exec(target.trim()) ?? [];
  if (elementName !== undefined) {
    const element = type.kind === 'array' ? catalog.types.get(type.elementOid) : undefined;
    return element !== undefined && namesType(elementName.replace(/(?:\s*\[\s*\])+$/, ''), element, catalog);
  }
  const known = catalogName(target.toLowerCase().trim());
  if (known !== undefined) return type.schema === 'pg_catalog' && type.name === known;
  const dot = target.lastIndexOf('.');
  if (dot >= 0) return type.schema === target.slice(0, dot) && type.name === target.slice(dot + 1);
  return type.name === target;
}

/** A warning for each override that no column or type of the database answers to. */
export function unmatchedOverrides(overrides: readonly Override[], catalog: Catalog, file: SourceFile): readonly Diagnostic[] {
  const { searchPath } = catalog;
  const types = [...catalog.types.values()];
  const columns = [...catalog.relations.values()].flatMap((relation) => relation.columns.map((column) => ({ relation, column })));
  return overrides.flatMap(({ target, start }): readonly Diagnostic[] => {
    const isForColumn = 'column' in target;
    const isAnswered = isForColumn
      ? columns.some((column) => namesColumn(target.column, column, searchPath))
      : types.some((type) => namesType(target.type, type, catalog));
    if (isAnswered) return [];
    const what = isForColumn ? `column is called ${target.column}` : `type is called ${target.type}`;
    const remedy = isForColumn
      ? 'Write the table and the column as the schema has them; * stands for any name.'
      : 'Write the type as PostgreSQL names it, with its schema where the search path does not find it.';
    return [{ severity: 'warning', message: `no ${what}, so this override changes nothing`, remedy, file, start }];
  });
}
