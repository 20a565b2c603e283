// Whoever finds daemon.json finds a daemon that takes calls: it comes last, and goes first.
import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startTestDaemon } from '../support/daemon.ts';
import { connect } from '../support/ws.ts';

test('it is written when the hooks know the way, with the port that listens, and is gone before clients are sent away', async () => {
  const rename = fs.renameSync;
  const found: { port: number; endpoint: boolean }[] = [];
  const spy = vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
    rename(from, to);
    if (path.basename(String(to)) !== 'daemon.json') return;
    const { port } = JSON.parse(fs.readFileSync(to, 'utf8'));
    found.push({ port, endpoint: fs.existsSync(path.join(String(to), '../hooks/endpoint')) });
  });
  onTestFinished(() => spy.mockRestore());
  const daemon = await startTestDaemon();
  expect(found).toEqual([{ port: daemon.port, endpoint: true }]);

  const client = await connect(daemon);
  const file = path.join(daemon.home, 'daemon.json');
  const endpoint = path.join(daemon.home, 'hooks/endpoint');
  const left = client.closed.then(({ code }) => [code, fs.existsSync(file), fs.existsSync(endpoint)]);
  await daemon.daemon.stop();
  expect(await left).toEqual([1001, false, false]);
  await daemon.stop();
});
