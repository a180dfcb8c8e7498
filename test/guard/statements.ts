/**
 * Random statements with hooks at random places, good and bad, over tables `t1` to `t3` with the
 * columns `a` and `b`. Every SELECT returns two integers, `a` and `b`, so that any may stand where
 * another does.
 */

/** Draws from ranges; a test's source of randomness. */
export interface Dice {
  /** An integer from 0 to `sides - 1`. */
  roll(sides: number): number;
}

export const FUZZ_SCHEMA = `
CREATE TABLE t1 (a int, b int);
CREATE TABLE t2 (a int, b int);
CREATE TABLE t3 (a int, b int);
`;

export const FUZZ_ROWS = `
INSERT INTO t1 VALUES (1, 1), (2, 1), (3, 2), (NULL, 3);
INSERT INTO t2 VALUES (1, 2), (2, 3), (3, NULL);
INSERT INTO t3 VALUES (1, 3), (3, 3);
`;

const HOOK = ' -- @authorize_filter\n';

interface Scope {
  readonly ctes: readonly string[];
  /** Aliases of the SELECTs around. */
  readonly outer: readonly string[];
}

/**
 * One statement; `size` bounds how deep its parts stand in each other. A sloppy one also has hooks
 * that are no conjuncts; where the others stand may be wrong all the same.
 */
export function randomStatement(dice: Dice, size: number, sloppy: boolean): string {
  const writer = new Writer(dice, sloppy);
  return dice.roll(5) === 0 ? writer.change(size) : writer.select(size, { ctes: [], outer: [] });
}

class Writer {
  private names = 0;

  constructor(
    private readonly dice: Dice,
    private readonly sloppy: boolean,
  ) {}

  select(size: number, scope: Scope): string {
    if (size > 0 && this.chance(5)) return this.withCtes(size, scope);
    if (size > 0 && this.chance(5)) return this.setOperation(size, scope);
    return this.chance(12) ? this.tableless(size, scope) : this.block(size, scope);
  }

  change(size: number): string {
    const scope = { ctes: [], outer: [] };
    if (size > 0 && this.chance(3)) {
      const name = this.name('d');
      const inner = { ctes: [name], outer: [] };
      const rest = this.chance(2) ? this.select(size - 1, inner) : this.chance(3) ? `INSERT INTO t3 ${this.select(size - 1, inner)}` : this.plainChange(size - 1, inner);
      return `WITH ${name} AS (${this.plainChange(size - 1, scope, 'a, b')}) ${rest}`;
    }
    return this.plainChange(size, scope);
  }

  private plainChange(size: number, scope: Scope, returning = this.chance(3) ? 'x.a, x.b' : ''): string {
    const columns = returning === '' ? '' : ` RETURNING ${returning.replaceAll(/\b(?=[ab]\b)(?<!\.)/g, 'x.')}`;
    const aliases = ['x'];
    const other = this.chance(3) ? this.fromItem(size, scope, aliases) : undefined;
    const where = this.where(size, scope, aliases);
    return this.chance(2)
      ? `UPDATE t1 x SET b = ${this.chance(4) ? `(${this.scalar(size - 1, { ...scope, outer: aliases })})` : '7'}${other ? ` FROM ${other}` : ''}${where}${columns}`
      : `DELETE FROM t1 x${other ? ` USING ${other}` : ''}${where}${columns}`;
  }

  private withCtes(size: number, scope: Scope): string {
    const name = this.name('c');
    if (this.chance(4)) {
      const table = this.table();
      const own = this.chance(2) ? this.hook() : '';
      const seed = this.chance(2) ? this.hook() : '';
      const step = this.chance(4) ? `SELECT a + 1, b FROM ${name} WHERE a < 3${own}` : `SELECT s.a + 1, s.b FROM ${table} s JOIN ${name} ON ${name}.a = s.a WHERE s.a < 3${own}`;
      const recursive = `WITH RECURSIVE ${name}(a, b) AS (SELECT s.a, s.b FROM ${this.table()} s WHERE true${seed} UNION ${step})`;
      return `${recursive} ${this.select(size - 1, { ...scope, ctes: [...scope.ctes, name] })}`;
    }
    // Now and then a CTE hides a table.
    const called = this.chance(8) ? this.table() : name;
    return `WITH ${called} AS (${this.select(size - 1, scope)}) ${this.select(size - 1, { ...scope, ctes: [...scope.ctes, called] })}`;
  }

