// Every command explains itself.
import { describe, expect, it } from 'vitest';
import { makePlace } from '../support/cli.ts';
import { hookline } from '../support/hookline.ts';

const place = makePlace();
const commands = [
  'start',
  'stop',
  'status',
  'install',
  'uninstall',
  'doctor',
  'tail',
  'search',
  'db',
  'db stats',
  'db vacuum',
  'db export',
  'db import',
  'sessions',
  'show',
  'usage',
  'stats',
  'history',
  'history import',
  'history stop',
  'on',
  'inbox',
  'peek',
  'listen',
  'purge',
  'delete',
  'dead',
  'dead list',
  'dead show',
  'dead retry',
  'dead purge',
  'release',
  'alerts',
  'alerts list',
  'alerts ack',
  'alerts test',
  'approvals',
  'approve',
  'deny',
  'answer',
  'policy',
  'policy test',
  'hub',
  'nodes',
  'brokers',
  'mcp',
  'relay',
  'wrap',
  'in',
  'in add',
  'in list',
  'in remove',
  'token',
  'token rotate',
  'token create',
  'token list',
  'token revoke',
  'open',
  'demo',
  'service',
  'service install',
  'service uninstall',
  'service status',
  'service restart',
  'service logs',
];

describe('--help', () => {
  it.each(commands)('of %s says what it does, lists its options and gives two examples', async command => {
    const { code, stdout, stderr } = await hookline(place, ...command.split(' '), '--help');
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(new RegExp(`^Usage: hookline ${command}`));
    expect(stdout).toMatch(/\n\n[A-Z][^\n]+/);
    expect(stdout.match(/^ {2}\$ hookline .* {3}\S/gm)).toHaveLength(2);
  });

  it('of hookline lists every command', async () => {
    const { code, stdout } = await hookline(place, '--help');
    expect(code).toBe(0);
    for (const command of commands.filter(one => !one.includes(' ')))
      expect(stdout).toMatch(new RegExp(`^  ${command}( |$)`, 'm'));
  });

  it('options that have a default tell it', async () => {
    const { stdout } = await hookline(place, 'start', '--help');
    const flat = stdout.replace(/\s+/g, ' ');
    for (const text of ['(default: 3838)', '(default: 127.0.0.1)', '(default: info)'])
      expect(flat).toContain(text);
  });

  it('help COMMAND is the same', async () => {
    const [one, two] = await Promise.all([
      hookline(place, 'help', 'tail'),
      hookline(place, 'tail', '--help'),
    ]);
    expect(one.stdout).toBe(two.stdout);
  });

  it('--version prints the version alone', async () => {
    expect((await hookline(place, '--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
