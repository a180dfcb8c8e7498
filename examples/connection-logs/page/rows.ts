/** A log as a row of the table. Whatever came from outside is set as text, so that none of it is ever markup. */
import type { Log } from './api.js';

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const TYPE_NAMES: Readonly<Record<Log['type'], string>> = {
  ssh: 'SSH',
  vscode: 'VS Code',
  jetbrains: 'JetBrains',
  reconnecting_pty: 'Web terminal',
  workspace_app: 'App',
  port_forwarding: 'Port',
};

export function rowOf(log: Log, now: number): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.append(
    cell('Connected', timeOf(log.connect_time)),
    cell('Workspace', log.workspace_name, log.agent_name),
    cell('Owner', log.workspace_owner_username),
    cell('Organization', log.organization.display_name || log.organization.name),
    cell('Type', TYPE_NAMES[log.type], log.web_info?.slug_or_port ?? undefined),
    cell('User', log.web_info?.user?.username ?? '–', log.ip),
    stateOf(log, now),
  );
  return row;
}

function cell(label: string, content: string | Node, note?: string): HTMLTableCellElement {
  const made = document.createElement('td');
  made.dataset['label'] = label;
  made.append(content);
  if (note !== undefined && note !== '') {
    const small = document.createElement('small');
    small.textContent = note;
    made.append(small);
  }
  return made;
}

/** In the reader's zone, with the exact moment on hover. */
function timeOf(iso: string): HTMLTimeElement {
  const time = document.createElement('time');
  time.dateTime = iso;
  time.title = iso;
  time.textContent = WHEN.format(new Date(iso));
  return time;
}

function stateOf({ ssh_info: session, web_info: web, connect_time: start }: Log, now: number): HTMLTableCellElement {
  if (session === null) return cell('State', web?.status_code == null ? '–' : `HTTP ${web.status_code}`);
  if (session.disconnect_time === null) {
    const ongoing = cell('State', 'Ongoing', `for ${duration(now - Date.parse(start))}`);
    ongoing.classList.add('ongoing');
    return ongoing;
  }
  const ended = document.createElement('span');
  ended.textContent = `Ended after ${duration(Date.parse(session.disconnect_time) - Date.parse(start))}`;
  ended.title = session.disconnect_time;
  const code = session.exit_code === null || session.exit_code === 0 ? '' : `exit code ${session.exit_code}`;
  return cell('State', ended, [session.disconnect_reason, code].filter((part) => part !== null && part !== '').join(', '));
}

function duration(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
