/**
 * PostgreSQL type → TypeScript type, decoder and binder.
 *
 * Invariant: a type without a decoder is `string`, PostgreSQL's own text form; never `any`,
 * `unknown` or `never`. Every expression made here calls the run time as `$`.
 */
import { isSystemSchema, type PgType, type Relation, type TableColumn } from '../../catalog/index.js';
import { ANY_DEPTH } from '../types/index.js';
import { Declarations } from './declarations.js';
import { nameFrom } from './imports.js';
import { JsonTypes } from './json-types.js';
import { emitBrand, emitComposite, emitEnum, labelsName } from './models.js';
import type { Content, Field, ModelColumn, ShapeInput } from './shaped-query.js';
import { mapping, retyped, scalarMapping, TEXT, type TypeMapping } from './scalar-types.js';
import { parenthesized } from './source.js';

const ONE_DIMENSION: Content = { elementsNullable: false, dimensions: 1 };

/** What keys are branded as: neither a type of another shape, nor a date, by which partitions are keyed. */
const BRANDED: ReadonlySet<string> = new Set(['string', 'number', 'bigint']);
/** `typcategory` of dates and times, and of spans of them. */
const TIMES: ReadonlySet<string> = new Set(['D', 'T']);

export class TypeMapper {
  readonly declarations = new Declarations();
  private readonly cache = new Map<string, TypeMapping>();
  private readonly json: JsonTypes;

  constructor(private readonly input: ShapeInput) {
    this.json = new JsonTypes(input, this, new JsonTypes(input, this));
  }

  /** The mapping without any override of the type or of a column. */
  plain(type: PgType, shape: Content = ONE_DIMENSION): TypeMapping {
    const key = `${type.oid}:${shape.elementsNullable}:${shape.dimensions}`;
    const known = this.cache.get(key);
    if (known) return known;
    const made = this.build(type, shape);
    this.cache.set(key, made);
    return made;
  }

  /** A type inside another one: its own overrides hold there too, and no column keeps NULL out of an array. */
  private mapInner(oid: number, shape = { elementsNullable: true, dimensions: 1 }): TypeMapping {
    const type = this.input.catalog.types.get(oid);
    return type ? this.map(type, undefined, shape) : TEXT;
  }

  private build(type: PgType, shape: Content): TypeMapping {
    switch (type.kind) {
      case 'enum':
        return this.enumMapping(type);
      case 'domain':
        return this.mapInner(type.baseOid, shape);
      case 'array':
        // The vectors of the catalogs are arrays in name, but print without braces.
        return type.name === 'int2vector' || type.name === 'oidvector' ? TEXT : this.listOf(type, shape);
      case 'range':
      case 'multirange':
        return this.rangeLike(type);
      case 'composite':
        return this.composite(type);
      case 'base':
      case 'pseudo':
        return scalarMapping(type, this.input.options);
    }
  }

  private enumMapping(type: PgType): TypeMapping {
    const name = this.input.naming.type(type);
    const labels = labelsName(name);
    const source = (): string => emitEnum(name, type);
    const own = this.declarations.add({ kind: 'enum', schema: type.schema, name, others: [labels], source, enumType: type });
    const isAny = this.input.options.unknownLabels === 'pass' || type.labels.length === 0;
    return mapping(own, own, isAny ? `$.label<${own}>` : ['$.label', nameFrom(type, labels, 'value')]);
  }

  /** The mapping of an array, whose elements may have a mapping of their own. */
  listOf(type: PgType, shape: Content, element = this.mapInner(type.elementOid)): TypeMapping {
    const { cuts, floats, bindElement } = element;
    const written = this.input.catalog.types.get(type.elementOid)?.delimiter ?? ',';
    const delimiter = written === ',' ? undefined : JSON.stringify(written);
    const anyDepth = shape.dimensions === ANY_DEPTH;
    const dimensions = anyDepth ? 0 : Math.max(1, shape.dimensions);
    const depth = dimensions === 1 && delimiter === undefined ? undefined : String(dimensions);
    const orNull = shape.elementsNullable ? ' | null' : '';
    const inner = parenthesized(`${element.tsType}${orNull}`);
    const tsType = anyDepth ? `$.ArrayOf<${element.tsType}${orNull}, 0>` : `${inner}${'[]'.repeat(dimensions)}`;
    // With an encoder the depth is said, because an element may be an array itself (of JSON, say).
    const isDeep = bindElement !== undefined && dimensions > 1;
    return mapping(
      tsType,
      nestedReadonly(parenthesized(`${element.inputType}${orNull}`), dimensions),
      [shape.elementsNullable ? '$.arrayOfNullable' : '$.array', element.element, depth, delimiter],
      ['$.bindArray', bindElement, isDeep ? JSON.stringify(written) : delimiter, isDeep ? depth : undefined],
      { cuts, floats },
    );
  }

