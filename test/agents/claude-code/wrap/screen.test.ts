// A screen that is drawn by escapes, as the client draws it: piece by piece, over what was there.
import xterm from '@xterm/headless';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Screen } from '../../../../src/agents/claude-code/wrap/screen.ts';
import { until } from '../../../support/until.ts';

let screen: Screen;
beforeEach(() => {
  screen = new Screen(new xterm.Terminal({ cols: 40, rows: 8, allowProposedApi: true }));
});
afterEach(() => screen.close());

const draw = async (output: string): Promise<void> => {
  screen.write(Buffer.from(output));
  await until('it is drawn', () => screen.isCurrent);
};
const LINE = '─'.repeat(40);
const AT_PROMPT = `\x1b[?1049h\x1b[2J\x1b[5;1H${LINE}\x1b[7;1H${LINE}\x1b[8;1H  ⏸ manual mode on`;

it('shows the prompt, and what is written there by a few changed letters', async () => {
  expect(screen.promptBox).toBeUndefined();
  await draw(`${AT_PROMPT}\x1b[6;1H❯ \x1b[7m \x1b[27m`);
  expect(screen.promptBox).toEqual({ text: '', isEmpty: true, footer: '⏸ manual mode on' });
  await draw('\x1b[6;3H[Pasted\x1b[1Ctext\x1b[1C#1\x1b[1C+4\x1b[1Clines]');
  expect(screen.promptBox).toMatchObject({ text: '[Pasted text #1 +4 lines]', isEmpty: false });
  await draw('\x1b[6;3H\x1b[K');
  expect(screen.promptBox).toMatchObject({ isEmpty: true });
});

it('tells what is dim from what somebody wrote', async () => {
  await draw(`${AT_PROMPT}\x1b[6;1H❯ \x1b[2mTry "fix the tests"\x1b[22m`);
  expect(screen.promptBox).toMatchObject({ text: 'Try "fix the tests"', isEmpty: true });
  await draw('\x1b[6;3Ha\x1b[2mdd the tests\x1b[22m');
  expect(screen.promptBox).toMatchObject({ isEmpty: false });
});

it('says nothing before all that was written is drawn', async () => {
  await draw(`${AT_PROMPT}\x1b[6;1H❯ `);
  screen.write(Buffer.from('x'));
  expect([screen.isCurrent, screen.promptBox]).toEqual([false, undefined]);
  await until('it is drawn', () => screen.isCurrent);
});

it('is as large as the window', async () => {
  screen.resize(20, 6);
  const line = '─'.repeat(20);
  await draw(`\x1b[2J\x1b[1;1H${line}\x1b[2;1H❯ hello\x1b[3;1H${line}\x1b[4;1H  ⏸ manual mode on`);
  expect(screen.promptBox).toMatchObject({ text: 'hello' });
});
