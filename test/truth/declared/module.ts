/**
 * The declared types of generated functions, read from the generated text by TypeScript itself: what
 * a caller's editor would show. Nothing of the compiler under test takes part.
 */
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { keepingHost } from '../../support/typescript.js';
import type { Property, Shape } from './shape.js';

export interface DeclaredFunction {
  readonly name: string;
  /** By position: the database, the filter of a guarded one, the params; without a call's options. */
  readonly parameters: readonly { readonly name: string; readonly shape: Shape; readonly optional: boolean }[];
  /** Of the awaited result; undefined for `void`. */
  readonly result: Shape | undefined;
}

export interface DeclaredModules {
  /** By file name without folder, then by exported name. */
  readonly functions: ReadonlyMap<string, ReadonlyMap<string, DeclaredFunction>>;
  /** What `tsc --strict` says against the files. */
  readonly errors: readonly string[];
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts'],
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  noUnusedLocals: true,
  noImplicitOverride: true,
  skipLibCheck: true,
  noEmit: true,
};

/** Types that stand for a value as a whole, by the name they are declared under. */
const NAMED: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ['Date', { kind: 'date' }],
  ['Buffer', { kind: 'bytes', buffer: true }],
  ['Uint8Array', { kind: 'bytes', buffer: false }],
  ['JsonValue', { kind: 'json', null: true }],
  ['ExactJsonValue', { kind: 'json', null: true }],
  ['JsonInput', { kind: 'json', null: false }],
]);

/** Reads every module of a folder; `root` is where packages, such as Node's types, are found. */
export function readModules(files: readonly string[], root: string): DeclaredModules {
  const options: ts.CompilerOptions = { ...OPTIONS, typeRoots: [join(root, 'node_modules', '@types')] };
  const program = ts.createProgram([...files], options, keepingHost(options));
  const checker = program.getTypeChecker();
  const reader = createReader(checker, jsonUnions(program, checker));
  const folder = dirname(files[0] ?? '');
  const functions = new Map<string, ReadonlyMap<string, DeclaredFunction>>();
  const errors: string[] = [];
  for (const file of files) {
    const source = program.getSourceFile(file);
    if (!source) {
      errors.push(`${file}: not read`);
      continue;
    }
    for (const diagnostic of [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]) {
      const { line } = ts.getLineAndCharacterOfPosition(source, diagnostic.start ?? 0);
      errors.push(`${file.slice(folder.length + 1)}:${String(line + 1)}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`);
    }
    const symbol = checker.getSymbolAtLocation(source);
    const exported = new Map<string, DeclaredFunction>();
    for (const entry of symbol ? checker.getExportsOfModule(symbol) : []) {
      const declared = reader.functionOf(entry, source);
      if (declared) exported.set(declared.name, declared);
    }
    functions.set(file.slice(folder.length + 1), exported);
  }
  return { functions, errors };
}

interface Reader {
  functionOf(symbol: ts.Symbol, at: ts.Node): DeclaredFunction | undefined;
}

/** What `JsonValue` and `JsonInput` are made of, wherever the run time declares them. */
function jsonUnions(program: ts.Program, checker: ts.TypeChecker): ReadonlyMap<string, readonly ts.Type[]> {
  const found = new Map<string, readonly ts.Type[]>();
  for (const source of program.getSourceFiles()) {
    if (program.isSourceFileDefaultLibrary(source) || source.fileName.includes('/node_modules/@types/')) continue;
    for (const statement of source.statements) {
      if (!ts.isTypeAliasDeclaration(statement) || !/^(?:JsonValue|ExactJsonValue|JsonInput)$/.test(statement.name.text)) continue;
      const type = checker.getTypeAtLocation(statement.name);
      if (type.isUnion()) found.set(statement.name.text, type.types);
    }
  }
  return found;
}

