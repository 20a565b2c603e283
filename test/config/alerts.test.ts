// Rules of alerts as they are written: what they mean, and in one line what is wrong with one.
import { describe, expect, it } from 'vitest';
import { readyAlerts } from '../support/alert-rules.ts';

const refusal = (rules: readonly object[], targets: object = {}): string => {
  try {
    readyAlerts(rules, targets);
  } catch (error) {
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message.replace(/^.*config\.json: /, '').replace(/; it must be a.*$/, '');
  }
  throw new Error('the rules were accepted');
};

describe('a rule', () => {
  it('has defaults, and targets by name or where they stand', () => {
    const targets = { phone: { ntfy: 'https://ntfy.sh/mine', tokenFile: '/secrets/ntfy' } };
    const hook = { webhook: 'https://box.lan/in', secretFile: '/secrets/box' };
    expect(
      readyAlerts(
        [
          { when: 'waiting', to: 'browser' },
          { when: 'stuck', for: '1h30m', project: '**/shop', to: ['browser', 'phone'] },
          {
            when: 'errors',
            to: [hook, hook, { webhook: 'https://box.lan/other', secretFile: '/secrets/box' }],
          },
          { when: 'budget', to: { slackFile: '/secrets/slack', label: 'team' } },
        ],
        targets,
      ),
    ).toMatchObject([
      { when: 'waiting', forMs: 60_000, to: [{ kind: 'browser', label: 'browser' }] },
      {
        ...{ when: 'stuck', forMs: 5_400_000, project: '**/shop' },
        to: [
          { kind: 'browser', label: 'browser' },
          { kind: 'ntfy', label: 'phone', url: 'https://ntfy.sh/mine', tokenFile: '/secrets/ntfy' },
        ],
      },
      {
        ...{ when: 'errors', count: 5, withinMs: 600_000 },
        to: [{ label: 'webhook' }, { label: 'webhook' }, { label: 'webhook-2' }],
      },
      { when: 'budget', to: [{ kind: 'slack', label: 'team', urlFile: '/secrets/slack' }] },
    ]);
  });

  it.each<[string, object, string]>([
    [
      'of an unknown kind',
      { when: 'bored', to: 'browser' },
      '"alerts" is wrong at [0].when: must be one of waiting, failed, stuck, idle, errors, budget',
    ],
    [
      'with a time that is none',
      { when: 'idle', for: 10, to: 'browser' },
      '"alerts" is wrong at [0].for: must be a length of time such as "90s", "10m" or "1h30m"',
    ],
    [
      'with too long a time',
      { when: 'errors', within: '2d', to: 'browser' },
      '"alerts" is wrong at [0].within: must be at most 1d',
    ],
    [
      'with figures of another',
      { when: 'waiting', count: 3, to: 'browser' },
      '"alerts" is wrong at [0].count: is for errors',
    ],
    [
      'with a time that it has not',
      { when: 'budget', for: '1m', to: 'browser' },
      '"alerts" is wrong at [0].for: is for waiting, failed, stuck, idle',
    ],
    ['that tells nobody', { when: 'waiting', to: [] }, '"alerts" is wrong at [0].to: must name whom to tell'],
    [
      'with a key that there is not',
      { when: 'waiting', too: 'browser', to: 'browser' },
      '"alerts" is wrong at [0]: Unrecognized key: "too"',
    ],
  ])('%s is named with what is wrong', (_what, rule, words) => {
    expect(refusal([rule])).toBe(words);
  });

  it('that is there twice is one too many', () => {
    const rule = { when: 'waiting', for: '2m' };
    expect(
      refusal(
        [
          { ...rule, to: 'browser' },
          { ...rule, to: 'phone' },
        ],
        { phone: { ntfy: 'https://ntfy.sh/mine' } },
      ),
    ).toContain('two rules are the same but for whom they tell');
  });
});

describe('a target', () => {
  it('that nobody has named is told, with those that there are', () => {
    expect(refusal([{ when: 'waiting', to: 'fone' }], { phone: { ntfy: 'https://ntfy.sh/mine' } })).toBe(
      '"alerts" is wrong: nobody is called "fone" in alertTargets; there are browser, push, phone',
    );
  });

  it.each<[string, object, string]>([
    ['of no kind', {}, 'must have one of webhook, ntfy, slackFile, discordFile, and only one'],
    [
      'of two kinds',
      { ntfy: 'https://a/b', slackFile: '/s' },
      'must have one of webhook, ntfy, slackFile, discordFile, and only one',
    ],
    [
      'without a secret',
      { webhook: 'https://box.lan' },
      'webhook and secretFile go together: what is posted there is signed',
    ],
    [
      'without a topic',
      { ntfy: 'https://ntfy.sh' },
      'ntfy must be the URL of a topic, such as https://ntfy.sh/my-alerts',
    ],
  ])('%s says so', (_what, target, words) => {
    expect(refusal([], { phone: target })).toBe(`"alertTargets" is wrong at .phone: ${words}`);
  });

  it('with its URL where a file belongs, or a password in it, is refused, and not shown', () => {
    const inline = refusal([], { team: { slackFile: 'https://hooks.slack.com/services/T0/B0/hunter2' } });
    const password = refusal([
      { when: 'waiting', to: { webhook: 'https://me:hunter2@box.lan', secretFile: '/s' } },
    ]);
    expect(inline).toContain('.team.slackFile: must be an absolute path');
    expect(password).toContain('"alerts" is wrong at [0].to[0]');
    for (const words of [inline, password]) expect(words).not.toContain('hunter2');
  });
});
