/** A query's parameters → the properties of its argument. */
import { commonKeys } from '../../catalog/index.js';
import { COMMANDS } from '../dialect/index.js';
import { groupBy } from '../../group-by.js';
import type { Naming } from '../names/index.js';
import type { CompiledQuery, QueryParameter } from '../query.js';
import type { ParameterField, ShapedQuery } from './shaped-query.js';
import type { TypeMapper } from './type-mapper.js';

/** The properties of a query's one argument; undefined where it takes none. */
export function shapeParameters(query: CompiledQuery, naming: Naming, types: TypeMapper): ShapedQuery['parameters'] {
  if (query.parameters.length === 0) return undefined;
  const groups = [...groupBy(query.parameters, ({ name }) => name)];
  const properties = naming.properties(groups.map(([name]) => name));
  const fields = groups.flatMap(([name, parameters], index) => parameterField(properties[index] ?? name, parameters, types) ?? []);
  return {
    typeName: `${naming.typeName(query.name)}Params`,
    fields,
    optional: COMMANDS[query.command].takes === 'params' && fields.every((field) => field.optional),
  };
}

function parameterField(property: string, parameters: readonly QueryParameter[], types: TypeMapper): ParameterField | undefined {
  const [first] = parameters;
  if (!first) return undefined;
  const override = types.override(first.type, first.column);
  const type = first.enumType ?? first.type;
  const elementsNullable = override?.nullableElements ?? parameters.every((parameter) => parameter.elementsNullable);
  const dimensions = Math.max(1, first.dimensions || (first.column?.column.dimensions ?? 1));
  const mapping = types.map(type, first.column, { elementsNullable, dimensions }, commonKeys(parameters.map(({ keys }) => keys)));
  const literals = first.literals?.map((literal) => `'${literal.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`);
  const nullable = parameters.every((parameter) => parameter.nullable);
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
    nullable,
    optional: parameters.every((parameter) => parameter.optional),
    comment: first.column?.column.comment,
  };
}
