/** The page in a real browser, against the service on a real PostgreSQL. */
import { join } from 'node:path';
import { upsertConnectionLog } from '@sqlward/connection-logs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ORGANIZATIONS, PEOPLE } from '../../examples/connection-logs/data/people.js';
import { event } from '../connectionlogs/fixture.js';
import { startService, type RunningService } from '../service/running.js';
import { launchChromium } from './chromium.js';

const SCREENSHOTS = process.env['SCREENSHOTS'];

let browser: Browser;
let service: RunningService;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  [browser, service] = await Promise.all([launchChromium(), startService(120)]);
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1000, height: 560 }, timezoneId: 'America/New_York', locale: 'en-US' });
  page = await context.newPage();
  await page.goto(service.url);
  await settled();
});
afterEach(() => context.close());

/** Waits until the page shows the answer to its last question. */
async function settled(): Promise<void> {
  await page.locator('#summary', { hasNotText: 'Loading…' }).waitFor();
  await page.locator('#summary:not(:empty)').waitFor();
}

async function search(text: string): Promise<void> {
  await page.locator('#q').fill(text);
  await page.locator('#q').press('Enter');
  await settled();
}

const rows = () => page.locator('#logs tbody tr');
const texts = (column: string) => page.locator(`#logs td[data-label="${column}"]`).allInnerTexts();

async function screenshot(name: string): Promise<void> {
  if (SCREENSHOTS !== undefined) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

describe('the page', () => {
  it('shows the newest logs, with times in the zone of the reader and the exact one on hover', async () => {
    expect(await rows().count()).toBe(25);
    expect(await page.locator('#summary').innerText()).toBe('120 connection logs, newest first.');
    const time = page.locator('#logs time').first();
    const iso = (await time.getAttribute('title')) ?? '';
    const shown = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'America/New_York' }).format(
      new Date(iso),
    );
    expect((await time.innerText()).replace(/\s/g, ' ')).toBe(shown.replace(/\s/g, ' '));
    expect((await texts('State')).join()).toMatch(/Ended after \d+ (?:min|h)/);
    await screenshot('page');
  });

  it('finds what is searched, and keeps it in the address', async () => {
    await search('type:ssh');
    expect(new Set(await texts('Type'))).toEqual(new Set(['SSH']));
    expect(new URL(page.url()).searchParams.get('q')).toBe('type:ssh');
    await page.reload();
    await settled();
    expect(await page.locator('#q').inputValue()).toBe('type:ssh');
    expect(new Set(await texts('Type'))).toEqual(new Set(['SSH']));
    await page.goBack();
    await settled();
    expect(await page.locator('#q').inputValue()).toBe('');
  });

  it('lists every problem of a bad search, and recovers', async () => {
    await search('type:telnet color:red');
    expect(await page.locator('#problems li').allInnerTexts()).toEqual([
      expect.stringMatching(/^type: "telnet" is none of/),
      expect.stringMatching(/^color: no such key/),
    ]);
    expect(await page.locator('#q').getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('#logs').isVisible()).toBe(false);
    await screenshot('bad-search');
    await search('type:ssh');
    expect(await page.locator('#problems').isVisible()).toBe(false);
    expect(await rows().count()).toBeGreaterThan(0);
  });

  it('says honestly that nothing was found', async () => {
    await search('username:nobody');
    expect(await page.locator('#summary').innerText()).toBe('No connection log matches this search.');
    expect(await page.locator('#logs').isVisible()).toBe(false);
  });

  it('says that the service cannot be reached', async () => {
    await context.setOffline(true);
    await search('type:ssh');
    expect(await page.locator('#problems li').allInnerTexts()).toEqual(['the service cannot be reached']);
    await context.setOffline(false);
    await search('type:ssh');
    expect(await rows().count()).toBeGreaterThan(0);
  });

  it('pages to the end and back', async () => {
    expect(await page.locator('#previous').isDisabled()).toBe(true);
    const first = await texts('Connected');
    for (const range of ['26–50 of 120', '51–75 of 120', '76–100 of 120', '101–120 of 120']) {
      await page.locator('#next').click();
      await page.locator('#range', { hasText: range }).waitFor();
    }
    expect(await rows().count()).toBe(20);
    expect(await page.locator('#next').isDisabled()).toBe(true);
    for (const range of ['76–100', '51–75', '26–50', '1–25']) {
      await page.locator('#previous').click();
      await page.locator('#range', { hasText: range }).waitFor();
    }
    expect(await texts('Connected')).toEqual(first);
  });

  it('shows each viewer what that viewer may see', async () => {
    const as = async (viewer: string): Promise<string> => {
      await page.locator('#viewer').selectOption(viewer);
      await settled();
      return page.locator('#summary').innerText();
    };
    expect(await as('owner')).toBe('120 connection logs, newest first.');
    const audited = await as('auditor');
    expect(Number(/^\d+/.exec(audited)?.[0])).toBeLessThan(120);
    expect(new Set(await texts('Organization'))).toEqual(new Set([ORGANIZATIONS[0].displayName, ORGANIZATIONS[1].displayName]));
    expect(await as('guest')).toBe('There are no connection logs that you may see.');
    expect(await rows().count()).toBe(0);
    await screenshot('guest');
  });

  it('works by the keyboard alone', async () => {
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.id')).toBe('q');
    await page.keyboard.type('st');
    expect(await page.locator('#keys [role=option]').allInnerTexts()).toEqual([expect.stringContaining('status:')]);
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('#q').getAttribute('aria-activedescendant')).toBe('key-0');
    await page.keyboard.press('Enter');
    expect(await page.locator('#q').inputValue()).toBe('status:');
    await page.keyboard.type('ongoing ');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('#keys [role=option]').count()).toBeGreaterThan(5);
    await screenshot('keys');
    await page.keyboard.press('Escape');
    expect(await page.locator('#keys').isVisible()).toBe(false);
    await page.keyboard.press('Enter');
    await settled();
    expect(new Set((await texts('State')).map((text) => text.split('\n')[0]))).toEqual(new Set(['Ongoing']));
    await page.goto(service.url);
    await settled();
    await page.locator('#next').focus();
    await page.keyboard.press('Enter');
    await page.locator('#range', { hasText: '26–50' }).waitFor();
  });

  it("fits a phone's width", async () => {
    await page.setViewportSize({ width: 375, height: 740 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
    expect(await page.locator('#logs td').first().isVisible()).toBe(true);
    await screenshot('phone');
  });

  it('takes names for text, whatever they hold', async () => {
    const name = '<img src=x onerror="window.injected = true"><script>window.injected = true</script>';
    await upsertConnectionLog(
      service.pool,
      event(
        { organizationId: ORGANIZATIONS[0].id, workspaceOwnerId: PEOPLE[0]?.id ?? '' },
        { workspaceName: name, agentName: name, time: new Date('2031-01-01T00:00:00Z') },
      ),
    );
    await search(`workspace_owner:${PEOPLE[0]?.username ?? ''}`);
    expect((await texts('Workspace'))[0]).toBe(`${name}\n${name}`);
    expect(await page.evaluate('window.injected')).toBe(undefined);
    expect(await page.locator('#logs img, #logs script').count()).toBe(0);
  });
});
