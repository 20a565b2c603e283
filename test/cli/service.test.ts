// The files of the service, what is done with one that is not ours, and what the managers are told: by stand-ins that write it down.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Job, jobOf } from '../../src/cli/service/job.ts';
import { Launchd } from '../../src/cli/service/launchd.ts';
import { readMark } from '../../src/cli/service/mark.ts';
import { plistText } from '../../src/cli/service/plist.ts';
import { readLog } from '../../src/cli/service/read-log.ts';
import { unitText } from '../../src/cli/service/unit.ts';
import { loadConfig } from '../../src/config/index.ts';
import { VERSION } from '../../src/version.ts';
import { type CliPlace, MAIN, makePlace, runCli } from '../support/cli.ts';
import { hookline, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const UGLY = `/home/a b%c$d"e'f\\g&<h>--i`;
const job: Job = {
  version: VERSION,
  home: `${UGLY}/.hookline`,
  node: `${UGLY}/node`,
  script: `${UGLY}/main.js`,
  args: ['start', '--log-file', `${UGLY}/hookline.log`],
  env: { PATH: '/usr/bin', HOOKLINE_NAMES: '[{"project": "50%", "name": "$a"}]' },
  log: `${UGLY}/hookline.log`,
};

/** A program on the PATH of a place that writes down what it is called with, and says what `answers` has for the first word that fits. */
function standIn(place: CliPlace, tool: string, answers: Readonly<Record<string, string>>): () => string[] {
  const calls = path.join(place.home, `${tool}.calls`);
  const cases = Object.entries(answers).map(([word, answer]) => `  *" ${word} "*) ${answer};;`);
  const script = ['#!/bin/sh', `echo "$*" >>'${calls}'`, 'case " $* " in', ...cases, 'esac', ''];
  fs.writeFileSync(path.join(place.home, 'bin', tool), script.join('\n'), { mode: 0o755 });
  fs.writeFileSync(calls, '');
  return () => fs.readFileSync(calls, 'utf8').trimEnd().split('\n');
}

const unitOf = ({ home }: CliPlace): string => path.join(home, '.config/systemd/user/hookline.service');

/** A user manager that takes what it is told, and starts nothing. */
function standInForSystemd(place: CliPlace): () => string[] {
  const state = `LoadState=loaded\\nFragmentPath=${unitOf(place)}\\nUnitFileState=enabled\\nActiveState=failed\\nSubState=failed\\nMainPID=0\\nResult=exit-code\\nNRestarts=20\\n`;
  return standIn(place, 'systemctl', { 'hookline.service': `case "$*" in *show*) printf '${state}';; esac` });
}

describe('the unit', () => {
  it('names everything so that systemd reads it back, whatever is in it', () => {
    const lines = unitText(job).split('\n');
    const escaped = `/home/a b%%c$$d\\"e'f\\\\g&<h>--i`;
    expect(lines).toContain(
      `ExecStart="/bin/sh" "-c" "exec \\"$$0\\" \\"$$@\\"" "${escaped}/node" "${escaped}/main.js" "start" "--log-file" "${escaped}/hookline.log"`,
    );
    // Variables are taken as they are, but for the signs of systemd itself.
    expect(lines).toContain(
      'Environment="HOOKLINE_NAMES=[{\\"project\\": \\"50%%\\", \\"name\\": \\"$a\\"}]"',
    );
    const plain = unitText({ ...job, node: '/usr/bin/no$de' });
    expect(plain).toMatch(/^ExecStart="\/usr\/bin\/no\$de" "/m);
    for (const line of [
      'Restart=on-failure',
      'RestartPreventExitStatus=2',
      'WantedBy=default.target',
      'KillMode=mixed',
    ])
      expect(lines).toContain(line);
  });
});

describe('the agent of launchd', () => {
  const text = plistText(job);

  it('is XML that says what it was given', () => {
    const unescaped = (value: string): string =>
      value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    const strings = [...text.matchAll(/<string>([^<>]*)<\/string>/g)].map(([, value = '']) =>
      unescaped(value),
    );
    expect(strings).toEqual([
      'hookline.daemon',
      ...[job.node, job.script, ...job.args],
      ...Object.values(job.env),
      'Interactive',
      ...Array(2).fill(`${job.home}/launchd.log`),
    ]);
    expect(text.replaceAll('\t', '')).toContain(
      '<key>RunAtLoad</key>\n<true/>\n<key>KeepAlive</key>\n<dict>\n<key>SuccessfulExit</key>\n<false/>\n</dict>',
    );
    // A comment ends at the first --, and nowhere else.
    expect(text.match(/<!--(.*?)-->/s)?.[1]).not.toContain('--');
    const balanced = [...text.replace(/<[?!][^>]*>/g, '').matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)];
    const open: string[] = [];
    for (const [, closes, name = '', empty] of balanced) {
      if (closes) expect(open.pop()).toBe(name);
      else if (!empty) open.push(name);
    }
    expect([open, balanced.length > 20]).toEqual([[], true]);
  });

  const tools = ['plutil', 'xmllint', 'python3'].filter(tool =>
    (process.env['PATH'] ?? '').split(':').some(folder => fs.existsSync(path.join(folder, tool))),
  );
  if (!tools.includes('plutil'))
    console.log('service: no plutil here, so Apple’s own check of the plist is left out');
  const CHECKS: Readonly<Record<string, readonly string[]>> = {
    plutil: ['-lint', '-s'],
    xmllint: ['--noout', '--nonet'],
    python3: ['-c', 'import plistlib, sys; plistlib.load(open(sys.argv[1], "rb"))'],
  };
  it.each(tools)('is fine for %s', tool => {
    const { home } = makePlace();
    const file = path.join(home, 'agent.plist');
    fs.writeFileSync(file, text);
    execFileSync(tool, [...(CHECKS[tool] ?? []), file], { env: { PATH: process.env['PATH'], HOME: home } });
  });
});

describe.each([{ textOf: unitText }, { textOf: plistText }])('the mark ($textOf.name)', ({ textOf }) => {
  it('tells what a file runs, and whether it was changed since', () => {
    const text = textOf(job);
    const { version, home, node, script, log } = job;
    expect(readMark(text)).toEqual({ mark: { version, home, node, script, log }, edited: false });
    expect(readMark(`${text}# mine\n`)).toMatchObject({ edited: true });
    expect(readMark(text.replace(VERSION, '0.0.1'))).toMatchObject({ edited: true });
    expect(readMark(text.replace(/hookline-service.*/, ''))).toBeUndefined();
    expect(readMark(text.replace(/"digest":"[^"]*"/, '"digest":7'))).toMatchObject({ edited: true });
  });
});

describe('what is carried over', () => {
  const runner = { node: process.execPath, script: MAIN };
  const carried = (env: Record<string, string>, keepsLog = true): ReturnType<typeof jobOf> =>
    jobOf(loadConfig({ env, homedir: '/nowhere' }), { env, keepsLog, runner });

  it('is what the daemon reads and is no secret, paths from where they were, and the PATH without what npm put there', () => {
    const { job: made, notes } = carried({
      HOOKLINE_HOME: '~/h',
      HOOKLINE_PORT: '4000',
      HOOKLINE_LOG_FILE: 'logs/h.log',
      HOOKLINE_BROKERS: 'nats://me:secret@127.0.0.1',
      HOOKLINE_TOKEN: 'secret',
      HOOKLINE_HOST: '',
      OTHER: 'x',
      PATH: '/x/node_modules/.bin:/usr/bin::relative',
    });
    expect(made.env).toEqual({
      PATH: '/usr/bin',
      HOOKLINE_HOME: '/nowhere/h',
      HOOKLINE_LOG_FILE: path.resolve('logs/h.log'),
      HOOKLINE_PORT: '4000',
    });
    expect(JSON.stringify(made)).not.toContain('secret');
    expect(notes.join('\n')).toMatch(/HOOKLINE_BROKERS is not in the service file: it may hold a password\./);
    expect(notes.join('\n')).toMatch(
      /HOOKLINE_TOKEN is not in the service file: the daemon does not read it\./,
    );
    expect(made.node).toBe(fs.realpathSync(process.execPath));
    expect(made.script).toBe(fs.realpathSync(MAIN));
  });

  it('where the manager keeps no log, one of its own goes into its home', () => {
    expect(carried({}, false).job).toMatchObject({
      args: ['start', '--log-file', '/nowhere/.hookline/hookline.log'],
      log: '/nowhere/.hookline/hookline.log',
    });
    expect(carried({ HOOKLINE_LOG_FILE: '/l' }, false).job).toMatchObject({ args: ['start'], log: '/l' });
  });
});

describe.skipIf(process.platform !== 'linux')('install and uninstall', () => {
  it('--dry-run prints the file and writes nothing', async () => {
    const place = makePlace();
    const calls = standInForSystemd(place);
    const { stdout, stderr } = await hooklineOk(place, 'service', 'install', '--dry-run');
    expect(readMark(stdout)).toMatchObject({ mark: { home: place.hooklineHome } });
    expect(stderr).toContain(`It would be ${unitOf(place)}. Nothing was written.`);
    expect([fs.existsSync(path.join(place.home, '.config')), calls()]).toEqual([false, ['']]);
  });

  it('tell systemd to read the file, to start it at login and now, and what it says when that fails', async () => {
    const place = makePlace();
    const calls = standInForSystemd(place);
    const { code, stderr } = await hookline(place, 'service', 'install');
    expect(code).toBe(1);
    expect(stderr).toContain(`Wrote ${unitOf(place)}.`);
    expect(stderr).toContain(
      'the service does not run (systemd says: failed (failed, exit-code, 20 restarts))',
    );
    const done = calls().filter(call => !call.includes('show'));
    expect(done).toEqual([
      '--user daemon-reload',
      '--user enable --quiet hookline.service',
      '--user daemon-reload',
      '--user reset-failed hookline.service',
      '--user restart hookline.service',
    ]);
    await hooklineOk(place, 'service', 'uninstall');
    expect(calls()).toContain('--user disable --now --quiet hookline.service');
    expect(fs.readdirSync(path.dirname(unitOf(place)))).toEqual([]);
  });

  it.each([
    {
      what: 'of somebody else',
      text: '[Service]\nExecStart=/bin/true\n',
      words: 'was not written by hookline',
    },
    { what: 'changed by hand', text: undefined, words: 'was changed by hand since hookline wrote it' },
  ])('leave a file alone that is $what, unless they are forced', async ({ text, words }) => {
    const place = makePlace();
    standInForSystemd(place);
    const file = unitOf(place);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const { stdout } = await hooklineOk(place, 'service', 'install', '--dry-run');
    const theirs = text ?? `${stdout}Nice=5\n`;
    fs.writeFileSync(file, theirs);
    for (const what of ['install', 'uninstall']) {
      const { code, stderr } = await hookline(place, 'service', what);
      expect(code).toBe(1);
      expect(stderr).toContain(`${file} ${words}`);
      expect(fs.readFileSync(file, 'utf8')).toBe(theirs);
    }
    await hookline(place, 'service', 'install', '--force');
    expect(fs.readFileSync(`${file}.before`, 'utf8')).toBe(theirs);
    expect(readMark(fs.readFileSync(file, 'utf8'))).toMatchObject({ edited: false });
  });

  it('leave the service of another home alone', async () => {
    const place = makePlace();
    standInForSystemd(place);
    await hookline(place, 'service', 'install');
    const { code, stderr } = await hookline(
      { ...place, hooklineHome: `${place.home}/other` },
      'service',
      'uninstall',
    );
    expect(code).toBe(1);
    expect(stderr).toContain(`is the service of another HOOKLINE_HOME (${place.hooklineHome})`);
  });

  it('do nothing to a service that systemd has from elsewhere', async () => {
    const place = makePlace();
    const calls = standIn(place, 'systemctl', {
      'hookline.service': "printf 'LoadState=loaded\\nFragmentPath=/other/hookline.service\\n'",
    });
    const { code, stderr } = await hookline(place, 'service', 'install');
    expect(code).toBe(1);
    expect(stderr).toContain('has hookline.service from /other/hookline.service, and not from');
    expect(calls().filter(call => /enable|restart/.test(call))).toEqual([]);
  });

  it('say what to do where no manager can be reached, and write nothing', async () => {
    const place = makePlace();
    standIn(place, 'systemctl', { show: 'echo no bus >&2; exit 1' });
    const { code, stderr } = await hookline(place, 'service', 'install');
    expect(code).toBe(1);
    expect(stderr).toContain('your user manager of systemd cannot be reached (no bus)');
    expect(stderr).toContain(`loginctl enable-linger ${os.userInfo().username}`);
    expect(fs.existsSync(unitOf(place))).toBe(false);
    const { code: told, stdout } = await hookline(place, 'service', 'status');
    expect([told, stdout]).toEqual([1, expect.stringContaining('not installed')]);
  });

  it('say so where there is none', async () => {
    const place = makePlace();
    const alone = { ...place, env: { ...place.env, PATH: path.join(place.home, 'bin') } };
    const { code, stderr } = await hookline(alone, 'service', 'install');
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('there is neither systemd (no systemctl on PATH) nor launchd'),
    ]);
  });
});

describe('launchd', () => {
  it('is told to take up the agent once the last one is gone', async () => {
    const place = makePlace();
    // It is there until it was told to go, and asked once more.
    const gone = path.join(place.home, 'gone');
    const loaded = `printf 'gui/501/hookline.daemon = {\\n\\tpath = ${place.home}/Library/LaunchAgents/hookline.daemon.plist\\n\\tstate = running\\n\\tpid = 7\\n}\\n'`;
    const calls = standIn(place, 'launchctl', {
      'print gui/501/hookline.daemon': `[ -e '${gone}.now' ] && exit 113; [ -e '${gone}' ] && mv '${gone}' '${gone}.now'; ${loaded}`,
      'bootout gui/501/hookline.daemon': `touch '${gone}'`,
      'print-disabled gui/501': `printf '\\t"hookline.daemon" => enabled\\n'`,
    });
    const launchd = new Launchd({ env: place.env, homedir: place.home, uid: 501 });
    expect(await launchd.standing()).toEqual({ isKnown: true, isEnabled: true, pid: 7, words: 'running' });
    await launchd.restart();
    expect(calls().slice(3)).toEqual([
      'print gui/501/hookline.daemon',
      'bootout gui/501/hookline.daemon',
      'print gui/501/hookline.daemon',
      'print gui/501/hookline.daemon',
      `bootstrap gui/501 ${launchd.file}`,
    ]);
    expect(await launchd.standing()).toMatchObject({ isKnown: false, pid: undefined, words: 'not loaded' });
  });
});

describe.skipIf(process.platform !== 'linux')('logs', () => {
  const lines = async (found: AsyncIterable<string>): Promise<string[]> => {
    const all: string[] = [];
    for await (const line of found) all.push(line);
    return all;
  };
  const signal = new AbortController().signal;

  it('are the last lines, also of what was put aside, and whole', async () => {
    const file = path.join(makePlace().home, 'h.log');
    fs.writeFileSync(`${file}.2`, 'a\nb\n');
    fs.writeFileSync(`${file}.1`, 'c\nd\n');
    fs.writeFileSync(file, `e\n${'é'.repeat(100_000)}\nhalf`);
    const last = (n: number): Promise<string[]> => lines(readLog(file, { lines: n, follow: false, signal }));
    expect(await last(0)).toEqual([]);
    expect((await last(2)).map(line => line.length)).toEqual([1, 100_000]);
    expect((await last(4)).slice(0, 3)).toEqual(['c', 'd', 'e'].slice(0, 3));
    expect((await last(100)).slice(0, 5)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('of the file of the configuration go on through being put aside', async () => {
    const place = makePlace();
    const file = path.join(place.home, 'h.log');
    const named = { ...place, env: { ...place.env, HOOKLINE_LOG_FILE: file } };
    expect(await hookline(named, 'service', 'logs')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no log yet'),
    });
    const daemon = await startDaemon(named);
    const follow = runCli(named, ['service', 'logs', '--follow', '-n', '1']);
    await follow.haveLines(1);
    expect(follow.lines()[0]).toMatch(/Z info {2}hookline \S+ listens at/);
    fs.renameSync(file, `${file}.1`);
    fs.appendFileSync(`${file}.1`, 'the last one of it\n');
    await daemon.stop();
    await until('its end is told', () => follow.stdout().includes('stopping'));
    expect(
      follow
        .lines()
        .slice(1)
        .map(line => line.replace(/^\S+Z info {2}/, '')),
    ).toEqual(['the last one of it', 'hookline: stopping… (once more ends it at once)']);
    expect(await follow.end()).toBe(0);
  });

  it('of no service are not to be had, and of one without journalctl neither', async () => {
    const place = makePlace();
    standInForSystemd(place);
    expect((await hookline(place, 'service', 'logs')).stderr).toContain(
      'there is no service of hookline, and no logFile',
    );
    await hookline(place, 'service', 'install');
    fs.symlinkSync('/usr/bin/env', path.join(place.home, 'bin', 'env'));
    const alone = { ...place, env: { ...place.env, PATH: path.join(place.home, 'bin') } };
    const { code, stderr } = await hookline(alone, 'service', 'logs');
    expect([code, stderr]).toEqual([1, expect.stringContaining('there is no journalctl on PATH')]);
  });

  it('of the journal are asked of journalctl by the unit, and told as they are', async () => {
    const place = makePlace();
    standInForSystemd(place);
    await hookline(place, 'service', 'install');
    const calls = standIn(place, 'journalctl', { '--output=cat': `printf 'one\\ntwo\\033[2J\\n'` });
    const { stdout } = await hooklineOk(place, 'service', 'logs', '-n', '7');
    expect(stdout).toBe('one\ntwo\n');
    expect(calls()).toEqual(['--user-unit=hookline.service --output=cat --no-pager --lines=7']);
  });
});
