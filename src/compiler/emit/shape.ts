/** Query → the names and types of its generated code; see `shaped-query.ts` for what they are. */
import { type Catalog, type CatalogColumn, findRelation, isSystemSchema, type PgType, type Relation } from '../../catalog/index.js';
import type { Options } from '../../config/index.js';
import { type JsonSlot, slotKey } from '../json-shape.js';
import { type Naming, snakeCase, spellNames, uniqueNames } from '../names/index.js';
import { holdsFloats } from './floats.js';
import type { JsonTypes } from './json-types.js';
import type { CompiledQuery, QueryColumn, QueryEmbed } from '../query.js';
import { shapeParameters } from './shape-parameters.js';
import type { ColumnField, EmbedField, Model, ModelColumn, RowField, ShapedQuery, ShapedRow } from './shaped-query.js';
import type { TypeMapping } from './scalar-types.js';
import type { ArrayShape, TypeMapper } from './type-mapper.js';

export interface ShapeInput {
  readonly catalog: Catalog;
  readonly options: Options;
  readonly naming: Naming;
  readonly types: TypeMapper;
  readonly json: JsonTypes;
  /** What a column of a relation can hold, views analysed. */
  readonly columnContent: (relation: Relation, column: CatalogColumn) => Content & { readonly nullable: boolean };
  /** What the author's own statements make by name: a partition that is among them is a table like any other. */
  readonly named: ReadonlySet<string>;
}

interface Content extends ArrayShape {
  readonly json: JsonSlot | undefined;
}

export interface Shaper {
  /**
   * The relations whose models generated code declares: what the queries shaped so far return or
   * embed; and the author's own, unless only what is used was asked for. Partitions and what an
   * extension brought along are nobody's own, where no statement names and no query reads them.
   */
  declaredRelations(): readonly Relation[];
  model(relation: Relation): Model;
  shape(query: CompiledQuery): ShapedQuery;
}

const MODEL_KINDS: ReadonlySet<Relation['kind']> = new Set(['table', 'partitioned', 'view', 'materializedView', 'foreign']);

/** PostgreSQL's own tables and sequences have none: what returns all their columns has a row of its own, as in sqlc. */
function hasModel({ kind, schema }: Relation): boolean {
  return MODEL_KINDS.has(kind) && !isSystemSchema(schema);
}

