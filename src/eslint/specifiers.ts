/** Which modules a piece of syntax names, in whatever way it is spelled. */

/** A node as every parser for ESLint gives it. */
export interface SyntaxNode {
  readonly type: string;
}

/** What loads a module when it is called with its name. */
const LOADERS: ReadonlySet<string> = new Set(['require', 'requireActual', 'requireMock', 'importActual', 'importMock', 'createRequire']);

/** What a constant that is visible at a node was given; undefined for any other name. */
export type Lookup = (name: string) => SyntaxNode | undefined;

/** The texts by which a node names modules; none for a node that names none. */
export function specifiersOf(node: SyntaxNode, lookup: Lookup): readonly string[] {
  const reader = new SpecifierReader(lookup);
  switch (node.type) {
    case 'CallExpression': {
      const { callee, arguments: passed } = fields(node);
      // Of `require.call(null, …)` it is the second.
      return reader.isLoader(callee) ? reader.textsIn(passed) : [];
    }
    case 'TSImportEqualsDeclaration':
      return reader.textsIn(fields(node)['moduleReference']);
    case 'TSImportType': {
      // Parsers have called it both.
      const { source, argument } = fields(node);
      return reader.textsIn(source ?? argument);
    }
    default:
      return reader.textsIn(fields(node)['source']);
  }
}

class SpecifierReader {
  /** The constants that are being looked through. */
  readonly #open = new Set<string>();

  constructor(private readonly lookup: Lookup) {}

  /** `require(…)`, `module.require(…)`, `require.resolve(…)`, `import.meta.resolve(…)`, `createRequire(…)(…)`, `require.call(…)`, those of test runners, and other names of them. */
  isLoader(callee: unknown): boolean {
    if (!isNode(callee)) return false;
    const { name, object, property, callee: inner, expression, expressions } = fields(callee);
    switch (callee.type) {
      case 'Import':
        return true;
      case 'Identifier':
        return typeof name === 'string' && (LOADERS.has(name) || this.#through(name, (given) => this.isLoader(given)) === true);
      case 'MemberExpression': {
        const member = isNode(property) ? (fields(property)['name'] ?? fields(property)['value']) : undefined;
        if (typeof member !== 'string') return false;
        if (LOADERS.has(member)) return true;
        if (isNode(object) && object.type === 'MetaProperty') return member === 'resolve' || member === 'glob';
        return /^(?:resolve|call|apply|bind)$/.test(member) && this.isLoader(object);
      }
      case 'SequenceExpression':
        return Array.isArray(expressions) && this.isLoader(expressions.at(-1));
      case 'CallExpression':
        return this.isLoader(inner);
      case 'ChainExpression':
      case 'TSNonNullExpression':
      case 'TSAsExpression':
        return this.isLoader(expression);
      default:
        return false;
    }
  }

  /** The texts within an expression: a literal, a template, and what they are joined or chosen from. */
  textsIn(value: unknown): readonly string[] {
    const whole = this.#staticText(value);
    if (whole !== undefined) return [whole];
    if (Array.isArray(value)) return value.flatMap((each) => this.textsIn(each));
    if (!isNode(value)) return [];
    const { name } = fields(value);
    if (value.type === 'Identifier' && typeof name === 'string') return this.#through(name, (given) => this.textsIn(given)) ?? [];
    return Object.entries(fields(value)).flatMap(([key, part]) =>
      key !== 'parent' && (isNode(part) || Array.isArray(part)) ? this.textsIn(part) : [],
    );
  }

  /** The text that an expression is made of, where all of it is written there. */
  #staticText(value: unknown): string | undefined {
    if (!isNode(value)) return undefined;
    const { name, value: literal, quasis, expressions, operator, left, right } = fields(value);
    switch (value.type) {
      case 'Literal':
      case 'StringLiteral':
        return typeof literal === 'string' ? literal : undefined;
      case 'Identifier':
        return typeof name === 'string' ? this.#through(name, (given) => this.#staticText(given)) : undefined;
      case 'TemplateElement':
        return isObject(literal) && typeof literal['cooked'] === 'string' ? literal['cooked'] : undefined;
      case 'TemplateLiteral': {
        if (!Array.isArray(quasis) || !Array.isArray(expressions)) return undefined;
        return this.#joined(
          quasis.flatMap((quasi: unknown, index) => (index < expressions.length ? [quasi, expressions[index] as unknown] : [quasi])),
        );
      }
      case 'BinaryExpression':
        return operator === '+' ? this.#joined([left, right]) : undefined;
      default:
        return undefined;
    }
  }

  #joined(parts: readonly unknown[]): string | undefined {
    let text = '';
    for (const part of parts) {
      const known = this.#staticText(part);
      if (known === undefined) return undefined;
      text += known;
    }
    return text;
  }

  /** What is true of a constant's value; a constant that is made of itself has none. */
  #through<T>(name: string, read: (given: SyntaxNode) => T): T | undefined {
    const given = this.#open.has(name) ? undefined : this.lookup(name);
    if (given === undefined) return undefined;
    this.#open.add(name);
    const found = read(given);
    this.#open.delete(name);
    return found;
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return isObject(value) && typeof value['type'] === 'string';
}

function fields(node: SyntaxNode): Readonly<Record<string, unknown>> {
  return isObject(node) ? node : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
