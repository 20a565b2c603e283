// `hookline brokers`, and a start whose brokers cannot be spoken to.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePlace } from '../support/cli.ts';
import { hookline, startDaemon } from '../support/hookline.ts';
import { withoutPackage } from '../support/missing-package.ts';
import { until } from '../support/until.ts';

function placeWith(brokers: unknown): ReturnType<typeof makePlace> {
  const place = makePlace();
  fs.mkdirSync(place.hooklineHome, { recursive: true });
  fs.writeFileSync(path.join(place.hooklineHome, 'config.json'), JSON.stringify({ brokers }));
  return place;
}

/** A port at which nobody listens. */
async function nobody(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

describe('hookline brokers', () => {
  it('says that there are none, and how to name one', async () => {
    const place = makePlace();
    const daemon = await startDaemon(place);
    const { code, stdout, stderr } = await hookline(place, 'brokers');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('"brokers": [{"url"');
    await daemon.stop();
  });

  it('tells of one that is away why, without its password, with exit code 1', async () => {
    const url = `redis://me:pa55w0rd@127.0.0.1:${await nobody()}`;
    const place = placeWith([{ url, label: 'team', node: 'laptop', events: ['tool.*'] }]);
    const daemon = await startDaemon(place);
    const told = await until('it was tried', async () => {
      const output = await hookline(place, 'brokers');
      return output.stdout.includes('ECONNREFUSED') ? output : undefined;
    });
    expect(told.code).toBe(1);
    expect(told.stdout).toMatch(
      /^team +redis +as laptop +down +(?:nothing waits|\d+ events? behind); .*ECONNREFUSED/,
    );
    const json = await hookline(place, 'brokers', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      brokers: [{ label: 'team', kind: 'redis', node: 'laptop', state: 'down', lastSeq: expect.any(Number) }],
    });
    const status = await hookline(place, 'status', '--json');
    expect(JSON.parse(status.stdout)).toMatchObject({
      ...{ running: true, status: 'ok' },
      brokers: [{ label: 'team', state: 'down' }],
    });
    expect((await hookline(place, 'status')).stdout).toMatch(/^brokers +team down/m);
    const doctor = await hookline(place, 'doctor', '--json');
    const { findings } = JSON.parse(doctor.stdout) as { findings: { check: string }[] };
    expect(findings.find(({ check }) => check === 'broker team')).toMatchObject({
      verdict: 'warn',
      found: expect.stringMatching(/^Away: .*ECONNREFUSED/),
      mend: expect.stringContaining('config.json'),
    });
    expect(told.stdout + json.stdout + status.stdout + doctor.stdout + daemon.log()).not.toContain(
      'pa55w0rd',
    );
    await daemon.stop();
  });
});

it.each([
  ['amqp', 'amqplib'],
  ['mqtt', 'mqtt'],
  ['redis', '@redis/client'],
  ['nats', '@nats-io/transport-node'],
])(
  'a start with a broker of kind %s says what to install where it is missing, with exit code 2',
  async (kind, name) => {
    const place = placeWith([{ url: `${kind}://127.0.0.1` }]);
    const env = { ...place.env, ...withoutPackage(name) };
    const { code, stderr } = await hookline({ ...place, env }, 'start', '--no-hooks', '--port', '0');
    expect([code, stderr]).toEqual([2, expect.stringContaining(`npm install ${name}`)]);
  },
);