function createReader(checker: ts.TypeChecker, jsonParts: ReadonlyMap<string, readonly ts.Type[]>): Reader {
  const known = new Map<ts.Type, Shape>();

  function shapeOf(type: ts.Type, at: ts.Node): Shape {
    const found = known.get(type);
    if (found) return found;
    const shape = read(type, at);
    known.set(type, shape);
    return shape;
  }

  function read(type: ts.Type, at: ts.Node): Shape {
    const named = NAMED.get(type.aliasSymbol?.name ?? '') ?? NAMED.get(type.symbol?.name ?? '');
    if (named) return named;
    const { flags } = type;
    // A module of the user's own that is not there: TypeScript's error type, which prints as any.
    if ('intrinsicName' in type && type.intrinsicName === 'error') return { kind: 'opaque', text: 'a type that does not resolve' };
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Never)) return { kind: 'empty', text: checker.typeToString(type) };
    if (flags & ts.TypeFlags.Null) return { kind: 'primitive', name: 'null' };
    if (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return { kind: 'primitive', name: 'undefined' };
    if (flags & ts.TypeFlags.BooleanLiteral) return { kind: 'literal', value: checker.typeToString(type) === 'true' };
    if (type.isStringLiteral() || type.isNumberLiteral()) return { kind: 'literal', value: type.value };
    if (flags & ts.TypeFlags.Boolean) return { kind: 'primitive', name: 'boolean' };
    if (type.isUnion()) return unionOf(type, at);
    if (flags & ts.TypeFlags.String) return { kind: 'primitive', name: 'string' };
    if (flags & ts.TypeFlags.Number) return { kind: 'primitive', name: 'number' };
    if (flags & ts.TypeFlags.BigInt) return { kind: 'primitive', name: 'bigint' };
    if (checker.isArrayType(type)) {
      const [element] = checker.getTypeArguments(type as ts.TypeReference);
      return element ? { kind: 'array', element: shapeOf(element, at) } : { kind: 'empty', text: checker.typeToString(type) };
    }
    if (checker.isTupleType(type))
      return { kind: 'tuple', elements: checker.getTypeArguments(type as ts.TypeReference).map((element) => shapeOf(element, at)) };
    const values = type.getStringIndexType();
    // A type of the user's own, such as Record<string, unknown>, says more than a row's properties can.
    if (values && (type.aliasSymbol !== undefined || type.getProperties().length > 0))
      return { kind: 'opaque', text: checker.typeToString(type) };
    if (values) return { kind: 'record', values: shapeOf(values, at) };
    // A model and what is narrower about it.
    const parts = type.isIntersection() ? type.types : [type];
    if (parts.every((part) => part.flags & ts.TypeFlags.Object) && type.getCallSignatures().length === 0) return objectOf(type, at);
    return { kind: 'opaque', text: checker.typeToString(type) };
  }

  /** TypeScript takes `JsonValue | undefined` and the like apart, so the parts are found again. */
  function unionOf(type: ts.UnionType, at: ts.Node): Shape {
    for (const [name, parts] of jsonParts) {
      if (!parts.every((part) => type.types.includes(part))) continue;
      const json = NAMED.get(name);
      const others = type.types.filter((member) => !parts.includes(member)).map((member) => shapeOf(member, at));
      if (json) return { kind: 'union', members: [json, ...others] };
    }
    return { kind: 'union', members: type.types.map((member) => shapeOf(member, at)) };
  }

  function objectOf(type: ts.Type, at: ts.Node): Shape {
    let cache: ReadonlyMap<string, Property> | undefined;
    const properties = (): ReadonlyMap<string, Property> => {
      cache ??= new Map(
        checker.getPropertiesOfType(type).map((property) => {
          const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
          return [property.name, { shape: shapeOf(checker.getTypeOfSymbolAtLocation(property, at), at), optional }];
        }),
      );
      return cache;
    };
    return { kind: 'object', name: checker.typeToString(type), properties };
  }

  return {
    functionOf(symbol, at) {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      if (!(target.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Variable))) return undefined;
      const type = checker.getTypeOfSymbolAtLocation(target, at);
      const [signature] = type.getCallSignatures();
      if (!signature) return undefined;
      const awaited = checker.getAwaitedType(signature.getReturnType());
      const nothing = !awaited || (awaited.flags & ts.TypeFlags.Void) !== 0;
      // Behind the params a call takes its options, which are the run time's and no query's.
      const parameters = signature
        .getParameters()
        .filter(({ name }) => name !== 'options')
        .map((parameter) => {
          const declaration = parameter.valueDeclaration;
          const optional = declaration !== undefined && ts.isParameter(declaration) && checker.isOptionalParameter(declaration);
          const iterated = iterable(checker.getTypeOfSymbolAtLocation(parameter, at));
          return {
            name: parameter.name,
            shape: parameter.name === 'db' || parameter.name === 'filter' ? OPAQUE : shapeOf(iterated, at),
            optional,
          };
        });
      return { name: symbol.name, parameters, result: nothing || !awaited ? undefined : shapeOf(awaited, at) };
    },
  };

  /** The item of `Iterable<T> | AsyncIterable<T>`, which batches and copies take; else the type itself. */
  function iterable(type: ts.Type): ts.Type {
    const first = type.isUnion() ? type.types[0] : type;
    const name = first?.symbol?.name;
    if (first && (name === 'Iterable' || name === 'AsyncIterable')) return checker.getTypeArguments(first as ts.TypeReference)[0] ?? type;
    return type;
  }
}

const OPAQUE: Shape = { kind: 'opaque', text: 'a handle' };
