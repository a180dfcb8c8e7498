/** A session's own settings: what comes back must fit its type whatever they are. Those that make values ambiguous are refused, and left out. */
import type pg from 'pg';
import type { Random } from '../../support/random.js';

const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  TimeZone: ['UTC', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia'],
  DateStyle: ['ISO, MDY', 'ISO, DMY', 'ISO, YMD'],
  bytea_output: ['hex', 'escape'],
  extra_float_digits: ['1', '3'],
  xmlbinary: ['base64', 'hex'],
  plan_cache_mode: ['auto', 'force_generic_plan', 'force_custom_plan'],
  enable_hashjoin: ['on', 'off'],
  enable_hashagg: ['on', 'off'],
  enable_seqscan: ['on', 'off'],
};

export async function drawSettings(client: pg.ClientBase, random: Random): Promise<void> {
  for (const [name, values] of Object.entries(SETTINGS)) {
    await client.query('SELECT set_config($1, $2, false)', [name, random.pick(values) ?? '']);
  }
}