export function createShaper(input: ShapeInput): Shaper {
  const { catalog, naming, types } = input;

  /** What an override says of JSON comes before the shape that the query gives it. */
  function mapped(type: PgType, column: QueryColumn['column'], content: Content, keys?: QueryColumn['keys']): TypeMapping {
    const { json } = content;
    if (json?.shape === undefined || json.shape.kind === 'nothing' || types.override(type, column)?.tsType !== undefined)
      return types.map(type, column, content, keys);
    return input.json.map(json, type, content);
  }

  const models = new Map<number, Model>();
  const inUse = new Set<Relation>();
  const read = new Set<number>();

  function model(relation: Relation): Model {
    const known = models.get(relation.oid);
    if (known) return known;
    const properties = spellNames(
      relation.columns.map(({ name }) => name),
      (name) => naming.property(name),
    );
    const made: Model = {
      name: naming.model(relation),
      relation,
      columns: relation.columns.flatMap((column, index) => {
        const type = catalog.types.get(column.typeOid);
        if (!type) return [];
        const origin = { relation, column };
        const override = types.override(type, origin);
        const content = input.columnContent(relation, column);
        return {
          property: properties[index] ?? column.name,
          column,
          type,
          mapping: mapped(type, origin, content),
          nullable: override?.nullable ?? content.nullable,
        };
      }),
    };
    models.set(relation.oid, made);
    return made;
  }

  function columnField(column: QueryColumn, index: number, name: string, property: string): ColumnField {
    return {
      kind: 'column',
      property,
      name,
      index,
      column,
      mapping: mapped(column.type, column.column, column, column.keys),
      nullable: column.nullable,
    };
  }

  /** A column that stands for a model's own: its name and type are the model's, without the NULL that cannot be here. */
  function modelField(column: QueryColumn, index: number, own: ModelColumn): ColumnField {
    return {
      kind: 'column',
      property: own.property,
      name: own.column.name,
      index,
      column,
      mapping: own.mapping,
      nullable: own.nullable && column.nullable,
    };
  }

  function narrowedFields(fields: readonly RowField[], { columns }: Model): readonly ColumnField[] {
    return fields.flatMap((field) =>
      field.kind === 'column' && !field.nullable && columns.find(({ property }) => property === field.property)?.nullable === true
        ? [field]
        : [],
    );
  }

  /** The fields of an embed: the model's own properties and nullability, over the columns at hand. */
  function embedField(query: CompiledQuery, embed: QueryEmbed, property: string): EmbedField {
    const owner = model(embed.relation);
    inUse.add(embed.relation);
    const fields = embed.columns.flatMap(({ index, column: { number } }) => {
      const own = owner.columns.find(({ column }) => column.number === number);
      const column = query.columns[index];
      return own && column ? [modelField(column, index, own)] : [];
    });
    return { kind: 'embed', property, embed, model: owner, narrowed: narrowedFields(fields, owner), fields };
  }

  function shapeRow(query: CompiledQuery): ShapedRow | undefined {
    if (query.cardinality === 'none') return undefined;
    const ownName = `${naming.typeName(query.name)}Row`;
    const shared = sharedModel(query) ?? entryModel(query);
    if (shared) {
      inUse.add(shared.relation);
      const fields = query.columns.map((column, index) => {
        const own = shared.columns[index];
        return own ? modelField(column, index, own) : columnField(column, index, column.name, column.name);
      });
      const narrowed = narrowedFields(fields, shared);
      return { typeName: narrowed.length === 0 ? shared.name : ownName, model: shared, narrowed, fields };
    }
    return { typeName: ownName, model: undefined, narrowed: [], fields: rowFields(query) };
  }

  function rowFields(query: CompiledQuery): readonly RowField[] {
    const slots: { readonly name: string; readonly make: (name: string, property: string) => RowField }[] = [];
    const seen = new Set<number>();
    query.columns.forEach((column, index) => {
      if (column.embed === undefined) {
        slots.push({ name: column.name, make: (name, property) => columnField(column, index, name, property) });
        return;
      }
      const embedIndex = column.embed;
      const embed = query.embeds[embedIndex];
      if (!embed || seen.has(embedIndex)) return;
      seen.add(embedIndex);
      slots.push({
        // sqlc names an embed by its model, whatever the type is called here.
        name: snakeCase(naming.embed(embed.relation)),
        make: (_name, property) => embedField(query, embed, property),
      });
    });
    const names = uniqueNames(slots.map((slot) => slot.name));
    const properties = spellNames(names, (name) => naming.property(name));
    return slots.map((slot, index) => slot.make(names[index] ?? slot.name, properties[index] ?? slot.name));
  }

  /** The table whose columns are returned exactly: all, in order, and none more nullable than in its model; as in sqlc, not by way of WITH. */
  function sharedModel(query: CompiledQuery): Model | undefined {
    const relation = query.columns[0]?.column?.relation;
    return (
      relation &&
      modelOfAll(
        query,
        relation,
        ({ entry, column, json }, own) =>
          entry === undefined &&
          column?.relation.oid === relation.oid &&
          column.column.number === own.column.number &&
          slotKey(json) === slotKey(input.columnContent(relation, own.column).json),
      )
    );
  }

  /** As in sqlc, a WITH entry that has the name of a table or view, and its columns, is read as that one. */
  function entryModel(query: CompiledQuery): Model | undefined {
    const entry = query.columns[0]?.entry;
    const relation = entry === undefined ? undefined : findRelation(catalog, undefined, entry);
    return (
      relation &&
      modelOfAll(
        query,
        relation,
        (column, own) =>
          column.entry === entry &&
          column.type.oid === own.type.oid &&
          mapped(column.type, column.column, column, column.keys).tsType === own.mapping.tsType,
      )
    );
  }

  /** A relation's model, where the query returns just its columns, each of which `isOwn`. */
  function modelOfAll(
    query: CompiledQuery,
    relation: Relation,
    isOwn: (column: QueryColumn, own: Model['columns'][number]) => boolean,
  ): Model | undefined {
    if (!hasModel(relation) || query.embeds.length > 0 || relation.columns.length !== query.columns.length) return undefined;
    const candidate = model(relation);
    const same = candidate.columns.every((own, index) => {
      const column = query.columns[index];
      return column !== undefined && column.name === own.column.name && (own.nullable || !column.nullable) && isOwn(column, own);
    });
    return same && candidate.columns.length === query.columns.length ? candidate : undefined;
  }

  return {
    model,
    declaredRelations: () =>
      [...catalog.relations.values()].filter((relation) => {
        if (inUse.has(relation)) return true;
        if (!hasModel(relation) || input.options.omitUnusedStructs === true) return false;
        return relation.partOf === undefined || input.named.has(relation.name) || read.has(relation.oid);
      }),
    shape(query) {
      for (const { oid } of [...query.reads, ...query.writes]) read.add(oid);
      const guarded = query.hooks.length > 0;
      const authorizedName = guarded ? naming.authorizedName(query.name) : undefined;
      return {
        query,
        functionName: naming.functionName(query.name),
        authorizedName,
        authorizedFunctionName: authorizedName === undefined ? undefined : naming.functionName(authorizedName),
        parameters: shapeParameters(query, naming, types),
        row: shapeRow(query),
        floats: query.cardinality !== 'none' && query.columns.some((column) => holdsFloats(catalog, column)),
      };
    },
  };
}
