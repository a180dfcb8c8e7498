/** Query → the names and types of its generated code; see `shaped-query.ts` for what they are. */
import { commonKeys, findRelation, isSystemSchema, type Relation } from '../../catalog/index.js';
import { groupBy } from '../../group-by.js';
import { COMMANDS } from '../dialect/index.js';
import { slotKey } from '../json-shape.js';
import { authorizedName, functionName, hasModel, snakeCase } from '../names/index.js';
import { nameFrom } from './imports.js';
import { emitModel } from './models.js';
import type { CompiledQuery } from '../query.js';
import type { ColumnField, Model, ModelRow, ParameterField, RowField, ShapedQuery, ShapedRow, ShapeInput } from './shaped-query.js';
import { stringLiteral } from './source.js';
import { TypeMapper } from './type-mapper.js';

function columnField(made: Pick<ColumnField, 'property' | 'name' | 'index' | 'column' | 'mapping'>): ColumnField {
  const { nullable, column: origin } = made.column;
  return { kind: 'column', ...made, nullable, comment: origin?.column.comment };
}

export class Shaper {
  private readonly models = new Map<number, Model>();
  private readonly read = new Set<number>();
  readonly types: TypeMapper;

  constructor(private readonly input: ShapeInput) {
    this.types = new TypeMapper(input);
  }

  model(relation: Relation): Model {
    const known = this.models.get(relation.oid);
    if (known) return known;
    const { naming, override } = this.input;
    const name = naming.model(relation);
    const made: Model = {
      name,
      reference: nameFrom(relation, name),
      relation,
      columns: this.types.fieldsOf(relation, (type, origin) => {
        const content = this.input.columnContent(relation, origin.column);
        return { mapping: this.types.map(type, origin, content), nullable: override(type, origin)?.nullable ?? content.nullable };
      }),
    };
    this.models.set(relation.oid, made);
    this.types.declarations.add({ kind: 'model', schema: relation.schema, name, source: () => emitModel(made), model: made });
    return made;
  }

  /** Columns that stand for a model's own: names and types are the model's, with what can be here. */
  private modelRow(query: CompiledQuery, model: Model, indexes: readonly number[], absent: boolean): ModelRow {
    const pairs = indexes.flatMap((index, place) => {
      const [own, column] = [model.columns[place], query.columns[index]];
      if (!own || !column) return [];
      const found = this.types.map(column.type, column.column, column);
      const mapping = column.json === undefined && found.tsType !== own.mapping.tsType ? found : own.mapping;
      // Of a row that may be missing, its columns are NULL with it.
      const nullable = column.nullable && (own.nullable || !absent);
      const {
        property,
        column: { name },
      } = own;
      return [{ own, field: { ...columnField({ property, name, index, column, mapping }), nullable } }];
    });
    const narrowed = pairs.filter(({ own, field }) => field.mapping !== own.mapping || field.nullable !== own.nullable);
    return { model, narrowed: narrowed.map(({ field }) => field), fields: pairs.map(({ field }) => field) };
  }

  private shapeRow(query: CompiledQuery): ShapedRow | undefined {
    if (query.cardinality === 'none') return undefined;
    const ownName = `${this.input.naming.query(query.name)}Row`;
    const model = this.sharedModel(query);
    if (!model) return { typeName: ownName, model, narrowed: [], fields: this.rowFields(query) };
    const row = this.modelRow(query, model, [...query.columns.keys()], true);
    return { ...row, typeName: row.narrowed.length === 0 ? model.name : ownName };
  }

  private rowFields(query: CompiledQuery): readonly RowField[] {
    const { naming } = this.input;
    const items = query.columns.flatMap((column, index) => {
      const { embed } = column;
      // sqlc names an embed by its model, whatever the type is called here.
      if (!embed) return { name: column.name, column, index };
      return embed.columns[0] === index ? { name: snakeCase(naming.embed(embed.relation)), column, index } : [];
    });
    return naming.properties(items).map(({ property, name, item: { column, index } }) => {
      const { embed } = column;
      if (!embed)
        return columnField({ property, name, index, column, mapping: this.types.map(column.type, column.column, column, column.keys) });
      return { kind: 'embed', property, embed, ...this.modelRow(query, this.model(embed.relation), embed.columns, embed.nullable) };
    });
  }

