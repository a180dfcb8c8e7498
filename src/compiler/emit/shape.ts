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

const MODEL_KINDS: ReadonlySet<Relation['kind']> = new Set(['table', 'partitioned', 'view', 'materializedView', 'foreign']);

/** PostgreSQL's own tables and sequences have none: what returns all their columns has a row of its own, as in sqlc. */
function hasModel({ kind, schema }: Relation): boolean {
  return MODEL_KINDS.has(kind) && !isSystemSchema(schema);
}

export class Shaper {
  private readonly catalog: ShapeInput['catalog'];
  private readonly naming: ShapeInput['naming'];
  private readonly types: ShapeInput['types'];
  private readonly models = new Map<number, Model>();
  private readonly inUse = new Set<Relation>();
  private readonly read = new Set<number>();

  constructor(private readonly input: ShapeInput) {
    this.catalog = input.catalog;
    this.naming = input.naming;
    this.types = input.types;
  }

  /** What an override says of JSON comes before the shape that the query gives it. */
  private mapped(type: PgType, column: QueryColumn['column'], content: Content, keys?: QueryColumn['keys']): TypeMapping {
    const { json } = content;
    if (json?.shape === undefined || json.shape.kind === 'nothing' || this.types.override(type, column)?.tsType !== undefined)
      return this.types.map(type, column, content, keys);
    return this.input.json.map(json, type, content);
  }

  model(relation: Relation): Model {
    const known = this.models.get(relation.oid);
    if (known) return known;
    const properties = spellNames(
      relation.columns.map(({ name }) => name),
      (name) => this.naming.property(name),
    );
    const made: Model = {
      name: this.naming.model(relation),
      relation,
      columns: relation.columns.flatMap((column, index) => {
        const type = this.catalog.types.get(column.typeOid);
        if (!type) return [];
        const origin = { relation, column };
        const override = this.types.override(type, origin);
        const content = this.input.columnContent(relation, column);
        return {
          property: properties[index] ?? column.name,
          column,
          type,
          mapping: this.mapped(type, origin, content),
          nullable: override?.nullable ?? content.nullable,
        };
      }),
    };
    this.models.set(relation.oid, made);
    return made;
  }

  private columnField(column: QueryColumn, index: number, name: string, property: string): ColumnField {
    return {
      kind: 'column',
      property,
      name,
      index,
      column,
      mapping: this.mapped(column.type, column.column, column, column.keys),
      nullable: column.nullable,
    };
  }

  /** A column that stands for a model's own: its name and type are the model's, with what can be here. */
  private modelField(column: QueryColumn, index: number, own: ModelColumn, absent: boolean): ColumnField {
    const mapping = this.mapped(column.type, column.column, column);
    return {
      kind: 'column',
      property: own.property,
      name: own.column.name,
      index,
      column,
      mapping: column.json === undefined && mapping.tsType !== own.mapping.tsType ? mapping : own.mapping,
      // Of a row that may be missing, its columns are NULL with it.
      nullable: column.nullable && (own.nullable || !absent),
    };
  }

  private narrowedFields(fields: readonly RowField[], { columns }: Model): readonly ColumnField[] {
    return fields.flatMap((field) => {
      const own = columns.find(({ property }) => property === field.property);
      if (field.kind !== 'column' || own === undefined) return [];
      return field.mapping !== own.mapping || own.nullable !== field.nullable ? [field] : [];
    });
  }

  /** The fields of an embed: the model's own properties and nullability, over the columns at hand. */
  private embedField(query: CompiledQuery, embed: QueryEmbed, property: string): EmbedField {
    const owner = this.model(embed.relation);
    this.inUse.add(embed.relation);
    const fields = embed.columns.flatMap(({ index, column: { number } }) => {
      const own = owner.columns.find(({ column }) => column.number === number);
      const column = query.columns[index];
      return own && column ? [this.modelField(column, index, own, embed.nullable)] : [];
    });
    return { kind: 'embed', property, embed, model: owner, narrowed: this.narrowedFields(fields, owner), fields };
  }

  private shapeRow(query: CompiledQuery): ShapedRow | undefined {
    if (query.cardinality === 'none') return undefined;
    const ownName = `${this.naming.typeName(query.name)}Row`;
    const shared = this.sharedModel(query) ?? this.entryModel(query);
    if (shared) {
      this.inUse.add(shared.relation);
      const fields = query.columns.map((column, index) => {
        const own = shared.columns[index];
        return own ? this.modelField(column, index, own, true) : this.columnField(column, index, column.name, column.name);
      });
      const narrowed = this.narrowedFields(fields, shared);
      return { typeName: narrowed.length === 0 ? shared.name : ownName, model: shared, narrowed, fields };
    }
    return { typeName: ownName, model: undefined, narrowed: [], fields: this.rowFields(query) };
  }

