// A demo begins again, ends however it is asked to, and is refused what it cannot have.
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { onEnter } from '../../../src/cli/demo/keys.ts';
import type { EventEnvelope } from '../../../src/protocol/index.ts';
import { makePlace, runCli } from '../../support/cli.ts';
import { announced } from '../../support/demo.ts';
import { hookline, startDaemon } from '../../support/hookline.ts';
import { until } from '../../support/until.ts';

describe('while it plays', () => {
  it('a second round has other sessions, and those of the first have ended', async () => {
    const place = makePlace();
    const demo = runCli(place, ['demo', '--speed', '1000', '--json']);
    const { home } = await announced(demo);
    const tail = runCli({ ...place, hooklineHome: home }, ['tail', '--json', '--since', '0', 'session.*']);
    const seen = (): EventEnvelope[] => tail.lines().map(line => JSON.parse(line) as EventEnvelope);
    const startsOf = (project: string): EventEnvelope[] =>
      seen().filter(
        ({ type, data }) => type === 'session.discovered' && data['cwd'] === `/home/dev/${project}`,
      );
    await until('storefront began again', () => startsOf('storefront').length >= 3);
    // The first of the three is of another day.
    const [, first, second] = startsOf('storefront');
    expect(second?.sessionId).not.toBe(first?.sessionId);
    expect(
      seen().some(({ type, sessionId }) => type === 'session.removed' && sessionId === first?.sessionId),
    ).toBe(true);
    expect(await demo.end('SIGTERM')).toBe(0);
    expect(fs.existsSync(home)).toBe(false);
    await tail.end();
  });

  it('a signal right at the start leaves nothing either', async () => {
    const place = makePlace();
    const tmp = path.join(place.home, 'tmp');
    fs.mkdirSync(tmp);
    const demo = runCli(place, ['demo'], { TMPDIR: tmp });
    await until('its folder was there', () => fs.readdirSync(tmp).length > 0);
    expect(await demo.end('SIGHUP')).toBe(0);
    expect(fs.readdirSync(tmp)).toEqual([]);
  });

  it('hookline stop ends it like any other', async () => {
    const place = makePlace();
    const demo = runCli(place, ['demo', '--json']);
    const { home } = await announced(demo);
    expect((await hookline({ ...place, hooklineHome: home }, 'stop')).code).toBe(0);
    expect(await demo.exit).toBe(0);
    expect(fs.existsSync(home)).toBe(false);
  });
});

describe('what is refused', () => {
  it('a port that is taken, with the words of start, and nothing is left', async () => {
    const place = makePlace();
    const tmp = path.join(place.home, 'tmp');
    fs.mkdirSync(tmp);
    const daemon = await startDaemon(place);
    const env = { ...place.env, TMPDIR: tmp };
    const byHookline = await hookline({ ...place, env }, 'demo', '--port', String(daemon.port));
    expect(byHookline).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('another hookline'),
    });
    await daemon.stop();
    const stranger = net.createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => stranger.once('listening', resolve));
    const port = String((stranger.address() as AddressInfo).port);
    const byOther = await hookline({ ...place, env }, 'demo', '--port', port);
    expect(byOther).toMatchObject({ code: 1, stderr: expect.stringContaining('not hookline') });
    stranger.close();
    expect(fs.readdirSync(tmp)).toEqual([]);
  });

  it.each([
    ['--speed', 'fast'],
    ['--speed', '0'],
    ['--port', 'here'],
  ])('%s %s', async (flag, value) => {
    const { code, stderr, stdout } = await hookline(makePlace(), 'demo', flag, value);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(flag);
    expect(stderr).toContain(value);
  });
});

describe('Enter', () => {
  const terminalOf = (isTTY: boolean): PassThrough & ReadStream =>
    Object.assign(new PassThrough(), { isTTY }) as never;

  it('asks for another link until the demo ends', async () => {
    const stdin = terminalOf(true);
    const stop = new AbortController();
    let pressed = 0;
    onEnter(stdin, stop.signal, () => pressed++);
    stdin.write('\n');
    await until('it was noticed', () => pressed === 1);
    stop.abort();
    stdin.write('\n');
    expect(stdin.listenerCount('data')).toBe(0);
  });

  it('is nothing where there is no terminal', () => {
    const stdin = terminalOf(false);
    onEnter(stdin, new AbortController().signal, () => {});
    expect(stdin.listenerCount('data')).toBe(0);
  });
});
