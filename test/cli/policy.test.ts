// `hookline policy test`: which rule would decide, and why; loudly when one is wrong.
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makePlace } from '../support/cli.ts';
import { hookline } from '../support/hookline.ts';

const place = makePlace();
const write = (rules: unknown): void => {
  fs.mkdirSync(place.hooklineHome, { recursive: true });
  fs.writeFileSync(path.join(place.hooklineHome, 'config.json'), JSON.stringify({ approvals: { rules } }));
};
const tests = (...args: string[]) => hookline(place, 'policy', 'test', ...args);
const rules = [
  { command: 'git *', decision: 'allow' },
  { command: 'git push*', decision: 'deny' },
];

it('tells what would be said, and why not otherwise', async () => {
  write(rules);
  const allowed = await tests('--command', 'git status');
  expect([allowed.code, allowed.stdout]).toEqual([
    0,
    'allow: rule 1 says allow\n  not rule 2: the command is another one\n',
  ]);
  const { stdout } = await tests('--command', 'git push', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ decision: 'deny', rule: 2, problems: [] });
  const none = await tests();
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('say what would be asked')]);
});

it('a wrong rule: said by it and by doctor, and nothing is allowed', async () => {
  write([...rules, { tol: 'Bash', decision: 'deny' }]);
  const { code, stdout, stderr } = await tests('--command', 'git status');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /rule 3 of approvals.rules is wrong: .*tol.*until it is mended, no rule allows anything/,
  );
  expect(stdout).toContain(
    'ask: no rule decides\n  not rule 1: it fits, but allows nothing while a rule is wrong\n',
  );
  const doctor = await hookline(place, 'doctor', '--json');
  const { findings } = JSON.parse(doctor.stdout) as { findings: { check: string; verdict: string }[] };
  expect(findings).toContainEqual(expect.objectContaining({ check: 'approval rules', verdict: 'warn' }));
});
