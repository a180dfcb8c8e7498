/** Conditions as people and policy engines write them: none may be refused. */
import fc from 'fast-check';

/** A condition and how many values its placeholders take. */
export interface Condition {
  readonly text: string;
  readonly values: number;
}

export const HONEST: readonly Condition[] = [
  ['connection_logs.organization_id = ANY(ARRAY [\'8c0b0000-0000-0000-0000-000000000000\'::uuid])'],
  ["connection_logs.organization_id = '8c0b0000-0000-0000-0000-000000000000'::uuid OR false"],
  ['true'], ['false'], ['NULL'], ['TRUE'], ['(true)'], ['((false))'], ['not true'], ['deleted'], ['t.deleted'], ['"Deleted"'], ['is_admin()'],
  ["'x' = 'x'"], ["name = 'it''s'"], ["name = E'it\\'s'"], ["name = E'a\\\\'"], ["name = $$it's$$"], ['name = $q$a $$ b$q$'], ["name = U&'d\\0061t'"], ["name = U&'d!0061t' UESCAPE '!'"], ["name = N'x'"],
  ["bits = B'0101'"], ["bits = X'1F'"], ["name = 'a'\n'b'"], ["name = E'a\\''\n'b\\''"],
  ["name = E'\\'é\\''"], ["name = E'日本\\\\'"], ["name = 'größe 💥'"], ["name = 'a; b'"], ["name = 'a -- b'"], ["name = 'a /* b'"], ["name = '$1'"], ["name = ')'"], ["name = '('"],
  ['"we;ird""na)me" = 1'], ['"größe" = 1'], ['größe = 1'], ['a$b = 1'], ['"$1" = 1'], ['U&"d\\0061t" = 1'],
  ["data ? 'a'"], ["data ?| array['a', 'b']"], ["data ?& array['a', 'b']"], ["data @> '{\"a\": [1, 2]}'::jsonb"], ["data #>> '{a,b}' = 'x'"], ["data -> 'a' ->> 'b' LIKE 'x%'"], ["data @? '$.a ? (@ > 1)'"], ["data @@ '$.a == \"x\"'"],
  ['a = 1 -- why'], ['a = 1 /* why */'], ['/* a /* nested */ comment */ a = 1'], ['-- first\na = 1'], ['a = 1 -- it\'s ) open ('], ['a\r\n=\r\n1'], ['a = 1 --\r AND b'], ['\ta\f=\v1\n'],
  ['a IN (1, 2, 3)'], ['a NOT IN (SELECT id FROM b)'], ['EXISTS (SELECT 1 FROM members m WHERE m.id = a AND m.role = \'x\')'], ['a = ANY (SELECT id FROM b)'], ['(SELECT true)'], ['SELECT true'], ['VALUES (true)'],
  ['(a, b) = (1, 2)'], ['(a, b) IN ((1, 2), (3, 4))'], ['ROW(a, b) < ROW(1, 2)'], ['a[1] = 1'], ['a[1:2] = ARRAY[1, 2]'], ['a[:2] = b[1:]'], ['(a).b = 1'], ['(a).b[1].c = 1'], ["'{1,2}'::int[] @> ARRAY[a]"],
  ['CASE WHEN a THEN b ELSE false END'], ['CASE a WHEN 1 THEN true END'], ['COALESCE(a, false)'], ['a IS NULL'], ['a IS NOT TRUE'], ['a IS DISTINCT FROM b'], ['a BETWEEN 1 AND 2'], ['a BETWEEN SYMMETRIC 2 AND 1'],
  ["name ILIKE '%x%' ESCAPE '!'"], ["name SIMILAR TO '(a|b)%'"], ["name ~ '^a.*b$'"], ["name !~* 'x'"], ["name LIKE E'10\\\\%'"], ['a OPERATOR(pg_catalog.=) 1'], ['a @> b'], ['a <-> b < 5'], ['a |/ b'], ['a <= -1'], ['a = +1'], ['a - -1 > 0'], ['a*-1 < 0'], ['@ a = 1'], ['a = 1.5e-3'], ['a = .5'], ['a = 1.'], ['a = 0x1F'], ['a = 1_000'],
  ['f(a, b => 1)'], ['f(a, b := 1)'], ['f(VARIADIC ARRAY[1])'], ['pg_catalog.lower(name) = \'x\''], ['count_of(*) > 1'], ["CAST(a AS text) = 'x'"], ['CAST(a AS boolean)'], ["a::text = 'x'"], ['a::numeric(10, 2) > 1'], ['a::public."T"[] = b'], ["timestamp '2020-01-01' < a"], ["a < now() - interval '1 day'"], ["a AT TIME ZONE 'UTC' > b"], ["date_trunc('day', a) = b"], ["EXTRACT(year FROM a) = 2020"], ["name COLLATE \"C\" < 'b'"], ['current_user = owner'], ["current_setting('app.user', true) = owner"], ["pg_has_role(owner, 'USAGE')"],
  ["a = 'x' AND b = 'y' OR NOT (c)"], ['NOT NOT a'], ['NOT (a OR b)'], ['a AND(b)'], ['a OR(b)AND(c)'], ["bool 'yes' = a"], ["'yes'::text = a"], ["'x'::text IS NULL"], ["'x'::text IN (a, b)"], ["'x' LIKE a"], ["NOT 'a' = b"], ["'x' IN (a, b)"], ["'x' COLLATE \"C\" = a"], ["('x') = ('y')"], ["('x' || a) = 'y'"], ["'t'::bool = a"], ["a = 't'::bool"], ["CAST('x' AS text) = a"], ["'a' < 'b'"],
  ['$1', 1], ['$1::bool', 1], ['($1)', 1], ['a = $1', 1], ['a = $1::uuid', 1], ['a = ANY($1)', 1], ['a = ANY($1::uuid[])', 1], ['a IN ($1, $2, $3)', 3], ['a BETWEEN $2 AND $1', 2], ['$1 = $1', 1], ['a=$1 or b=$1', 1], ['a = $01', 1], ['a=$1 AND b', 1], ['a LIKE $1||$2', 2], ['f($1,$2)', 2], ['a[$1] = 1', 1], ['$1::text IS NULL', 1], ['data ? $1', 1], ['data?$1', 1], ['a =$1-- x', 1],
  ['a <> ALL (ARRAY[1, 2])'], ["tsv @@ to_tsquery('english', 'a & b')"], ["range && '[1,2)'::int4range"], ["ip << inet '10.0.0.0/8'"], ['xmlexists(\'//a\' PASSING x)'], ["JSON_EXISTS(data, '$.a')"], ["data IS JSON"], ['EXISTS (VALUES (1))'], ['a = (WITH x AS (SELECT 1 AS n) SELECT n FROM x)'], ['a = (SELECT max(b) FROM c GROUP BY d HAVING count(*) > 1 ORDER BY 1 LIMIT 1 OFFSET 0)'], ['a = (SELECT b FROM c UNION SELECT d FROM e)'], ['EXISTS (SELECT FROM b JOIN c USING (id) LEFT JOIN LATERAL f(b.x) ON true)'], ["a = 1 AND pg_sleep(0) IS NOT NULL"],
  ["overlaps(a, b, c, d)"], ["(a, b) OVERLAPS (c, d)"], ["a IS UNKNOWN"], ["name IS NORMALIZED"], ["grouping_id = 1"], ["a = DATE '2020-01-01' + 1"], ["a % 2 = 0"], ["a ^ 2 > 4"], ["a # b = 0"], ["a & 1 = 1"], ["~a = 0"], ["a || b = 'x'"], ["a << 2 > 1"], ["point(1,2) <@ area"], ["a !~~ 'x'"], ["a ~~* 'x'"],
].map(([text, values]) => ({ text: String(text), values: Number(values ?? 0) }));