  private setOperation(size: number, scope: Scope): string {
    const operation = this.pick(['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT']);
    return `(${this.select(size - 1, scope)}) ${operation} (${this.select(size - 1, scope)})`;
  }

  private tableless(size: number, scope: Scope): string {
    const values = [this.chance(2) ? `(${this.scalar(size - 1, scope)})` : '1', this.chance(3) ? `(${this.scalar(size - 1, scope)})` : '2'];
    return `SELECT ${values[0]} AS a, ${values[1]} AS b${this.chance(5) ? ` WHERE true${this.hook()}` : ''}`;
  }

  private block(size: number, scope: Scope): string {
    const aliases: string[] = [];
    const from = Array.from({ length: this.chance(4) ? 2 : 1 }, () => this.fromItem(size, scope, aliases)).join(', ');
    const where = this.where(size, scope, aliases);
    const one = this.pick(aliases);
    const other = this.pick(aliases);
    const inner = { ...scope, outer: [...scope.outer, ...aliases] };
    const beside = this.chance(6) ? `(${this.scalar(size - 1, inner)})` : `${other}.b`;
    switch (this.dice.roll(12)) {
      case 0:
        return `SELECT count(*)::int AS a, max(${one}.b) AS b FROM ${from}${where}`;
      case 1:
        return `SELECT count(*)::int AS a, (${this.scalar(size - 1, scope)}) AS b FROM ${from}${where}`;
      case 2:
        return `SELECT ${one}.a, count(*)::int AS b FROM ${from}${where} GROUP BY ${this.pick([`${one}.a`, `${one}.a`, `ROLLUP (${one}.a)`, `GROUPING SETS ((${one}.a), ())`])}`;
      case 3:
        return `SELECT 1 AS a, 2 AS b FROM ${from}${where} HAVING true${this.stray(5)}`;
      case 4:
        return `SELECT DISTINCT ${one}.a, ${beside} AS b FROM ${from}${where}`;
      case 5:
        return `SELECT ${one}.a, ${beside} AS b FROM ${from}${where} ORDER BY 1, 2 LIMIT 3`;
      case 6:
        return `SELECT ${one}.a, (count(*) OVER ())::int AS b FROM ${from}${where}`;
      case 7:
        return `SELECT 1 AS a, (SELECT count(${one}.a)::int) AS b FROM ${from}${where}`;
      default:
        return `SELECT ${one}.a, ${beside} AS b FROM ${from}${where}`;
    }
  }

