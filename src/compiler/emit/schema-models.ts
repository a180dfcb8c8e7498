/** The enums, composites and models of a database, by schema: what the models files declare. */
import { isSystemSchema, type PgType } from '../../catalog/index.js';
import type { JsonModel } from './json-types.js';
import type { CompositeModel, SchemaModels } from './models.js';
import type { Naming } from '../names/index.js';
import type { Shaper } from './shape.js';
import { columnsIn, type Model, type ShapedQuery } from './shaped-query.js';
import type { TypeMapper } from './type-mapper.js';

/** Made after every query is shaped, so that the composites and the models in use are known. */
export function schemaModels(shaper: Shaper, queries: readonly ShapedQuery[]): readonly SchemaModels[] {
  const { catalog, naming, types, options } = shaper.input;
  const models = shaper.declaredRelations().map((relation) => shaper.model(relation));
  const all = [...catalog.types.values()]
    .filter(({ kind, schema }) => kind === 'enum' && !isSystemSchema(schema))
    .map((type) => ({ name: naming.enumType(type), type }));
  const composites = compositeModels(naming, types);
  const json = shaper.input.json.used();
  const used = options.omitUnusedStructs ? enumNames(queries, models, composites, json) : undefined;
  const enums = all.filter(({ name, type }) => used === undefined || used.has(`${type.schema}.${name}`));
  const brands = types.usedBrands();
  const schemas = new Set([
    ...brands.map(({ key }) => key.relation.schema),
    ...[...models, ...json].map(({ relation }) => relation.schema),
    ...[...enums, ...composites].map(({ type }) => type.schema),
  ]);
  return [...schemas].sort().map((schema) => ({
    schema,
    enums: enums.filter(({ type }) => type.schema === schema).sort(byName),
    composites: composites.filter(({ type }) => type.schema === schema).sort(byName),
    models: models.filter(({ relation }) => relation.schema === schema).sort(byName),
    json: json.filter(({ relation }) => relation.schema === schema).sort(byName),
    brands: brands.filter(({ key }) => key.relation.schema === schema).sort(byName),
  }));
}

/** Mapping a composite's fields may bring further composites into use, until none is new. */
function compositeModels(naming: Naming, types: TypeMapper): readonly CompositeModel[] {
  const made = new Map<number, CompositeModel>();
  for (;;) {
    const fresh = types.usedComposites().filter((type) => !made.has(type.oid));
    if (fresh.length === 0) return [...made.values()];
    for (const type of fresh) made.set(type.oid, compositeModel(naming, types, type));
  }
}

function compositeModel(naming: Naming, types: TypeMapper, type: PgType): CompositeModel {
  const attributes = types.attributes(type);
  const properties = naming.properties(attributes.map(({ column }) => column.name));
  const fields = attributes.map(({ column: { name, comment }, mapping }, index) => ({
    property: properties[index] ?? name,
    mapping,
    comment,
  }));
  return { name: naming.composite(type), input: types.inputName(type), type, fields };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** The enums that generated code names, as `schema.Name`. */
function enumNames(
  queries: readonly ShapedQuery[],
  models: readonly Model[],
  composites: readonly CompositeModel[],
  json: readonly JsonModel[],
): ReadonlySet<string> {
  const mappings = [
    ...queries.flatMap(({ parameters }) => parameters?.fields ?? []),
    ...queries.flatMap(({ row }) => columnsIn(row)),
    ...models.flatMap(({ columns }) => columns),
    ...composites.flatMap(({ fields }) => fields),
  ].map(({ mapping }) => mapping);
  const imports = [...mappings, ...json.map(({ part }) => part)].flatMap((one) => one.imports);
  return new Set(imports.flatMap(({ name, from }) => ('schema' in from ? [`${from.schema}.${name}`] : [])));
}