  /**
   * The table whose columns are returned exactly: all, in order, and none more nullable than in its model; as in
   * sqlc, not by way of WITH, but that an entry with the name of a table or view, and its columns, is read as that one.
   */
  private sharedModel({ columns, embeds }: CompiledQuery): Model | undefined {
    const [first] = columns;
    const entry = first?.entry;
    const relation = entry === undefined ? first?.column?.relation : findRelation(this.input.catalog, undefined, entry);
    if (!relation || !hasModel(relation) || embeds.length > 0 || relation.columns.length !== columns.length) return undefined;
    const model = this.model(relation);
    const isSame = model.columns.every((own, index) => {
      const column = columns[index];
      if (column?.name !== own.column.name || column.entry !== entry || (column.nullable && !own.nullable)) return false;
      const { type, column: origin, json, keys } = column;
      const isOwn =
        entry === undefined
          ? origin?.column === own.column && slotKey(json) === slotKey(this.input.columnContent(relation, own.column).json)
          : type.oid === own.type.oid;
      return isOwn && this.types.map(type, origin, column, entry === undefined ? undefined : keys).tsType === own.mapping.tsType;
    });
    return isSame ? model : undefined;
  }

  /**
   * What models files declare whether a query names it or not, unless only what is used was asked for: every enum and
   * model, but not those of partitions and of what an extension brought along, if no statement names or reads them.
   */
  declaredAnyway(): readonly string[] {
    const { catalog, options, named } = this.input;
    if (options.omitUnusedStructs) return [];
    const relations = [...catalog.relations.values()].filter(
      (relation) => hasModel(relation) && (relation.partOf === undefined || named.has(relation.name) || this.read.has(relation.oid)),
    );
    const enums = [...catalog.types.values()].filter(({ kind, schema }) => kind === 'enum' && !isSystemSchema(schema));
    return [...relations.map((relation) => this.model(relation).reference), ...enums.map((type) => this.types.plain(type).tsType)];
  }

  shape(query: CompiledQuery): ShapedQuery {
    for (const { oid } of [...query.reads, ...query.writes]) this.read.add(oid);
    const row = this.shapeRow(query);
    const guarded = query.hooks.length > 0 ? authorizedName(query.name) : undefined;
    return {
      query,
      functionName: functionName(query.name),
      authorizedName: guarded,
      authorizedFunctionName: guarded === undefined ? undefined : functionName(guarded),
      parameters: this.parameters(query),
      row,
    };
  }

  /** The properties of a query's one argument; undefined where it takes none. */
  private parameters(query: CompiledQuery): ShapedQuery['parameters'] {
    if (query.parameters.length === 0) return undefined;
    const groups = [...groupBy(query.parameters, ({ name }) => name)].map(([name, parameters]) => ({ name, parameters }));
    const fields = this.input.naming.properties(groups).map(({ property, item }) => this.parameterField(property, item.parameters));
    return {
      typeName: `${this.input.naming.query(query.name)}Params`,
      fields,
      optional: COMMANDS[query.command].takes === 'params' && fields.every((field) => field.optional),
    };
  }

  private parameterField(property: string, parameters: ParameterField['parameters']): ParameterField {
    const [first] = parameters;
    const type = first.enumType ?? first.type;
    const elementsNullable = parameters.every((own) => own.elementsNullable);
    const dimensions = Math.max(1, first.dimensions || (first.column?.column.dimensions ?? 1));
    const mapping = this.types.map(type, first.column, { elementsNullable, dimensions }, commonKeys(parameters.map(({ keys }) => keys)));
    const literals = first.literals?.map(stringLiteral);
    return {
      property,
      parameters,
      mapping,
      // PostgreSQL counts rows in bigint; nobody asks for more of them than a number holds.
      // A text may be the label of an enum, one of some words, or either.
      tsType:
        literals !== undefined
          ? [...(first.enumType === undefined ? [] : [mapping.inputType]), ...literals].join(' | ')
          : first.rowCount && type.name === 'int8'
            ? 'number'
            : mapping.inputType,
      nullable: parameters.every((parameter) => parameter.nullable),
      optional: parameters.every((parameter) => parameter.optional),
      comment: `${first.column?.column.comment ?? ''}\n${first.default ? `Omitted: \`${first.default.sql}\`.` : ''}`,
    };
  }
}
