// An API service: what was begun yesterday made the build red; the cause is found, fixed, missed once, and committed.
import {
  act,
  bash,
  done,
  edit,
  leave,
  prompt,
  read,
  resume,
  start,
  text,
  think,
  until,
  wait,
} from '../steps/index.ts';
import { type Story, story } from '../story.ts';

const ROOT = '/home/dev/shop-api';
const TOTAL = `${ROOT}/src/cart/total.ts`;
const VOUCHER = `${ROOT}/src/cart/voucher.ts`;

const RED = `Exit code 1
 FAIL  test/cart/total.test.ts > a voucher of a third
AssertionError: expected 1001 to be 1000

 Test Files  1 failed | 8 passed (9)
      Tests  3 failed | 61 passed (64)
   Duration  4.02s`;

const STILL_RED = `Exit code 1
 FAIL  test/cart/total.test.ts > a voucher of a third, twice
AssertionError: expected 667 to be 666

 Test Files  1 failed | 8 passed (9)
      Tests  1 failed | 63 passed (64)
   Duration  3.88s`;

const GREEN = ` Test Files  9 passed (9)
      Tests  64 passed (64)
   Duration  3.91s`;

const yesterday = [
  start(),
  wait(9),
  prompt(
    'Accounting wants every line of the cart rounded half up. Change it in the cart, keep the API as it is.',
  ),
  act(
    'I look at where the totals come from.',
    read(
      TOTAL,
      text`
      export function total(lines: Line[]): Cents {
        return Math.floor(sum(lines.map(lineTotal)));
      }
      `,
    ),
  ),
  act(
    edit(
      TOTAL,
      2,
      '  return Math.floor(sum(lines.map(lineTotal)));',
      '  return sum(lines.map(line => roundHalfUp(lineTotal(line))));',
    ),
  ),
  act(bash('npm run typecheck', 'Check the types', 'tsc --noEmit', { takes: 6.5 })),
  done('Every line is rounded half up now, before the sum. I changed `total()` only; the API is as it was.'),
  wait(140),
  leave(),
];

export const shopApi: Story = story(
  {
    project: 'shop-api',
    branch: 'fix/line-rounding',
    model: 'claude-opus-5-5',
    permissionMode: 'acceptEdits',
    begins: -69_000,
  },
  ...yesterday,
  until(1),
  resume(),
  wait(4),
  prompt('CI is red since the rounding change. Find out why and fix it.'),
  think(2),
  act('I start with what fails.', bash('npm test', 'Run the tests', '', { takes: 6.2, fails: RED })),
  think(3),
  act(
    'Only carts with a voucher are off by a cent. Something rounds twice: I look at who else does.',
    read(
      TOTAL,
      text`
      export function total(lines: Line[], voucher?: Voucher): Cents {
        const gross = sum(lines.map(line => roundHalfUp(lineTotal(line))));
        return voucher ? redeem(gross, voucher) : gross;
      }
      `,
      11,
    ),
    read(
      VOUCHER,
      text`
      export function redeem(gross: Cents, voucher: Voucher): Cents {
        const off = roundHalfUp(gross * voucher.share);
        return roundHalfUp(gross - off);
      }
      `,
      7,
    ),
    bash(
      'grep -rn "roundHalfUp" src',
      'Find who rounds',
      text`
      src/cart/total.ts:12:  const gross = sum(lines.map(line => roundHalfUp(lineTotal(line))));
      src/cart/voucher.ts:8:  const off = roundHalfUp(gross * voucher.share);
      src/cart/voucher.ts:9:  return roundHalfUp(gross - off);
      src/money.ts:3:export function roundHalfUp(cents: number): Cents {
      `,
    ),
  ),
  think(4),
  act(
    'The share is rounded, and the rest once more. One of them has to go.',
    edit(
      VOUCHER,
      8,
      text`
        const off = roundHalfUp(gross * voucher.share);
        return roundHalfUp(gross - off);
      `,
      '  return roundHalfUp(gross - gross * voucher.share);',
    ),
  ),
  act(bash('npm test', 'Run the tests', '', { takes: 5.9, fails: STILL_RED })),
  think(5),
  act(
    'Two vouchers, one after the other, still round in between. They have to be added up first.',
    edit(
      TOTAL,
      11,
      text`
      export function total(lines: Line[], voucher?: Voucher): Cents {
        const gross = sum(lines.map(line => roundHalfUp(lineTotal(line))));
        return voucher ? redeem(gross, voucher) : gross;
      `,
      text`
      export function total(lines: Line[], ...vouchers: Voucher[]): Cents {
        const gross = sum(lines.map(line => roundHalfUp(lineTotal(line))));
        return redeem(gross, ...vouchers);
      `,
    ),
    edit(
      VOUCHER,
      7,
      text`
      export function redeem(gross: Cents, voucher: Voucher): Cents {
        return roundHalfUp(gross - gross * voucher.share);
      `,
      text`
      export function redeem(gross: Cents, ...vouchers: Voucher[]): Cents {
        const left = vouchers.reduce((rest, { share }) => rest * (1 - share), gross);
        return roundHalfUp(left);
      `,
    ),
  ),
  act(bash('npm test', 'Run the tests', GREEN, { takes: 5.7 })),
  done(
    'All 64 tests pass. A voucher was rounded twice, and two vouchers three times; now the whole reduction is rounded once, at the end.',
  ),
  wait(18),
  prompt('Good. Commit it and push the branch.'),
  act(
    bash(
      'git commit -qam "fix(cart): round a reduction once" && git push',
      'Commit and push',
      text`
      To git.example.com:shop/shop-api.git
         4f1c2aa..9be07d3  fix/line-rounding -> fix/line-rounding
      `,
      { takes: 2.8, asks: 5 },
    ),
  ),
  done('Committed as 9be07d3 and pushed to `fix/line-rounding`.'),
  wait(38),
  prompt('And open a pull request, please.'),
  act(
    bash(
      'git diff --stat main',
      'See what goes into it',
      text`
       src/cart/total.ts       | 6 +++---
       src/cart/voucher.ts     | 7 +++----
       test/cart/total.test.ts | 19 +++++++++++++++++++
       3 files changed, 25 insertions(+), 7 deletions(-)
      `,
    ),
  ),
  think(3),
  act(
    bash(
      'gh pr create --fill --base main',
      'Open the pull request',
      'https://git.example.com/shop/shop-api/pull/318',
      { takes: 2.2, asks: 11 },
    ),
  ),
  done('Pull request 318 is open.'),
  wait(22),
  leave(),
);
