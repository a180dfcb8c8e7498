/** The door of this room. What PostgreSQL says of a schema, as plain data. */
export {
  type Catalog,
  type CatalogColumn,
  columnAt,
  findRelation,
  findType,
  type ForeignKey,
  isEqualityOf,
  type PgFunction,
  type PgOperator,
  type PgType,
  type Relation,
  type TableColumn,
  type UniqueKey,
  type Writers,
} from './catalog.js';
export { functionOf, operatorOf } from './by-oid.js';
export { castName } from './cast-name.js';
export { commonKeys, identities } from './identities.js';
export { perCatalog } from './per-catalog.js';
export { isSystemSchema } from './system-schemas.js';
export { familyOf, heldBy, kinOf, nameOf } from './lineage.js';