  private fromItem(size: number, scope: Scope, aliases: string[]): string {
    if (size > 0 && this.chance(3)) {
      const own: string[] = [];
      const left = this.fromItem(size - 1, scope, own);
      const before = own.length;
      const right = this.fromItem(size - 1, scope, own);
      const join = this.pick(['JOIN', 'JOIN', 'LEFT JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'CROSS JOIN']);
      aliases.push(...own);
      const condition = this.chance(3) ? 'true' : `${own[0]}.a = ${own[before]}.a`;
      const hook = join === 'JOIN' && this.chance(8) ? this.hook() : join === 'FULL JOIN' ? '' : this.stray(8);
      return `(${left} ${join} ${right}${join === 'CROSS JOIN' ? '' : ` ON ${condition}${hook}`})`;
    }
    const alias = this.name('x');
    const neighbours = [...aliases];
    aliases.push(alias);
    const cte = scope.ctes.length > 0 && this.chance(2) ? this.pick(scope.ctes) : undefined;
    if (cte !== undefined) return `${cte} ${alias}`;
    if (size > 0 && this.chance(2)) {
      const lateral = neighbours.length > 0 && this.chance(3);
      const outer = lateral ? [...scope.outer, ...neighbours] : scope.outer;
      return `${lateral ? 'LATERAL ' : ''}(${this.select(size - 1, { ...scope, outer })}) ${alias}`;
    }
    switch (this.dice.roll(12)) {
      case 0:
        return `(VALUES (1, 2), (3, 4)) ${alias}(a, b)`;
      case 1:
        return `generate_series(1, 2) WITH ORDINALITY ${alias}(a, b)`;
      default:
        return `${this.table()} ${alias}`;
    }
  }

  private where(size: number, scope: Scope, aliases: readonly string[]): string {
    const parts = Array.from({ length: this.dice.roll(3) }, () => this.condition(size, scope, aliases));
    const at = this.chance(2) ? this.dice.roll(parts.length + 1) : -1;
    if (parts.length === 0 && at < 0) return '';
    let text = at === 0 ? `true${this.hook()}` : '';
    for (const [index, part] of parts.entries()) {
      text += `${text === '' ? '' : ' AND '}${part}`;
      if (index + 1 === at) text += this.hook();
    }
    // Sometimes what was meant as one condition is not one.
    if (this.sloppy && this.chance(12)) text += ` OR ${this.pick(aliases)}.a > 1`;
    return ` WHERE ${text}`;
  }

  private condition(size: number, scope: Scope, aliases: readonly string[]): string {
    const alias = this.pick(aliases);
    if (size <= 0 || this.chance(2)) {
      return this.pick([
        `${alias}.a < 3`,
        `${alias}.a = ${this.pick(aliases)}.b`,
        `(${alias}.a = 1 OR ${alias}.b > 1)`,
        `(${alias}.a = 1${this.stray(1)} OR ${alias}.b > 1)`,
        `NOT (${alias}.a = 9${this.stray(3)})`,
        `CASE WHEN ${alias}.a = 1 THEN true${this.stray(3)} ELSE ${alias}.b > 0 END`,
      ]);
    }
    const inner = { ...scope, outer: [...scope.outer, ...aliases] };
    const column = `SELECT q.a FROM (${this.select(size - 1, inner)}) q`;
    return this.pick([
      () => `${alias}.a IN (${column})`,
      () => `${alias}.a NOT IN (${column})`,
      () => `${alias}.a = ANY (ARRAY(${column}))`,
      () => `${alias}.a = (${this.scalar(size - 1, inner)})`,
      () => `coalesce(${alias}.a, 0) >= (${this.scalar(size - 1, inner)})`,
      () => `EXISTS (${this.select(size - 1, inner)})`,
      () => `NOT EXISTS (${this.select(size - 1, inner)})`,
    ])();
  }

  /** A SELECT of one value. */
  private scalar(size: number, scope: Scope): string {
    const from = size > 0 ? `(${this.select(size - 1, scope)})` : this.table();
    const alias = this.name('y');
    const where = this.where(size, scope, [alias, ...(scope.outer.length > 0 && this.chance(2) ? scope.outer : [])]);
    const value = this.pick(['count(*)::int', `max(${alias}.a)`, `${alias}.a`]);
    return `SELECT ${value} FROM ${from} ${alias}${where}${value.endsWith('.a') ? ' LIMIT 1' : ''}`;
  }

  private hook(): string {
    return HOOK;
  }

  /** A hook where none is right. */
  private stray(one: number): string {
    return this.sloppy && this.chance(one) ? HOOK : '';
  }

  private table(): string {
    return this.pick(['t1', 't2', 't3']);
  }

  private name(letter: string): string {
    return `${letter}${this.names++}`;
  }

  private chance(one: number): boolean {
    return this.dice.roll(one) === 0;
  }

  private pick<T>(choices: readonly T[]): T {
    const chosen = choices[this.dice.roll(choices.length)];
    if (chosen === undefined) throw new RangeError('nothing to pick from');
    return chosen;
  }
}
