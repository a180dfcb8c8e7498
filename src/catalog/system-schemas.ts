/** Schemas of the server itself: no model, enum or composite is generated for what is in them, and it pushes no name aside. */
export function isSystemSchema(schema: string): boolean {
  return schema === 'pg_catalog' || schema === 'information_schema' || schema.startsWith('pg_toast') || schema.startsWith('pg_temp');
}
