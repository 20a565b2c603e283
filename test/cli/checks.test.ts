// Findings of the doctor that cannot be arranged on a test's machine: old Node, an administrator's settings, missing programs.
import { describe, expect, it } from 'vitest';
import type { Inspection } from '../../src/agents/claude-code/install/index.ts';
import { checkDaemon, checkEndpoint } from '../../src/cli/doctor/daemon.ts';
import { checkHooks } from '../../src/cli/doctor/hooks.ts';
import { checkClaude, checkNode, checkSender } from '../../src/cli/doctor/machine.ts';
import type { Found } from '../../src/cli/find-daemon.ts';
import { selfCommand } from '../../src/cli/invocation.ts';

const url = 'http://127.0.0.1:3838';
const running: Found = {
  state: 'running',
  info: { pid: 7, port: 3838, host: '127.0.0.1', url, epoch: 'e', version: '0.1.0', startedAt: 0 },
  health: { status: 'ok', version: '0.1.0', uptimeSec: 1, epoch: 'e', seq: 1, sessions: 0, connections: 0 },
};
const healthy: Inspection = {
  claudeVersion: [2, 1, 329],
  scopes: [
    {
      scope: 'user',
      file: '/u/settings.json',
      exists: true,
      plainJson: true,
      present: ['Stop', 'PreToolUse'],
      missing: [],
      stale: [],
      otherHomes: [],
      disableAllHooks: false,
    },
  ],
  managed: { file: '/etc/managed.json', exists: true, allowManagedHooksOnly: false, disableAllHooks: false },
  hook: { file: '/h/hookline-hook', state: 'current' },
  endpoint: { state: 'alive', pid: 7, url: `${url}/hook` },
  stalled: false,
  curl: '/usr/bin/curl',
  bash: '/bin/bash',
};
const user = (change: Partial<Inspection['scopes'][number]>): Inspection => ({
  ...healthy,
  scopes: healthy.scopes.map(scope => ({ ...scope, ...change })),
});
const bad = (inspection: Inspection): string[] =>
  checkHooks(inspection)
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ check, verdict, mend }) => `${verdict} ${check}: ${mend}`);

describe('the machine', () => {
  it('needs Node 20.19 or later', () => {
    const verdicts = ['18.20.0', '20.18.9', '20.19.0', '22.1.0'].map(version => checkNode(version).verdict);
    expect(verdicts).toEqual(['fail', 'fail', 'ok', 'ok']);
  });

  it('needs something to send with, best curl', () => {
    expect(checkSender(healthy).verdict).toBe('ok');
    expect(checkSender({ ...healthy, curl: undefined }).verdict).toBe('warn');
    expect(checkSender({ ...healthy, curl: undefined, bash: undefined }).verdict).toBe('fail');
  });

  it('may have no claude', () => {
    expect(checkClaude(healthy).found).toBe('Claude Code 2.1.329');
    expect(checkClaude({ ...healthy, claudeVersion: undefined }).verdict).toBe('warn');
  });
});

describe('hooks', () => {
  it('are well', () => {
    expect(bad(healthy)).toEqual([]);
  });

  it("an administrator's settings that keep them from running are a failure nobody here can mend", () => {
    const { managed } = healthy;
    for (const change of [{ allowManagedHooksOnly: true }, { disableAllHooks: true }]) {
      expect(bad({ ...healthy, managed: { ...managed, ...change } })).toEqual([
        expect.stringContaining('fail managed settings: Ask whoever administers this machine'),
      ]);
    }
  });

  it('that are old or incomplete are worth a look', () => {
    const mend = `warn hooks: Bring them up to date: ${selfCommand()} install --scope user`;
    expect(bad(user({ stale: ['Stop'] }))).toEqual([mend]);
    expect(bad(user({ missing: ['SessionEnd'] }))).toEqual([mend]);
  });

  it('of another hookline are named, and do not count', () => {
    const [finding] = checkHooks(user({ present: [], otherHomes: ['/other'] })).filter(
      ({ check }) => check === 'hooks',
    );
    expect(finding).toMatchObject({ verdict: 'fail', found: expect.stringContaining('/other') });
  });
});

describe('the daemon', () => {
  it('may run, but degraded', () => {
    const degraded = { ...running, health: { ...running.health, status: 'degraded' as const } };
    expect([checkDaemon(running).verdict, checkDaemon(degraded).verdict]).toEqual(['ok', 'warn']);
  });

  it('has to be the one the hooks call', () => {
    const verdict = (endpoint: Inspection['endpoint'], stalled = false): string[] =>
      checkEndpoint({ ...healthy, endpoint, stalled }, running).map(finding => finding.verdict);
    expect(verdict(healthy.endpoint)).toEqual(['ok']);
    expect(verdict(healthy.endpoint, true)).toEqual(['ok', 'warn']);
    expect(verdict({ state: 'alive', pid: 8, url: `${url}/hook` })).toEqual(['fail']);
    expect(verdict({ state: 'alive', pid: 7, url: 'http://127.0.0.1:38380/hook' })).toEqual(['fail']);
    expect(verdict({ state: 'missing' })).toEqual(['fail']);
  });
});