  private rangeLike({ kind, baseOid }: PgType): TypeMapping {
    const several = kind === 'multirange';
    const { tsType, inputType, element, bindElement, cuts, floats } = this.mapInner(baseOid);
    const [decoder, binder] = several ? ['$.multirange', '$.bindMultirange'] : ['$.range', '$.bindRange'];
    const input = `$.Range<${inputType}>`;
    return mapping(
      `$.Range<${tsType}>${several ? '[]' : ''}`,
      several ? `readonly ${input}[]` : input,
      [decoder, element],
      [binder, bindElement],
      { cuts, floats },
    );
  }

  private composite(type: PgType): TypeMapping {
    const { naming } = this.input;
    const { schema } = type;
    const relation = this.input.catalog.relations.get(type.relationOid);
    if (!relation) return TEXT;
    // Nothing keeps NULL out of an attribute, nor out of an array in one.
    const fields = this.fieldsOf(relation, (own, origin) => {
      const { dimensions } = origin.column;
      return { mapping: this.map(own, origin, { elementsNullable: true, dimensions }), nullable: true };
    });
    const floats = fields.some((field) => field.mapping.floats);
    // A composite of the server's own catalogs has no models file.
    if (isSystemSchema(schema)) return { ...TEXT, floats };
    const name = naming.type(type);
    // What a parameter takes: the same type, unless an attribute alone would take more.
    const input = fields.some(({ mapping: own }) => own.inputType !== own.tsType) ? naming.input(type) : name;
    const [decode, bind] = [`decode${name}`, `bind${name}`];
    const source = (): string => emitComposite(name, input, type, fields);
    const own = this.declarations.add({ kind: 'composite', schema, name, others: [input, decode, bind], source });
    const [decoder, binder] = [nameFrom(type, decode, 'value'), nameFrom(type, bind, 'value')];
    return mapping(own, nameFrom(type, input), decoder, binder, { floats });
  }

  /** A relation's columns as properties. */
  fieldsOf(relation: Relation, held: (type: PgType, origin: TableColumn) => Pick<Field, 'mapping' | 'nullable'>): readonly ModelColumn[] {
    return this.input.naming.properties(relation.columns).flatMap(({ property, item: column }) => {
      const type = this.input.catalog.types.get(column.typeOid);
      return type ? { property, column, type, comment: column.comment, ...held(type, { relation, column }) } : [];
    });
  }

  /**
   * The mapping of a type, with the overrides that name it or the column: they come before the shape of JSON that the
   * query makes. `keys` are those of the value, if they are not the column's own.
   */
  map(
    type: PgType,
    column?: TableColumn,
    content: Content = ONE_DIMENSION,
    keys = column && this.input.keysOf?.(column.relation, column.column),
  ): TypeMapping {
    const override = this.input.override(type, column);
    const shape = { elementsNullable: override?.nullableElements ?? content.elementsNullable, dimensions: content.dimensions };
    const plain = this.plain(type, shape);
    const json = this.json.map(type, content);
    if (override?.tsType !== undefined) {
      const { import: module } = override;
      const named = override.tsType.replace(/^[\p{ID_Continue}$]+/u, (root) => (module === undefined ? root : nameFrom(module, root)));
      return { ...retyped(plain, named), floats: (json ?? plain).floats };
    }
    if (json !== undefined) return json;
    if (type.kind !== 'array') return this.branded(plain, keys);
    const element = this.mapInner(type.elementOid);
    const branded = this.branded(element, keys);
    return branded === element ? plain : this.listOf(type, shape, branded);
  }

  /** A mapping whose values are of one key, or of several at once; a brand is for values of the very type that the key has. */
  private branded(plain: TypeMapping, keys: readonly TableColumn[] = []): TypeMapping {
    const { tsType } = plain;
    const names = keys.flatMap((key) => {
      const type = this.input.catalog.types.get(key.column.typeOid);
      if (!type || this.input.override(type, key)?.tsType !== undefined) return [];
      if (this.map(type).tsType !== tsType || !BRANDED.has(tsType) || TIMES.has(type.category)) return [];
      const name = this.input.naming.key(key);
      return this.declarations.add({ kind: 'brand', schema: key.relation.schema, name, source: () => emitBrand(name, key, tsType) });
    });
    return names.length === 0 ? plain : retyped(plain, names.join(' & '));
  }
}

function nestedReadonly(inner: string, dimensions: number): string {
  if (dimensions === 0) return inner;
  const element = nestedReadonly(inner, dimensions - 1);
  return `readonly ${dimensions === 1 ? element : `(${element})`}[]`;
}
