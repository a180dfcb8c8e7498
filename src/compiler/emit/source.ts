/** Pieces of TypeScript source that every generated file is put together from. */
/** A template literal that evaluates to exactly this text, so that SQL stays readable. */
export function templateLiteral(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('`', '\\`')
    .replaceAll('${', '\\${')
    // A template literal would turn a carriage return into a line feed.
    .replaceAll('\r', '\\r');
  return `\`${escaped}\``;
}

/** A single-quoted string literal. */
export function stringLiteral(text: string): string {
  const json = JSON.stringify(text);
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A list of string literals, without its brackets. */
export function stringLiterals(texts: readonly string[]): string {
  return texts.map(stringLiteral).join(', ');
}

/** A property name, quoted where it is no identifier. */
export function propertyName(name: string): string {
  return isIdentifier(name) ? name : stringLiteral(name);
}

/** `p.name`, or `p['odd name']`. */
export function member(object: string, name: string): string {
  return isIdentifier(name) ? `${object}.${name}` : `${object}[${stringLiteral(name)}]`;
}

function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}

/** A documentation comment, or nothing where there is nothing to say. */
export function docComment(lines: readonly (string | undefined)[], indent = ''): string {
  const safe = lines.flatMap((line) => line?.split('\n') ?? []).map((line) => line.replaceAll('*/', '*\\/').trimEnd());
  while (safe[0] === '') safe.shift();
  while (safe.at(-1) === '') safe.pop();
  if (safe.length === 0) return '';
  if (safe.length === 1) return `${indent}/** ${safe[0] ?? ''} */\n`;
  return `${indent}/**\n${safe.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`).join('')}${indent} */\n`;
}

/** A type with `| null` where the value may be NULL. */
export function orNull(type: string, nullable: boolean): string {
  return nullable ? `${type} | null` : type;
}

/** A type as the element of an array. */
export function parenthesized(tsType: string): string {
  return /[|&?]|=>|^readonly /.test(tsType) ? `(${tsType})` : tsType;
}

interface Member {
  readonly property: string;
  readonly optional?: boolean;
  readonly comment?: string | undefined;
}

/** The members of an interface, each behind its documentation. */
export function membersOf<M extends Member>(members: readonly M[], typeOf: (member: M) => string): string {
  return members
    .map((member) => {
      const { property, optional, comment } = member;
      return `${docComment([comment], '  ')}  ${propertyName(property)}${optional === true ? '?' : ''}: ${typeOf(member)};\n`;
    })
    .join('');
}

/** What a type's documentation says of properties that are a `Date`, behind what it says besides. */
export function cutNote(fields: Iterable<{ readonly property: string; readonly mapping: { readonly cuts: boolean } }>): readonly string[] {
  const cut = [...fields].flatMap(({ property, mapping }) => (mapping.cuts ? [`\`${property}\``] : []));
  return cut.length === 0 ? [] : ['', `Cut to whole milliseconds, where PostgreSQL keeps microseconds: ${cut.join(', ')}.`];
}