const name = fc.constantFrom('a', 't.b', '"Weird ""na)me"', 'größe', '(c).d', 'a[1]', 't.data');
const literal = fc.oneof(
  fc.constantFrom('1', '.5', '1e3', 'NULL', 'true', "E'it\\'s'", "E'é\\\\'", "$$it's ($$", '$q$;--$q$', "'it''s'", "U&'\\0041'", "'('", "''"),
  fc.string({ unit: 'grapheme' }).filter((text) => !/[\\\0]/.test(text)).map((text) => `'${text.replaceAll("'", "''")}'`),
);
const gap = fc.constantFrom(' ', ' ', ' ', '\n', '\t', ' /* ( */ ', " -- it's )\n", '\r\n', ' /* /* ; */ */ ');
const operator = fc.constantFrom('=', '<>', '<', '>=', '@>', '?', '?|', '~', 'LIKE', 'IS DISTINCT FROM', '&&', '->>');

/** Conditions that are right by construction, with comments and white space in every gap. */
export const honestCondition: fc.Arbitrary<string> = fc.letrec<{ condition: string; value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    name,
    literal,
    fc.tuple(tie('value'), fc.constantFrom('text', 'int[]', 'pg_catalog.bool', 'numeric(10, 2)')).map(([value, type]) => `(${value})::${type}`),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => `f(${values.join(', ')})`),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => `ARRAY[${values.join(',')}]`),
    tie('condition').map((condition) => `(SELECT x FROM y WHERE ${condition}\n)`),
  ),
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(name, gap, operator, gap, literal).map((parts) => parts.join('')),
    fc.tuple(tie('value'), gap, operator, gap, tie('value')).map((parts) => parts.join('')),
    fc.tuple(tie('value'), gap, fc.constantFrom('IS NULL', 'IS NOT TRUE', 'IN (1, 2)', 'BETWEEN 1 AND 2')).map((parts) => parts.join('')),
    fc.tuple(tie('condition'), gap, fc.constantFrom('AND', 'OR'), gap, tie('condition')).map((parts) => `(${parts.join('')}\n)`),
    tie('condition').map((condition) => `NOT (${condition}\n)`),
    tie('condition').map((condition) => `CASE WHEN ${condition} THEN true ELSE false END`),
    tie('condition').map((condition) => `EXISTS (SELECT 1 FROM z WHERE ${condition}\n)`),
  ),
})).condition;
