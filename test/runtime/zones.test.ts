/** The same answers in every time zone of the process, under every setting of the session. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, inject, test } from 'vitest';

const ZONES = ['UTC', 'America/St_Johns', 'Pacific/Kiritimati'];

const SESSIONS = [
  `SELECT 1`,
  `SET TimeZone = 'America/St_Johns'; SET DateStyle = 'ISO, DMY'; SET bytea_output = 'escape'; SET IntervalStyle = 'iso_8601'; SET extra_float_digits = 3`,
  `SET TimeZone = 'Asia/Kolkata'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'sql_standard'; SET extra_float_digits = 0`,
  `SET TimeZone = 'Africa/Monrovia'; SET IntervalStyle = 'postgres_verbose'`,
];

const SCRIPT = fileURLToPath(new URL('zone-report.ts', import.meta.url));

/** What a process in a time zone prints, by the settings of its session. */
const reports = new Map<string, Promise<readonly unknown[]>>();

async function report(zone: string, settings: string): Promise<Record<string, unknown>> {
  const made = reports.get(zone) ?? run(zone);
  reports.set(zone, made);
  const found = (await made)[SESSIONS.indexOf(settings)];
  if (typeof found !== 'object' || found === null) throw new Error(`no report under ${settings}`);
  return { ...found };
}

async function run(zone: string): Promise<readonly unknown[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', SCRIPT, inject('databaseUrl'), ...SESSIONS], {
    env: { ...process.env, TZ: zone },
  });
  return stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

let expected: Record<string, unknown> = {};
beforeAll(async () => {
  expected = await report('UTC', SESSIONS[0] ?? '');
});

test('the report says what it should', () => {
  expect(expected['timestamptz 2024-03-10 06:59:59.999999+00']).toEqual([1_710_053_999_999, [1_710_053_999_999]]);
  expect(expected['timestamp 2024-03-10 02:30:00']).toEqual([Date.UTC(2024, 2, 10, 2, 30), [Date.UTC(2024, 2, 10, 2, 30)]]);
  expect(expected['timestamptz infinity']).toEqual([8.64e15, [8.64e15]]);
  expect(expected['bytea \\x00ff5c22']).toEqual([[0, 255, 92, 34], [[0, 255, 92, 34]]]);
  expect(expected['date 0044-03-15 BC']).toEqual(['0044-03-15 BC', ['0044-03-15 BC']]);
  expect(expected['float8 0.1']).toEqual(['0.1', ['0.1']]);
  expect(expected['bool t']).toEqual([true, [true]]);
  expect(expected['bound 0']).toEqual(['0.000000', '0.000000', '0.000000']);
  expect(expected['bound -62167219200001']).toEqual(Array(3).fill('-62167219200.001000'));
  expect(expected['bound 8640000000000000']).toEqual(Array(3).fill('Infinity'));
  expect(JSON.stringify(expected)).not.toContain('nonsense');
});

test.each(ZONES.flatMap((zone) => SESSIONS.map((settings) => [zone, settings] as const)))('TZ=%s, %s', async (zone, settings) => {
  expect(await report(zone, settings)).toEqual(expected);
});