  private rowFields(query: CompiledQuery): readonly RowField[] {
    const slots: { readonly name: string; readonly make: (name: string, property: string) => RowField }[] = [];
    const seen = new Set<number>();
    query.columns.forEach((column, index) => {
      if (column.embed === undefined) {
        slots.push({ name: column.name, make: (name, property) => this.columnField(column, index, name, property) });
        return;
      }
      const embedIndex = column.embed;
      const embed = query.embeds[embedIndex];
      if (!embed || seen.has(embedIndex)) return;
      seen.add(embedIndex);
      slots.push({
        // sqlc names an embed by its model, whatever the type is called here.
        name: snakeCase(this.naming.embed(embed.relation)),
        make: (_name, property) => this.embedField(query, embed, property),
      });
    });
    const names = uniqueNames(slots.map((slot) => slot.name));
    const properties = spellNames(names, (name) => this.naming.property(name));
    return slots.map((slot, index) => slot.make(names[index] ?? slot.name, properties[index] ?? slot.name));
  }

  /** The table whose columns are returned exactly: all, in order, and none more nullable than in its model; as in sqlc, not by way of WITH. */
  private sharedModel(query: CompiledQuery): Model | undefined {
    const relation = query.columns[0]?.column?.relation;
    return (
      relation &&
      this.modelOfAll(
        query,
        relation,
        (column, own) =>
          column.entry === undefined &&
          column.column?.relation.oid === relation.oid &&
          column.column.column.number === own.column.number &&
          (column.json !== undefined || this.mapped(column.type, column.column, column).tsType === own.mapping.tsType) &&
          slotKey(column.json) === slotKey(this.input.columnContent(relation, own.column).json),
      )
    );
  }

  /** As in sqlc, a WITH entry that has the name of a table or view, and its columns, is read as that one. */
  private entryModel(query: CompiledQuery): Model | undefined {
    const entry = query.columns[0]?.entry;
    const relation = entry === undefined ? undefined : findRelation(this.catalog, undefined, entry);
    return (
      relation &&
      this.modelOfAll(
        query,
        relation,
        (column, own) =>
          column.entry === entry &&
          column.type.oid === own.type.oid &&
          this.mapped(column.type, column.column, column, column.keys).tsType === own.mapping.tsType,
      )
    );
  }

  /** A relation's model, where the query returns just its columns, each of which `isOwn`. */
  private modelOfAll(
    query: CompiledQuery,
    relation: Relation,
    isOwn: (column: QueryColumn, own: Model['columns'][number]) => boolean,
  ): Model | undefined {
    if (!hasModel(relation) || query.embeds.length > 0 || relation.columns.length !== query.columns.length) return undefined;
    const candidate = this.model(relation);
    const same = candidate.columns.every((own, index) => {
      const column = query.columns[index];
      return column !== undefined && column.name === own.column.name && (own.nullable || !column.nullable) && isOwn(column, own);
    });
    return same && candidate.columns.length === query.columns.length ? candidate : undefined;
  }

  /**
   * The relations whose models generated code declares: those that queries shaped so far return or embed,
   * and, unless only what is used was asked for, all others but partitions and what an extension brought
   * along: these count only if a statement names or reads them.
   */
  declaredRelations(): readonly Relation[] {
    return [...this.catalog.relations.values()].filter((relation) => {
      if (this.inUse.has(relation)) return true;
      if (!hasModel(relation) || this.input.options.omitUnusedStructs === true) return false;
      return relation.partOf === undefined || this.input.named.has(relation.name) || this.read.has(relation.oid);
    });
  }

  shape(query: CompiledQuery): ShapedQuery {
    for (const { oid } of [...query.reads, ...query.writes]) this.read.add(oid);
    const guarded = query.hooks.length > 0;
    const authorizedName = guarded ? this.naming.authorizedName(query.name) : undefined;
    return {
      query,
      functionName: this.naming.functionName(query.name),
      authorizedName,
      authorizedFunctionName: authorizedName === undefined ? undefined : this.naming.functionName(authorizedName),
      parameters: shapeParameters(query, this.naming, this.types),
      row: this.shapeRow(query),
      floats: query.cardinality !== 'none' && query.columns.some((column) => holdsFloats(this.catalog, column)),
    };
  }
}
